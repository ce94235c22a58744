"""The trail forgets a person, and what is older than the company keeps: as the owner, and in no other way."""

from django.db import migrations

GUARD = """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('vinculo.erasing', true) = 'yes'
        AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the audit trail is never rewritten';
END
$$
"""
# Who did what to which row, and when, stays; what the row said goes.
ERASE = """
CREATE FUNCTION audit_erase(ids bigint[]) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    forgotten bigint;
BEGIN
    PERFORM set_config('vinculo.erasing', 'yes', true);
    WITH rows AS (
        SELECT 'identify_customer' AS table_name, unnest(ids)::text AS row_key
        UNION SELECT table_name, row_key FROM audit_entry
        WHERE table_name IN ('identify_identifier', 'identify_address', 'identify_rightsrequest')
            AND coalesce(after, before)->>'customer_id' = ANY (ids::text[])
    )
    UPDATE audit_entry AS entry SET before = NULL, after = '{"erased": true}'
    FROM rows WHERE entry.table_name = rows.table_name AND entry.row_key = rows.row_key;
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    PERFORM set_config('vinculo.erasing', '', true);
    RETURN forgotten;
END
$$;
REVOKE ALL ON FUNCTION audit_erase(bigint[]) FROM PUBLIC
"""
TRIM = """
CREATE FUNCTION audit_trim(before_moment timestamptz) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    IF before_moment > clock_timestamp() - interval '12 months' THEN
        RAISE EXCEPTION 'the audit trail of a year is kept';
    END IF;
    PERFORM set_config('vinculo.erasing', 'yes', true);
    DELETE FROM audit_entry WHERE recorded_at < before_moment;
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM set_config('vinculo.erasing', '', true);
    RETURN gone;
END
$$;
REVOKE ALL ON FUNCTION audit_trim(timestamptz) FROM PUBLIC
"""
BEFORE = """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is never rewritten';
END
$$
"""


class Migration(migrations.Migration):
    """Let the trail be forgotten, by these two functions only."""

    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunSQL(GUARD, BEFORE),
        migrations.RunSQL(ERASE, "DROP FUNCTION audit_erase(bigint[])"),
        migrations.RunSQL(TRIM, "DROP FUNCTION audit_trim(timestamptz)"),
    ]
