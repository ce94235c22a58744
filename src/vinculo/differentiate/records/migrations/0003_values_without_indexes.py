"""Lists are read from a file of the served values: their indexes were built every night for nobody."""

from django.db import migrations

INDEXES = ("total", "residual", "rank", "recency", "first", "tier", "area", "segment", "map")


class Migration(migrations.Migration):
    dependencies = [("differentiate", "0002_served_columns")]

    operations = [migrations.RemoveIndex("customervalue", f"customervalue_{name}") for name in INDEXES]
