"""What is left of an open lot stands in the index of its wallet: what is lost when is told without reading lots."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0013_names_and_badges"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="lot", name="programs_lot_open"),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(
                condition=models.Q(("remaining__gt", 0)),
                fields=["account", "expires_on", "earned_at"],
                include=("remaining",),
                name="programs_lot_open",
            ),
        ),
    ]
