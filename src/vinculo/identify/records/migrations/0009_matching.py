"""Matchings of the whole base, and the pairs they leave for people to decide."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the tables."""

    dependencies = [
        ("identify", "0008_membership"),
    ]

    operations = [
        migrations.CreateModel(
            name="Matching",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[("queued", "waiting"), ("running", "running"), ("done", "done"), ("failed", "failed")],
                        default="queued",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("step", models.TextField(blank=True, default="")),
                ("progress", models.FloatField(default=0.0)),
                ("error", models.TextField(blank=True, default="")),
                ("counts", models.JSONField(default=dict)),
                ("versions", models.JSONField(default=dict)),
                ("asked_by", models.TextField(default="", verbose_name="by")),
                ("asked_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("published_by", models.TextField(blank=True, default="")),
                ("published_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "matching",
                "verbose_name_plural": "matchings",
            },
        ),
        migrations.CreateModel(
            name="Candidate",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "purpose",
                    models.CharField(
                        choices=[("decide", "to decide"), ("measure", "to measure")], default="decide", max_length=16
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("second", "waits for a second person"),
                            ("same", "the same"),
                            ("different", "not the same"),
                            ("unsure", "unsure"),
                            ("gone", "settled elsewhere"),
                        ],
                        default="open",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("probability", models.FloatField()),
                ("weight", models.FloatField()),
                ("weights", models.JSONField(default=dict)),
                ("rules", models.JSONField(default=list)),
                ("pattern", models.TextField(default="")),
                ("priority", models.FloatField()),
                ("four_eyes", models.BooleanField(default=False)),
                ("first_verdict", models.CharField(blank=True, default="", max_length=16)),
                ("first_by", models.TextField(blank=True, default="")),
                ("decided_by", models.TextField(blank=True, default="")),
                ("decided_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "other",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identify.customer",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identify.customer",
                    ),
                ),
                (
                    "matching",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="candidates", to="identify.matching"
                    ),
                ),
            ],
            options={
                "verbose_name": "candidate",
                "verbose_name_plural": "candidates",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["open", "second"])),
                        fields=["-priority", "id"],
                        name="identify_candidate_queue",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["open", "second", "unsure"])),
                        fields=("party", "other"),
                        name="identify_candidate_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("party__lt", models.F("other"))), name="identify_candidate_lower_first"
                    ),
                ],
            },
        ),
    ]
