"""What a hand changed stays until the source says something new of it."""

import importlib

from django.db import migrations

# `by_hand` in a record marks what a person said; in the state it keeps what the source had said of the same columns
# until then. A record that repeats that is no news and changes nothing; one that says something else wins, and the
# parts of a name, and of an address, go together. An empty text is a column that a person emptied.
ADD = """
CREATE OR REPLACE FUNCTION identify_state_add(state jsonb, record jsonb, policies jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    filling text[];
    kept text[];
    news text[];
    said jsonb;
    wholes jsonb;
BEGIN
    IF policies IS NOT NULL AND policies <> '{}' THEN
        kept := ARRAY(SELECT key FROM jsonb_each_text(policies) WHERE value = 'never');
        filling := ARRAY(SELECT key FROM jsonb_each_text(policies) WHERE value = 'fill' AND state->>key <> '');
        record := record - kept - filling;
    END IF;
    IF record ? 'by_hand' THEN
        record := record - 'by_hand';
        said := (SELECT coalesce(jsonb_object_agg(key, coalesce(state->key, 'null')), '{}')
            FROM jsonb_object_keys(record) AS key) || coalesce(state->'by_hand', '{}');
        state := state - 'by_hand';
    ELSIF state = '{}' THEN
        RETURN record;
    ELSIF state ? 'by_hand' THEN
        said := state->'by_hand';
        state := state - 'by_hand';
        wholes := '{"given_name": "name", "family_name": "name", "second_family_name": "name",
            "postcode": "lines", "city": "lines", "region": "lines"}';
        news := ARRAY(SELECT coalesce(wholes->>key, key) FROM jsonb_each(record)
            WHERE said ? key AND value IS DISTINCT FROM said->key);
        record := record - ARRAY(SELECT key FROM jsonb_object_keys(said) AS key
            WHERE coalesce(wholes->>key, key) <> ALL (news));
        said := said - ARRAY(SELECT key FROM jsonb_object_keys(said) AS key
            WHERE coalesce(wholes->>key, key) = ANY (news));
    END IF;
    IF record ? 'name' AND record->'name' <> coalesce(state->'name', 'null') AND record ? 'kind' THEN
        state := state - '{given_name,family_name,second_family_name,contact}'::text[];
    END IF;
    IF record ? 'lines' AND record->'lines' <> coalesce(state->'lines', 'null') THEN
        state := state - '{postcode,city,region}'::text[];
    END IF;
    IF record ? 'currency' AND record->'currency' <> coalesce(state->'currency', 'null') THEN
        state := state - '{list_price_minor,unit_cost_minor}'::text[];
    END IF;
    IF said <> '{}' THEN
        RETURN state || record || jsonb_build_object('by_hand', said);
    END IF;
    RETURN state || record;
END
$$
"""
BEFORE = importlib.import_module("vinculo.identify.records.migrations.0003_state_of_a_party").ADD
BACK = BEFORE.split("CREATE AGGREGATE")[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").rstrip().rstrip(";")


class Migration(migrations.Migration):
    """Replace the function; the aggregate stands on it as before."""

    dependencies = [("identify", "0003_state_of_a_party")]
    operations = [migrations.RunSQL(ADD, BACK)]
