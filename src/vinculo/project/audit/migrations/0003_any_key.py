"""The trail keeps tables whose key has another name than `id`, such as that of what one row says of another."""

from django.db import migrations

RECORD = """
CREATE OR REPLACE FUNCTION audit_record() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    who text := coalesce(nullif(current_setting('vinculo.actor', true), ''), session_user);
    by_import bigint := nullif(current_setting('vinculo.import', true), '')::bigint;
    skipped text[] := coalesce(TG_ARGV[0:], '{}');
    verb text := lower(TG_OP);
    written bigint;
    named text;
BEGIN
    IF by_import IS NOT NULL THEN
        IF TG_OP = 'DELETE' THEN
            SELECT count(*) INTO written FROM audit_old;
        ELSE
            SELECT count(*) INTO written FROM audit_new;
        END IF;
        IF written > 0 THEN
            INSERT INTO audit_entry (recorded_at, actor, import_id, table_name, action, row_count)
            VALUES (clock_timestamp(), who, by_import, TG_TABLE_NAME, verb, written);
        END IF;
        RETURN NULL;
    END IF;
    SELECT a.attname INTO named FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = TG_RELID AND i.indisprimary;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO audit_entry (recorded_at, actor, table_name, row_key, action, after, row_count)
        SELECT clock_timestamp(), who, TG_TABLE_NAME, to_jsonb(n) ->> named, verb, to_jsonb(n) - skipped, 1
        FROM audit_new n;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO audit_entry (recorded_at, actor, table_name, row_key, action, before, row_count)
        SELECT clock_timestamp(), who, TG_TABLE_NAME, to_jsonb(o) ->> named, verb, to_jsonb(o) - skipped, 1
        FROM audit_old o;
    ELSE
        INSERT INTO audit_entry (recorded_at, actor, table_name, row_key, action, before, after, row_count)
        SELECT clock_timestamp(), who, TG_TABLE_NAME, c.key, verb, c.before, c.after, 1
        FROM (
            SELECT n.said ->> named AS key,
                   jsonb_object_agg(b.key, b.value) AS before,
                   jsonb_object_agg(b.key, n.said -> b.key) AS after
            FROM (SELECT to_jsonb(row) AS said FROM audit_new row) n
            JOIN (SELECT to_jsonb(row) AS said FROM audit_old row) o ON o.said ->> named = n.said ->> named
            CROSS JOIN LATERAL jsonb_each(o.said - skipped) b
            WHERE n.said -> b.key IS DISTINCT FROM b.value
            GROUP BY 1
        ) c;
    END IF;
    RETURN NULL;
END
$$
"""


class Migration(migrations.Migration):
    """Replace the function; what the one before did, this one does too."""

    dependencies = [("audit", "0002_erasure")]
    operations = [migrations.RunSQL(RECORD, migrations.RunSQL.noop)]
