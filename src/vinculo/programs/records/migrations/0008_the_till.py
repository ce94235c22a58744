"""Receipts, points given by hand and actions at tills."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0007_guarantees"),
    ]

    operations = [
        migrations.CreateModel(
            name="HandLimit",
            fields=[
                (
                    "program",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="programs.program",
                    ),
                ),
                (
                    "day_points",
                    models.PositiveBigIntegerField(default=0, verbose_name="points a person may give in a day"),
                ),
            ],
            options={
                "verbose_name": "limit of points given by hand",
                "verbose_name_plural": "limits of points given by hand",
            },
        ),
        migrations.CreateModel(
            name="HandGrant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("points", models.PositiveBigIntegerField(verbose_name="points")),
                ("taken_back", models.PositiveBigIntegerField(default=0)),
                ("grant_class", models.CharField(max_length=12)),
                ("reason", models.TextField(verbose_name="reason")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waits for somebody else"), ("given", "given"), ("refused", "refused")],
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                ("day", models.DateField()),
                ("author", models.CharField(max_length=150, verbose_name="by")),
                ("asked_at", models.DateTimeField()),
                ("decided_by", models.CharField(blank=True, max_length=150)),
                ("decided_at", models.DateTimeField(null=True)),
                ("posting_id", models.BigIntegerField(null=True)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.member"
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.program",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "points given by hand",
                "verbose_name_plural": "points given by hand",
                "indexes": [
                    models.Index(fields=["program", "author", "day"], name="programs_handgrant_of_day"),
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["program"], name="programs_handgrant_waiting"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("points__gt", 0), ("taken_back__lte", models.F("points"))),
                        name="programs_handgrant_points",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_by", models.F("author")), _negated=True),
                            ("decided_by", ""),
                            _connector="OR",
                        ),
                        name="programs_handgrant_four_eyes",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TillAction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=60)),
                ("payload_hash", models.BinaryField(max_length=16)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("award", "points of a purchase"),
                            ("redeem", "a reward"),
                            ("code", "a code used"),
                            ("return", "a return"),
                            ("hand", "points given by hand"),
                            ("undo", "undone"),
                        ],
                        max_length=6,
                    ),
                ),
                ("refused", models.CharField(blank=True, max_length=40)),
                ("points", models.BigIntegerField(default=0)),
                ("balance", models.BigIntegerField(null=True)),
                ("reference", models.CharField(blank=True, max_length=120)),
                ("subject_id", models.BigIntegerField(null=True)),
                ("details", models.JSONField(default=dict)),
                ("author", models.CharField(max_length=150)),
                ("happened_at", models.DateTimeField()),
                (
                    "member",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.member"
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.program",
                    ),
                ),
                (
                    "undoes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="programs.tillaction",
                    ),
                ),
            ],
            options={
                "verbose_name": "action at a till",
                "verbose_name_plural": "actions at tills",
                "indexes": [models.Index(fields=["program", "author", "-id"], name="programs_tillaction_of_author")],
                "constraints": [models.UniqueConstraint(fields=("program", "key"), name="programs_tillaction_key")],
            },
        ),
        migrations.CreateModel(
            name="TillPurchase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=120, verbose_name="receipt or order")),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("returned_minor", models.BigIntegerField(default=0, verbose_name="returned")),
                ("happened_at", models.DateTimeField()),
                ("author", models.CharField(max_length=150)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.member"
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.program",
                    ),
                ),
            ],
            options={
                "verbose_name": "receipt",
                "verbose_name_plural": "receipts",
                "constraints": [
                    models.UniqueConstraint(fields=("program", "number"), name="programs_tillpurchase_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_minor__gt", 0),
                            ("returned_minor__gte", 0),
                            ("returned_minor__lte", models.F("amount_minor")),
                        ),
                        name="programs_tillpurchase_amounts",
                    ),
                ],
            },
        ),
    ]
