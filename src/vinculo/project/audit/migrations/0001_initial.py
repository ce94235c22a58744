"""The audit trail: its table, the function that writes it, and what guards it."""

from django.db import migrations, models

RECORD = """
CREATE FUNCTION audit_record() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    who text := coalesce(nullif(current_setting('vinculo.actor', true), ''), session_user);
    by_import bigint := nullif(current_setting('vinculo.import', true), '')::bigint;
    skipped text[] := coalesce(TG_ARGV[0:], '{}');
    verb text := lower(TG_OP);
    written bigint;
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
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO audit_entry (recorded_at, actor, table_name, row_key, action, after, row_count)
        SELECT clock_timestamp(), who, TG_TABLE_NAME, to_jsonb(n) ->> 'id', verb, to_jsonb(n) - skipped, 1
        FROM audit_new n;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO audit_entry (recorded_at, actor, table_name, row_key, action, before, row_count)
        SELECT clock_timestamp(), who, TG_TABLE_NAME, to_jsonb(o) ->> 'id', verb, to_jsonb(o) - skipped, 1
        FROM audit_old o;
    ELSE
        INSERT INTO audit_entry (recorded_at, actor, table_name, row_key, action, before, after, row_count)
        SELECT clock_timestamp(), who, TG_TABLE_NAME, c.key, verb, c.before, c.after, 1
        FROM (
            SELECT n.id::text AS key,
                   jsonb_object_agg(b.key, b.value) AS before,
                   jsonb_object_agg(b.key, to_jsonb(n) -> b.key) AS after
            FROM audit_new n
            JOIN audit_old o ON o.id = n.id
            CROSS JOIN LATERAL jsonb_each(to_jsonb(o) - skipped) b
            WHERE to_jsonb(n) -> b.key IS DISTINCT FROM b.value
            GROUP BY n.id
        ) c;
    END IF;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION audit_record() FROM PUBLIC
"""

GUARD = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is never rewritten';
END
$$;
CREATE TRIGGER audit_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()
"""


class Migration(migrations.Migration):
    """Make the audit trail."""

    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("recorded_at", models.DateTimeField()),
                ("actor", models.TextField()),
                ("import_id", models.BigIntegerField(null=True)),
                ("table_name", models.TextField()),
                ("row_key", models.TextField(null=True)),
                (
                    "action",
                    models.CharField(
                        choices=[("insert", "added"), ("update", "changed"), ("delete", "removed")], max_length=8
                    ),
                ),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("row_count", models.BigIntegerField(default=1)),
            ],
            options={
                "db_table": "audit_entry",
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["table_name", "row_key", "-id"], name="audit_entry_row"),
                    models.Index(fields=["recorded_at"], name="audit_entry_time"),
                    models.Index(fields=["actor", "-id"], name="audit_entry_actor"),
                ],
            },
        ),
        migrations.RunSQL(RECORD, "DROP FUNCTION audit_record() CASCADE"),
        migrations.RunSQL(GUARD, "DROP FUNCTION audit_refuse() CASCADE"),
    ]
