"""A post reads the standing of a member from its account, and opens fewer indexes and conditions."""

from pathlib import Path

from django.db import migrations, models

POST = (Path(__file__).parent / "0015_post.sql").read_text("utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0014_lots_tell_when_by_their_index"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="lot",
            name="programs_lot_remaining",
        ),
        migrations.RemoveConstraint(
            model_name="posting",
            name="programs_posting_key",
        ),
        migrations.RemoveConstraint(
            model_name="posting",
            name="programs_posting_resolves_once",
        ),
        migrations.RemoveConstraint(
            model_name="transfer",
            name="programs_transfer_amount",
        ),
        migrations.RemoveIndex(
            model_name="lot",
            name="programs_lot_pending",
        ),
        migrations.RemoveIndex(
            model_name="lot",
            name="programs_lot_awaiting",
        ),
        migrations.RemoveIndex(
            model_name="posting",
            name="programs_posting_refers_to",
        ),
        migrations.RemoveIndex(
            model_name="posting",
            name="programs_posting_received",
        ),
        migrations.RemoveIndex(
            model_name="posting",
            name="programs_posting_held",
        ),
        migrations.RemoveIndex(
            model_name="posting",
            name="programs_posting_campaign",
        ),
        migrations.AddField(
            model_name="account",
            name="standing",
            field=models.CharField(db_default="active", max_length=10),
        ),
        migrations.AddField(
            model_name="unit",
            name="issuance_id",
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="unit",
            name="redemption_id",
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(
                condition=models.Q(
                    ("remaining__gt", 0),
                    models.Q(
                        ("release_at__isnull", False), models.Q(("release_event", ""), _negated=True), _connector="OR"
                    ),
                ),
                fields=["release_event", "release_at"],
                name="programs_lot_pending",
            ),
        ),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(
                condition=models.Q(
                    models.Q(("campaign", ""), _negated=True),
                    ("to_account__isnull", False),
                    ("held_until__isnull", False),
                    _connector="OR",
                ),
                fields=["to_account", "held_until", "campaign"],
                name="programs_posting_rare",
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.UniqueConstraint(fields=("event", "source", "program"), name="programs_posting_key"),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.UniqueConstraint(
                models.F("refers_to"),
                models.Case(
                    models.When(
                        models.Q(("kind__in", ("release", "timeout", "cancel", "confirm", "unblock")), ("outcome", "")),
                        then=0,
                    ),
                    default=models.F("id"),
                    output_field=models.BigIntegerField(),
                ),
                condition=models.Q(("refers_to__isnull", False)),
                name="programs_posting_resolves_once",
            ),
        ),
        migrations.RemoveConstraint(model_name="account", name="programs_account_above_floor"),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("balance__gte", models.F("floor"))), name="programs_account_above_floor"
            ),
        ),
        migrations.RunSQL(POST),
    ]
