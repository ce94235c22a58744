"""How long a value of each field stays fresh, of every source or of one."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identify", "0017_matchings_follow_arrivals"),
    ]

    operations = [
        migrations.CreateModel(
            name="ShelfLife",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("field", models.CharField(max_length=16, verbose_name="field")),
                ("days", models.PositiveIntegerField(null=True, verbose_name="days")),
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
                "verbose_name": "shelf life of a field",
                "verbose_name_plural": "shelf lives of fields",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "field"), name="identify_shelflife_one", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days__isnull", True), ("days__gte", 1), _connector="OR"),
                        name="identify_shelflife_days",
                    ),
                ],
            },
        ),
    ]
