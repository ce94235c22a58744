"""What joins the parts: postings of campaigns are found, and redemptions know the order they paid a part of."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0009_the_till"),
    ]

    operations = [
        migrations.AddField(
            model_name="redemption",
            name="order_number",
            field=models.TextField(blank=True, db_collation="C", db_default="", default=""),
        ),
        migrations.AddField(
            model_name="redemption",
            name="order_source",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddField(
            model_name="redemption",
            name="paid_minor",
            field=models.PositiveBigIntegerField(db_default=0, default=0),
        ),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(
                condition=models.Q(("campaign", ""), _negated=True),
                fields=["program", "campaign"],
                name="programs_posting_campaign",
            ),
        ),
        migrations.AddIndex(
            model_name="redemption",
            index=models.Index(
                condition=models.Q(("order_number", ""), _negated=True),
                fields=["program", "order_number"],
                name="programs_redemption_of_order",
            ),
        ),
    ]
