"""Postings of campaigns are found, so that what is left of a budget is counted without reading the journal."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0007_guarantees"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(
                condition=models.Q(("campaign", ""), _negated=True),
                fields=["program", "campaign"],
                name="programs_posting_campaign",
            ),
        ),
    ]
