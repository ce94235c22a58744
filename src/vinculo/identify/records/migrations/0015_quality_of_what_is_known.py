"""Quality: what is measured every day, the customers behind it, who answers, and what must hold; files held back."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identify", "0014_imports_by_themselves"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="import",
            name="state",
            field=models.CharField(
                choices=[
                    ("uploaded", "uploaded"),
                    ("previewed", "previewed"),
                    ("running", "running"),
                    ("held", "held back"),
                    ("done", "done"),
                    ("failed", "failed"),
                    ("cancelled", "cancelled"),
                    ("undone", "undone"),
                ],
                default="uploaded",
                max_length=16,
                verbose_name="state",
            ),
        ),
        migrations.CreateModel(
            name="FieldOwner",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("field", models.CharField(max_length=16, verbose_name="field")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="identify.source",
                    ),
                ),
            ],
            options={
                "verbose_name": "owner of a field",
                "verbose_name_plural": "owners of fields",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "field"), name="identify_fieldowner_one", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("holds", models.BigIntegerField()),
                ("marks", models.BigIntegerField()),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identify.customer",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identify.source",
                    ),
                ),
            ],
            options={
                "verbose_name": "finding",
                "verbose_name_plural": "findings",
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("customer", "source"), name="identify_finding_once")],
            },
        ),
        migrations.CreateModel(
            name="Measurement",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField(verbose_name="day")),
                ("field", models.CharField(max_length=16, verbose_name="field")),
                ("customers", models.BigIntegerField(verbose_name="customers")),
                ("filled", models.BigIntegerField(default=0)),
                ("sound", models.BigIntegerField(default=0)),
                ("kinds", models.JSONField(default=dict)),
                ("details", models.JSONField(default=dict)),
                ("measured_at", models.DateTimeField()),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="identify.source",
                    ),
                ),
            ],
            options={
                "verbose_name": "measurement",
                "verbose_name_plural": "measurements",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "source", "field"), name="identify_measurement_one_a_day", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Threshold",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("field", models.CharField(max_length=16, verbose_name="field")),
                ("measure", models.CharField(max_length=16, verbose_name="measure")),
                ("least", models.FloatField(verbose_name="at least")),
                (
                    "effect",
                    models.CharField(
                        choices=[("warn", "warn"), ("stop", "hold files back")],
                        default="warn",
                        max_length=8,
                        verbose_name="effect",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="identify.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "threshold",
                "verbose_name_plural": "thresholds",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "field", "measure"), name="identify_threshold_one", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("least__gt", 0), ("least__lte", 1)), name="identify_threshold_share"
                    ),
                ],
            },
        ),
    ]
