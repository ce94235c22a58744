"""Points taken from members by hand, within the same limit of the day as those given."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0010_between_the_parts"),
    ]

    operations = [
        migrations.AddField(
            model_name="handgrant",
            name="takes",
            field=models.BooleanField(default=False, verbose_name="taken away"),
        ),
    ]
