"""Roles and leads of events, how long events are kept, who may send from a browser, and one pace for all processes."""

import django.db.models.deletion
from django.db import migrations, models

RULES = ("events", "quarantine")
# A row of it is worth nothing after a crash, and costs no entry in the log of the server before.
UNLOGGED = "ALTER TABLE identify_pace SET UNLOGGED"
BROUGHT = """
UPDATE identify_order AS placed SET by_events = TRUE WHERE import_id IS NULL AND EXISTS (
    SELECT FROM identify_saleevent AS sale WHERE sale.source_id = placed.source_id AND sale.number = placed.number)
"""
# Events that orders, roles and leads follow from are kept: an order without its sale would be none.
EXPIRE = """
CREATE FUNCTION identify_events_expire(before timestamptz, upto bigint) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    IF before > now() - interval '27 days' THEN
        RAISE EXCEPTION 'events are kept for a month at least';
    END IF;
    PERFORM set_config('vinculo.erasing', 'yes', true);
    CREATE TEMP TABLE expired_events ON COMMIT DROP AS
    SELECT event.id, event.source_id FROM identify_event AS event
    WHERE event.id < upto AND event.recorded_at < before
        AND NOT EXISTS (SELECT FROM identify_saleevent AS sale WHERE sale.event = event.id)
        AND NOT EXISTS (SELECT FROM identify_accountevent AS spoken WHERE spoken.event = event.id);
    DELETE FROM identify_productview WHERE event IN (SELECT id FROM expired_events);
    DELETE FROM identify_quarantined WHERE event IN (SELECT id FROM expired_events);
    DELETE FROM identify_event WHERE id IN (SELECT id FROM expired_events);
    GET DIAGNOSTICS gone = ROW_COUNT;
    UPDATE identify_sender SET kept_from = greatest(kept_from, before)
    WHERE source_id IN (SELECT source_id FROM expired_events);
    DROP TABLE expired_events;
    PERFORM set_config('vinculo.erasing', '', true);
    RETURN gone;
END
$$;
REVOKE ALL ON FUNCTION identify_events_expire(timestamptz, bigint) FROM PUBLIC
"""
# An invitation names whom it goes to, whoever sent it.
# The function is taken as it stands, so that what others have added to it stays.
ANCHOR = "    DROP TABLE erased_keys, erased_events;"
ALSO = """    DELETE FROM identify_event WHERE id IN (
        SELECT spoken.event FROM identify_accountevent AS spoken JOIN erased_keys AS gone
        ON spoken.source_id = gone.source_id AND spoken.user_key = gone.key);
    DELETE FROM identify_accountevent AS spoken USING erased_keys AS gone
    WHERE spoken.source_id = gone.source_id AND gone.key IN (spoken.user_key, spoken.visitor_key);
    DELETE FROM identify_accountevent WHERE event IN (SELECT id FROM erased_events);
    DELETE FROM identify_accountrole AS role USING erased_keys AS gone
    WHERE role.source_id = gone.source_id AND gone.key = role.user_key;
"""
ERASE = """
DO $do$ BEGIN
    EXECUTE replace(pg_get_functiondef('identify_erase(bigint[])'::regprocedure), $a${before}$a$, $b${after}$b$);
END $do$
"""


def add_rules(apps, editor):
    """Add the rules of retention, which are off until somebody says how long."""
    rule = apps.get_model("identify", "RetentionRule").objects.using(editor.connection.alias)
    for code in RULES:
        rule.create(code=code)


def remove_rules(apps, editor):
    """Remove the rules again."""
    apps.get_model("identify", "RetentionRule").objects.using(editor.connection.alias).filter(code__in=RULES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("identify", "0015_quality_of_what_is_known"),
    ]

    operations = [
        migrations.CreateModel(
            name="Pace",
            fields=[
                ("key", models.TextField(db_collation="C", primary_key=True, serialize=False)),
                ("remaining", models.FloatField()),
                ("as_of", models.DateTimeField()),
            ],
            options={
                "verbose_name": "pace",
                "verbose_name_plural": "paces",
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="order",
            name="by_events",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="sender",
            name="kept_from",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="sender",
            name="origins",
            field=models.JSONField(default=list),
        ),
        migrations.AlterField(
            model_name="leadstep",
            name="way",
            field=models.CharField(
                choices=[
                    ("hand", "by hand"),
                    ("file", "by a file"),
                    ("event", "by an event"),
                    ("purchase", "by a purchase"),
                    ("undone", "taken back"),
                ],
                default="hand",
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="AccountEvent",
            fields=[
                ("event", models.BigIntegerField(primary_key=True, serialize=False)),
                ("meaning", models.CharField(max_length=16)),
                ("account_key", models.TextField(db_collation="C")),
                ("user_key", models.TextField(db_collation="C")),
                ("visitor_key", models.TextField(db_collation="C")),
                (
                    "source",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.source",
                    ),
                ),
            ],
            options={
                "verbose_name": "event of an account",
                "verbose_name_plural": "events of accounts",
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("meaning__in", ["deleted", "trial", "trial_ended"])),
                        fields=["account_key", "source"],
                        name="identify_account_key",
                    ),
                    models.Index(fields=["user_key", "source"], name="identify_account_user"),
                    models.Index(
                        condition=models.Q(("user_key", "")),
                        fields=["visitor_key", "source"],
                        name="identify_account_visitor",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountRole",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("account_key", models.TextField(db_collation="C")),
                ("user_key", models.TextField(db_collation="C")),
                ("place", models.IntegerField()),
                ("said", models.JSONField()),
                (
                    "relation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identify.relation",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.source",
                    ),
                ),
            ],
            options={
                "verbose_name": "role of events",
                "verbose_name_plural": "roles of events",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account_key", "user_key", "source", "place"), name="identify_accountrole_one"
                    )
                ],
            },
        ),
        migrations.RunSQL(UNLOGGED, migrations.RunSQL.noop),
        migrations.RunSQL(BROUGHT, migrations.RunSQL.noop),
        migrations.RunSQL(EXPIRE, "DROP FUNCTION identify_events_expire(timestamptz, bigint)"),
        migrations.RunSQL(
            ERASE.format(before=ANCHOR, after=ALSO + ANCHOR), ERASE.format(before=ALSO + ANCHOR, after=ANCHOR)
        ),
        migrations.RunPython(add_rules, remove_rules),
    ]
