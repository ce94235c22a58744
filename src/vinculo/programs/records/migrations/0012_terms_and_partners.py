"""Terms of levels that wait for somebody else to approve them; partners whose agent we are."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0011_points_taken_by_hand"),
    ]

    operations = [
        migrations.AddField(
            model_name="redemption",
            name="agent",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="reward",
            name="agent",
            field=models.BooleanField(db_default=False, default=False, verbose_name="we are the partner's agent"),
        ),
        migrations.CreateModel(
            name="LevelProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("said", models.JSONField()),
                ("authors", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "waits for approval"),
                            ("approved", "approved"),
                            ("returned", "given back"),
                        ],
                        default="proposed",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("decided_by", models.CharField(blank=True, max_length=150, verbose_name="decided by")),
                ("decided_at", models.DateTimeField(null=True)),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "level_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.levelset"
                    ),
                ),
                (
                    "terms",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposal",
                        to="programs.levelterms",
                    ),
                ),
            ],
            options={
                "verbose_name": "proposed terms of levels",
                "verbose_name_plural": "proposed terms of levels",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("level_set",),
                        name="programs_levelproposal_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decided_by", ""), ("state", "proposed")),
                            models.Q(
                                ("decided_at__isnull", False),
                                models.Q(("state", "proposed"), _negated=True),
                                models.Q(("decided_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="programs_levelproposal_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), ("terms__isnull", False)),
                            models.Q(models.Q(("state", "approved"), _negated=True), ("terms__isnull", True)),
                            _connector="OR",
                        ),
                        name="programs_levelproposal_becomes_terms",
                    ),
                ],
            },
        ),
    ]
