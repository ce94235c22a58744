"""Lines are found through their order, and numbered a thousand at a time.

The index of their own numbers cost more than all else when they come in.
"""

from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations

NAME = "identify_orderline_pkey"


class Migration(migrations.Migration):
    """Leave the primary key out of the database: numbers are the sequence's, and ranges of pages tell where they lie."""

    dependencies = [("identify", "0004_what_hands_say")]
    operations = [
        migrations.RunSQL(
            f"ALTER TABLE identify_orderline DROP CONSTRAINT {NAME}",
            f"ALTER TABLE identify_orderline ADD CONSTRAINT {NAME} PRIMARY KEY (id)",
        ),
        migrations.RunSQL(
            "ALTER TABLE identify_orderline ALTER COLUMN id SET INCREMENT BY 1000",
            "ALTER TABLE identify_orderline ALTER COLUMN id SET INCREMENT BY 1",
        ),
        migrations.AddIndex(
            model_name="orderline",
            index=BrinIndex(autosummarize=True, fields=["id"], name="identify_line_number"),
        ),
    ]
