"""Tokens, events, endpoints and deliveries."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    """Make the tables of the exchange."""

    initial = True

    dependencies = [
        ("identify", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Endpoint",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("url", models.TextField(verbose_name="address")),
                ("kinds", models.JSONField(default=list)),
                ("secret", models.TextField()),
                ("earlier_secret", models.TextField(default="")),
                ("earlier_until", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("created_by", models.TextField(default="")),
                ("active_from", models.DateTimeField()),
                ("disabled_at", models.DateTimeField(null=True)),
                ("disabled_by", models.TextField(default="")),
                ("failures", models.IntegerField(default=0)),
                ("resting_until", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "endpoint",
                "verbose_name_plural": "endpoints",
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uid", models.CharField(max_length=48, unique=True)),
                ("position", models.BigIntegerField(null=True, unique=True)),
                ("kind", models.CharField(max_length=48, verbose_name="kind")),
                ("subject", models.TextField(default="")),
                ("data", models.JSONField(default=dict)),
                ("by", models.TextField(default="")),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "indexes": [
                    models.Index(
                        condition=models.Q(("position__isnull", True)), fields=["id"], name="exchange_event_unplaced"
                    ),
                    models.Index(fields=["recorded_at"], name="exchange_event_time"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                ("begins", models.CharField(max_length=16)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("scopes", models.JSONField(default=list)),
                ("per_minute", models.IntegerField(default=600)),
                ("created_at", models.DateTimeField()),
                ("created_by", models.TextField(default="")),
                ("expires_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("revoked_by", models.TextField(default="")),
                ("last_used_at", models.DateTimeField(null=True)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "token",
                "verbose_name_plural": "tokens",
            },
        ),
        migrations.CreateModel(
            name="Reply",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(db_collation="C", max_length=255)),
                ("fingerprint", models.CharField(max_length=64)),
                ("status", models.SmallIntegerField()),
                ("headers", models.JSONField(default=dict)),
                ("body", models.TextField()),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "token",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="exchange.token",
                    ),
                ),
            ],
            options={
                "verbose_name": "stored answer",
                "verbose_name_plural": "stored answers",
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("delivered", "delivered"), ("dead", "given up")],
                        default="waiting",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("tries", models.IntegerField(default=0)),
                ("answers", models.JSONField(default=list)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "endpoint",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="exchange.endpoint",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="exchange.event",
                    ),
                ),
            ],
            options={
                "verbose_name": "delivery",
                "verbose_name_plural": "deliveries",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["endpoint", "due_at", "id"],
                        name="exchange_delivery_due",
                    ),
                    models.Index(
                        condition=models.Q(("state", "dead")), fields=["endpoint", "id"], name="exchange_delivery_dead"
                    ),
                    models.Index(fields=["endpoint", "-id"], name="exchange_delivery_latest"),
                ],
                "constraints": [models.UniqueConstraint(fields=("event", "endpoint"), name="exchange_delivery_once")],
            },
        ),
        migrations.AddConstraint(
            model_name="token",
            constraint=models.CheckConstraint(
                condition=models.Q(("per_minute__gte", 1)), name="exchange_token_per_minute"
            ),
        ),
        migrations.AddIndex(
            model_name="reply",
            index=models.Index(fields=["recorded_at"], name="exchange_reply_time"),
        ),
        migrations.AddConstraint(
            model_name="reply",
            constraint=models.UniqueConstraint(fields=("token", "key"), name="exchange_reply_once"),
        ),
    ]
