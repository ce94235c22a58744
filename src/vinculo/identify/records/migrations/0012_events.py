"""Events of tracking clients: as they came in, for ever, and what they add up to."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import MD5

GUARD = """
CREATE FUNCTION identify_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('vinculo.erasing', true) = 'yes' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'an event is never changed: only the erasure of a person removes it';
END
$$;
CREATE TRIGGER identify_event_change BEFORE UPDATE OR DELETE OR TRUNCATE ON identify_event
    FOR EACH STATEMENT EXECUTE FUNCTION identify_event_refuse()
"""


class Migration(migrations.Migration):
    """Add the tables, and the guard of the events."""

    dependencies = [
        ("identify", "0011_relations"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sender",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sender",
                        to="identify.source",
                    ),
                ),
                ("currency", models.CharField(default="EUR", max_length=3, verbose_name="currency")),
                ("time_zone", models.TextField(default="UTC", verbose_name="time zone")),
                ("limit_per_second", models.PositiveIntegerField(default=10000, verbose_name="events a second")),
            ],
            options={
                "verbose_name": "sender of events",
                "verbose_name_plural": "senders of events",
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("received_at", models.DateTimeField()),
                ("client", models.TextField(default="")),
                ("accepted", models.IntegerField()),
                ("duplicate", models.IntegerField()),
                ("quarantined", models.IntegerField()),
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
                "verbose_name": "delivery",
                "verbose_name_plural": "deliveries",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ProductView",
            fields=[
                ("event", models.BigIntegerField(primary_key=True, serialize=False)),
                ("happened_at", models.DateTimeField(verbose_name="happened")),
                (
                    "product",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.product",
                    ),
                ),
            ],
            options={
                "verbose_name": "look at a product",
                "verbose_name_plural": "looks at products",
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="WriteKey",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("begins", models.CharField(max_length=8, verbose_name="begins")),
                ("created_at", models.DateTimeField(verbose_name="made")),
                ("created_by", models.TextField(default="")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="revoked")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="write_keys", to="identify.source"
                    ),
                ),
            ],
            options={
                "verbose_name": "write key",
                "verbose_name_plural": "write keys",
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("message_id", models.TextField(db_collation="C")),
                ("type", models.CharField(max_length=16, verbose_name="type")),
                ("name", models.TextField(verbose_name="name")),
                ("user_key", models.TextField(db_collation="C")),
                ("visitor_key", models.TextField(db_collation="C")),
                ("happened_at", models.DateTimeField(verbose_name="happened")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                ("remark", models.CharField(default="", max_length=16)),
                ("payload", models.JSONField()),
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
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(fields=["source", "id"], name="identify_event_latest"),
                    models.Index(
                        condition=models.Q(("user_key", ""), _negated=True),
                        fields=["user_key", "source", "happened_at"],
                        name="identify_event_user",
                    ),
                    models.Index(
                        condition=models.Q(("user_key", "")),
                        fields=["visitor_key", "source", "happened_at"],
                        name="identify_event_visitor",
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("source", "message_id"), name="identify_event_once")],
            },
        ),
        migrations.CreateModel(
            name="EventLink",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("visitor", "visitor of"), ("alias", "earlier name of"), ("account", "member of")],
                        max_length=16,
                    ),
                ),
                ("from_key", models.TextField(db_collation="C")),
                ("to_key", models.TextField(db_collation="C")),
                ("first_at", models.DateTimeField()),
                ("event", models.BigIntegerField()),
                ("announced", models.BooleanField(default=False)),
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
                "verbose_name": "link",
                "verbose_name_plural": "links",
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(fields=["to_key", "source", "kind"], name="identify_link_to"),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(("announced", False), ("kind", "alias")),
                        name="identify_link_waiting",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("source", "from_key", "kind", "to_key"), name="identify_link_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Quarantined",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("event", models.BigIntegerField(null=True, unique=True)),
                ("verb", models.CharField(default="", max_length=16)),
                ("shared", models.BinaryField(default=b"")),
                ("raw", models.BinaryField()),
                ("reason", models.CharField(max_length=32, verbose_name="reason")),
                ("detail", models.TextField(default="")),
                ("received_at", models.DateTimeField(verbose_name="received")),
                ("replayed_at", models.DateTimeField(null=True, verbose_name="replayed")),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.source",
                    ),
                ),
            ],
            options={
                "verbose_name": "quarantined event",
                "verbose_name_plural": "quarantined events",
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("replayed_at", None)),
                        fields=["source", "-id"],
                        name="identify_quarantine_waiting",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Refusal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("requests", models.BigIntegerField()),
                ("last_at", models.DateTimeField()),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.source",
                    ),
                ),
            ],
            options={
                "verbose_name": "refusal",
                "verbose_name_plural": "refusals",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "day"), name="identify_refusal_one_a_day", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SaleEvent",
            fields=[
                ("event", models.BigIntegerField(primary_key=True, serialize=False)),
                ("number", models.TextField(db_collation="C")),
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
                "verbose_name": "event of an order",
                "verbose_name_plural": "events of orders",
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["number", "source"], name="identify_sale_number"),
                    models.Index(
                        condition=models.Q(("user_key", "")),
                        fields=["visitor_key", "source"],
                        name="identify_sale_visitor",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Traffic",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("client", models.TextField()),
                ("requests", models.BigIntegerField()),
                ("accepted", models.BigIntegerField()),
                ("duplicate", models.BigIntegerField()),
                ("quarantined", models.BigIntegerField()),
                ("last_at", models.DateTimeField()),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.source",
                    ),
                ),
            ],
            options={
                "verbose_name": "traffic",
                "verbose_name_plural": "traffic",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("source", "day", "client"), name="identify_traffic_one_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="Trait",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=16)),
                ("key", models.TextField(db_collation="C")),
                ("name", models.CharField(max_length=16)),
                ("value", models.JSONField()),
                ("happened_at", models.DateTimeField()),
                ("message_id", models.TextField(db_collation="C")),
                ("said", models.JSONField(null=True)),
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
                "verbose_name": "trait",
                "verbose_name_plural": "traits",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("source", "kind", "key", "name"), name="identify_trait_one")
                ],
            },
        ),
        migrations.CreateModel(
            name="Visitor",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.TextField(db_collation="C")),
                ("first_at", models.DateTimeField(verbose_name="first seen")),
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
                "verbose_name": "visitor",
                "verbose_name_plural": "visitors",
                "default_permissions": ("view",),
                "constraints": [models.UniqueConstraint(fields=("source", "key"), name="identify_visitor_key")],
            },
        ),
        migrations.AddConstraint(
            "quarantined",
            models.UniqueConstraint(
                models.F("source"), MD5("raw"), condition=models.Q(("event", None)), name="identify_quarantine_once"
            ),
        ),
        migrations.RunSQL(GUARD, "DROP FUNCTION identify_event_refuse() CASCADE"),
    ]
