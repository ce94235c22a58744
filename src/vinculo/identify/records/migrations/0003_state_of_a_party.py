"""The state of a customer or product: what its source records, in their order, add up to."""

from django.db import migrations

# What one more record does to the state. `policies` says what may happen to a column: overwrite (the default), fill
# (only what is still empty) or never. An empty cell is no key of `record`, so it deletes nothing. The parts of a name
# and of an address belong together: a new whole leaves no part of the old one behind.
ADD = """
CREATE FUNCTION identify_state_add(state jsonb, record jsonb, policies jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    filling text[];
    kept text[];
BEGIN
    IF policies IS NOT NULL AND policies <> '{}' THEN
        kept := ARRAY(SELECT key FROM jsonb_each_text(policies) WHERE value = 'never');
        filling := ARRAY(SELECT key FROM jsonb_each_text(policies) WHERE value = 'fill' AND state ? key);
        record := record - kept - filling;
    END IF;
    IF state = '{}' THEN
        RETURN record;
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
    RETURN state || record;
END
$$;
CREATE AGGREGATE identify_state(record jsonb, policies jsonb) (
    SFUNC = identify_state_add, STYPE = jsonb, INITCOND = '{}'
)
"""


class Migration(migrations.Migration):
    """Add the aggregate."""

    dependencies = [("identify", "0002_folding_and_immutable_records")]
    operations = [
        migrations.RunSQL(
            ADD,
            "DROP AGGREGATE identify_state(jsonb, jsonb); DROP FUNCTION identify_state_add(jsonb, jsonb, jsonb)",
        )
    ]
