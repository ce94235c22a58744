"""Matchings of what came since another, and what matching does by itself."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identify", "0016_accounts_retention_and_pace"),
    ]

    operations = [
        migrations.AddField(
            model_name="matching",
            name="based_on",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identify.matching"
            ),
        ),
        migrations.AddField(
            model_name="matching",
            name="kind",
            field=models.CharField(
                choices=[("whole", "the whole base"), ("arrivals", "what came since")],
                default="whole",
                max_length=16,
                verbose_name="kind",
            ),
        ),
        migrations.CreateModel(
            name="MatchingPolicy",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                (
                    "arrivals",
                    models.CharField(
                        choices=[
                            ("merge", "merged where matching is sure, else shown to people"),
                            ("review", "proposed; a person publishes"),
                            ("off", "left until the whole base is matched"),
                        ],
                        default="merge",
                        max_length=16,
                        verbose_name="what came since",
                    ),
                ),
                (
                    "nightly",
                    models.CharField(
                        choices=[
                            ("propose", "proposed; a person publishes"),
                            ("publish", "published"),
                            ("off", "not made"),
                        ],
                        default="propose",
                        max_length=16,
                        verbose_name="every night",
                    ),
                ),
            ],
            options={
                "verbose_name": "policy of matching",
                "verbose_name_plural": "policies of matching",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="identify_matchingpolicy_one")
                ],
            },
        ),
    ]
