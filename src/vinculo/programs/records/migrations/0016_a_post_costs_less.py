"""A post is measured by fewer rules: words of the journal have no lengths, and accounts no constraints of their keys."""

from pathlib import Path

from django.db import migrations, models

POST = (Path(__file__).parent / "0016_post.sql").read_text("utf-8")
KINDS = [
    ("award", "Points are given"),
    ("release", "Pending points become available"),
    ("timeout", "What was pending or reserved was not resolved in time"),
    ("cancel", "What was pending or reserved is cancelled"),
    ("spend", "Points are exchanged"),
    ("reserve", "Points are set aside for a reward"),
    ("confirm", "What was set aside is exchanged"),
    ("reverse", "A posting is taken back, in full or in part"),
    ("expire", "Points are lost by age"),
    ("reinstate", "Expired points are given back"),
    ("transfer", "Points go to another wallet"),
    ("block", "Points are blocked"),
    ("unblock", "Blocked points are free again"),
    ("adjust", "Somebody corrects a balance"),
]
WORDS = {
    "posting": {
        **dict.fromkeys(("source", "event"), models.TextField()),
        "kind": models.TextField(choices=KINDS),
        **dict.fromkeys(
            ("outcome", "grant_class", "reward_class", "reference", "campaign", "author"), models.TextField(blank=True)
        ),
    },
    "lot": {"grant_class": models.TextField(), "release_event": models.TextField(blank=True)},
}
OPEN = {"on_delete": models.PROTECT, "db_index": False, "db_constraint": False}
KEYS = {
    "account": {
        "unit": models.ForeignKey("programs.Unit", related_name="accounts", **OPEN),
        "member": models.ForeignKey("programs.Member", null=True, related_name="accounts", **OPEN),
    },
    "redemption": {"account": models.ForeignKey("programs.Account", null=True, related_name="+", **OPEN)},
}


class Migration(migrations.Migration):
    dependencies = [("programs", "0015_posting_costs_less")]

    operations = [
        migrations.RemoveIndex(model_name="lot", name="programs_lot_open"),
        *(
            migrations.AlterField(model_name=model, name=name, field=field)
            for model, fields in (*WORDS.items(), *KEYS.items())
            for name, field in fields.items()
        ),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(
                condition=models.Q(remaining__gt=0),
                fields=["account", "expires_on", "earned_at", "id"],
                include=("remaining",),
                name="programs_lot_open",
            ),
        ),
        migrations.AddField(
            model_name="unit",
            name="zone",
            field=models.CharField(db_default="UTC", editable=False, max_length=60),
        ),
        migrations.RunSQL(POST),
    ]
