"""What pages filter and show of a customer besides; how often a run was tried, and whether to publish it by itself."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("differentiate", "0001_initial")]

    operations = [
        migrations.AddField(
            "customervalue", "contribution_rank", models.BigIntegerField(default=0), preserve_default=False
        ),
        migrations.AddField("customervalue", "first_purchase_on", models.DateField(null=True)),
        migrations.AddField("customervalue", "last_purchase_on", models.DateField(null=True)),
        migrations.AddField("customervalue", "median_interpurchase_days", models.FloatField(null=True)),
        migrations.AddField("customervalue", "overdue_ratio", models.FloatField(null=True)),
        migrations.AddField("customervalue", "preferred_hour", models.BigIntegerField(null=True)),
        migrations.AddField("customervalue", "preferred_weekday", models.BigIntegerField(null=True)),
        migrations.AddField("run", "attempts", models.IntegerField(default=0)),
        migrations.AddField("run", "publishing", models.BooleanField(default=False, verbose_name="publish when done")),
        migrations.AddIndex("customervalue", models.Index(fields=["contribution_rank"], name="customervalue_rank")),
        migrations.AddIndex(
            "customervalue", models.Index(fields=["first_purchase_on", "customer_id"], name="customervalue_first")
        ),
    ]
