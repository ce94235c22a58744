"""An erasure reaches events and what follows from them, relations, households, leads, and what was decided and why."""

import importlib

from django.db import migrations

CONSENTS = importlib.import_module("vinculo.identify.records.migrations.0010_consents")
EVENTS = importlib.import_module("vinculo.identify.records.migrations.0012_events")
# As for answers and records: only inside `identify_erase` is the current user the owner of the table.
GUARD = EVENTS.GUARD.split(";\nCREATE TRIGGER")[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
STRICT = GUARD.replace("current_setting('vinculo.erasing', true) = 'yes'", CONSENTS.ERASING)
# Of a lead, its stages, days and amounts stay: they count, and name nobody.
ERASE = CONSENTS.ERASE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(
    "    DELETE FROM identify_sourcerecord",
    """    CREATE TEMP TABLE erased_keys ON COMMIT DROP AS
    SELECT source_id, value COLLATE "C" AS key FROM identify_identifier
    WHERE customer_id = ANY (ids) AND kind = 'source_key';
    INSERT INTO erased_keys SELECT link.source_id, link.from_key FROM identify_eventlink AS link
    JOIN erased_keys USING (source_id) WHERE link.to_key = erased_keys.key AND link.kind IN ('visitor', 'alias');
    CREATE TEMP TABLE erased_events ON COMMIT DROP AS
    SELECT event.id FROM identify_event AS event JOIN erased_keys USING (source_id)
    WHERE event.user_key = erased_keys.key
    UNION SELECT event.id FROM identify_event AS event JOIN erased_keys USING (source_id)
    WHERE event.visitor_key = erased_keys.key;
    DELETE FROM identify_productview WHERE event IN (SELECT id FROM erased_events);
    DELETE FROM identify_quarantined WHERE event IN (SELECT id FROM erased_events);
    DELETE FROM identify_quarantined AS held USING identify_identifier AS known
    WHERE known.customer_id = ANY (ids) AND length(known.value) > 4
        AND (position(convert_to(known.value, 'UTF8') IN held.raw) > 0
            OR position(convert_to(known.value, 'UTF8') IN held.shared) > 0);
    DELETE FROM identify_event WHERE id IN (SELECT id FROM erased_events);
    DELETE FROM identify_trait AS trait USING erased_keys AS gone
    WHERE trait.source_id = gone.source_id AND trait.key = gone.key;
    DELETE FROM identify_saleevent AS sale USING erased_keys AS gone
    WHERE sale.source_id = gone.source_id AND gone.key IN (sale.user_key, sale.visitor_key);
    DELETE FROM identify_eventlink AS link USING erased_keys AS gone
    WHERE link.source_id = gone.source_id AND gone.key IN (link.from_key, link.to_key);
    DELETE FROM identify_visitor AS visitor USING erased_keys AS gone
    WHERE visitor.source_id = gone.source_id AND visitor.key = gone.key;
    DROP TABLE erased_keys, erased_events;
    DELETE FROM identify_relation WHERE first_id = ANY (ids) OR second_id = ANY (ids);
    DELETE FROM identify_householdmembership WHERE customer_id = ANY (ids);
    DELETE FROM identify_householdpair WHERE first_id = ANY (ids) OR second_id = ANY (ids);
    UPDATE identify_linkchange SET undoes_id = NULL WHERE undoes_id IN (
        SELECT id FROM identify_linkchange WHERE customer_id = ANY (ids) OR other_id = ANY (ids));
    DELETE FROM identify_linkchange WHERE customer_id = ANY (ids) OR other_id = ANY (ids);
    UPDATE identify_leadstep AS step SET reason = '' FROM identify_lead AS lead
    WHERE step.lead_id = lead.id AND lead.customer_id = ANY (ids);
    UPDATE identify_lead SET interest = '' WHERE customer_id = ANY (ids);
    UPDATE identify_merge SET reason = '', evidence = '{}' WHERE customer_id = ANY (ids)
        OR id IN (SELECT merge_id FROM identify_membership WHERE party_id = ANY (ids));
    UPDATE identify_assertion SET reason = '' WHERE party_id = ANY (ids) OR other_id = ANY (ids);
    DELETE FROM identify_candidate WHERE party_id = ANY (ids) OR other_id = ANY (ids);
    DELETE FROM identify_sourcerecord""",
)
BACK = CONSENTS.ERASE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    """Replace the function, and the guard of the events."""

    dependencies = [("identify", "0012_events")]
    operations = [migrations.RunSQL(ERASE, BACK), migrations.RunSQL(STRICT, GUARD)]
