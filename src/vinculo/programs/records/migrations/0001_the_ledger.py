"""The ledger: its tables, the guard of its journal, and posting one at a time."""

from pathlib import Path

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

HERE = Path(__file__).parent
JOURNAL = (HERE / "0001_journal.sql").read_text("utf-8")
"""What was written stays, whoever asks (I5); what is hashed of it."""
POST = (HERE / "0001_post.sql").read_text("utf-8")


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("identify", "0017_matchings_follow_arrivals"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("wallet", "wallet"),
                            ("pending", "pending"),
                            ("blocked", "blocked"),
                            ("issuance", "issuance"),
                            ("redemption", "redemption"),
                            ("breakage", "breakage"),
                            ("correction", "correction"),
                            ("partner", "partner"),
                        ],
                        max_length=10,
                    ),
                ),
                ("partner_code", models.CharField(blank=True, max_length=40)),
                ("balance", models.BigIntegerField(null=True, verbose_name="balance")),
                ("floor", models.BigIntegerField(default=0)),
                ("active_on", models.DateField(null=True, verbose_name="last activity")),
                ("opened_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "account",
                "verbose_name_plural": "accounts",
            },
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.BigIntegerField()),
                ("number", models.BigIntegerField()),
                ("until", models.BigIntegerField()),
                ("postings", models.PositiveIntegerField()),
                ("previous_hash", models.BinaryField(max_length=32)),
                ("hash", models.BinaryField(max_length=32)),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=24, verbose_name="card number")),
                (
                    "kind",
                    models.CharField(
                        choices=[("person", "person"), ("company", "company"), ("pool", "household or group")],
                        default="person",
                        max_length=7,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "active"), ("blocked", "blocked"), ("left", "left")],
                        default="active",
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                ("joined_on", models.DateField(verbose_name="member since")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="left on")),
                ("joined_by", models.CharField(blank=True, max_length=150, verbose_name="by")),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "pool",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sharers",
                        to="programs.member",
                    ),
                ),
            ],
            options={
                "verbose_name": "member",
                "verbose_name_plural": "members",
            },
        ),
        migrations.CreateModel(
            name="Program",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("zone", models.CharField(default="UTC", max_length=60, verbose_name="time zone")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "being prepared"), ("open", "open"), ("closed", "closed")],
                        default="draft",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("started_on", models.DateField(verbose_name="started on")),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "programme",
                "verbose_name_plural": "programmes",
            },
        ),
        migrations.CreateModel(
            name="Lot",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("grant_class", models.CharField(max_length=12)),
                ("earned_at", models.DateTimeField()),
                ("expires_on", models.DateField(null=True)),
                ("release_at", models.DateTimeField(null=True)),
                ("release_event", models.CharField(blank=True, max_length=200)),
                ("issued", models.BigIntegerField()),
                ("remaining", models.BigIntegerField()),
                ("expired", models.BigIntegerField(default=0)),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.account",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="account",
            name="member",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="accounts",
                to="programs.member",
            ),
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=60)),
                ("event", models.CharField(max_length=200)),
                ("payload_hash", models.BinaryField(max_length=16)),
                (
                    "kind",
                    models.CharField(
                        choices=[
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
                        ],
                        max_length=10,
                    ),
                ),
                ("outcome", models.CharField(blank=True, max_length=40)),
                ("asked", models.BigIntegerField()),
                ("amount", models.BigIntegerField()),
                ("balance", models.BigIntegerField(default=0)),
                ("grant_class", models.CharField(blank=True, max_length=12)),
                ("reward_class", models.CharField(blank=True, max_length=12)),
                ("reference", models.CharField(blank=True, max_length=120)),
                ("rule_id", models.BigIntegerField(null=True)),
                ("rule_version", models.IntegerField(null=True)),
                ("campaign", models.CharField(blank=True, max_length=60)),
                ("happened_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("held_until", models.DateTimeField(null=True)),
                ("batch_number", models.BigIntegerField()),
                ("author", models.CharField(blank=True, max_length=150)),
                ("details", models.JSONField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.account",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.member",
                    ),
                ),
                (
                    "refers_to",
                    models.ForeignKey(
                        db_column="refers_to",
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.posting",
                    ),
                ),
                (
                    "to_account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.account",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.program",
                    ),
                ),
            ],
            options={
                "verbose_name": "posting",
                "verbose_name_plural": "postings",
            },
        ),
        migrations.CreateModel(
            name="LotUse",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "posting_id", "place", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("place", models.SmallIntegerField()),
                ("amount", models.BigIntegerField()),
                (
                    "lot",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.lot",
                    ),
                ),
                (
                    "posting",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.posting",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="lot",
            name="award",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programs.posting",
            ),
        ),
        migrations.AddField(
            model_name="lot",
            name="posting",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programs.posting",
            ),
        ),
        migrations.AddField(
            model_name="member",
            name="program",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="members", to="programs.program"
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="program",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programs.program",
            ),
        ),
        migrations.CreateModel(
            name="Strand",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("batches", models.BigIntegerField(default=0)),
                ("hash", models.BinaryField(max_length=32)),
                (
                    "program",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.program"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="batch",
            name="strand",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programs.strand",
            ),
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "posting_id", "place", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("place", models.SmallIntegerField()),
                ("amount", models.BigIntegerField()),
                (
                    "credit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.account",
                    ),
                ),
                (
                    "debit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.account",
                    ),
                ),
                (
                    "posting",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.posting",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("spendable", models.BooleanField(default=True, verbose_name="is spent")),
                ("qualifying", models.BooleanField(default=False, verbose_name="decides levels")),
                (
                    "expiry",
                    models.CharField(
                        choices=[
                            ("none", "never"),
                            ("age", "some months after they were given"),
                            ("calendar", "on a day of the year"),
                            ("inactivity", "some months after the last activity"),
                        ],
                        default="none",
                        max_length=10,
                        verbose_name="expiry",
                    ),
                ),
                ("expiry_months", models.PositiveSmallIntegerField(default=0, verbose_name="months until expiry")),
                (
                    "expiry_rounding",
                    models.CharField(
                        choices=[("day", "day"), ("month", "month"), ("quarter", "quarter"), ("year", "year")],
                        default="day",
                        max_length=7,
                        verbose_name="rounded to the end of",
                    ),
                ),
                ("expiry_day", models.CharField(blank=True, max_length=5, verbose_name="day of the year")),
                ("grace_days", models.PositiveSmallIntegerField(default=0, verbose_name="days of grace")),
                (
                    "return_policy",
                    models.CharField(
                        choices=[
                            ("pending", "only what is still pending"),
                            ("balance", "as far as the balance goes"),
                            ("floor", "down to a floor below zero"),
                        ],
                        default="balance",
                        max_length=7,
                        verbose_name="returns",
                    ),
                ),
                ("floor", models.BigIntegerField(default=0, verbose_name="floor")),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="units", to="programs.program"
                    ),
                ),
            ],
            options={
                "verbose_name": "unit",
                "verbose_name_plural": "units",
            },
        ),
        migrations.AddField(
            model_name="account",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="accounts",
                to="programs.unit",
            ),
        ),
        migrations.CreateModel(
            name="Pool",
            fields=[
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="terms",
                        serialize=False,
                        to="programs.member",
                    ),
                ),
                (
                    "contribution_percent",
                    models.PositiveSmallIntegerField(default=100, verbose_name="share of what is earned"),
                ),
                (
                    "monthly_cap",
                    models.BigIntegerField(blank=True, null=True, verbose_name="most a member may take a month"),
                ),
                (
                    "leaving",
                    models.CharField(
                        choices=[("stay", "they stay"), ("return", "what is left of them goes along")],
                        default="stay",
                        max_length=6,
                        verbose_name="on leaving",
                    ),
                ),
            ],
            options={
                "verbose_name": "shared points",
                "verbose_name_plural": "shared points",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("contribution_percent__lte", 100)), name="programs_pool_share"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(
                condition=models.Q(("remaining__gt", 0)),
                fields=["account", "expires_on", "earned_at"],
                name="programs_lot_open",
            ),
        ),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(
                condition=models.Q(("award", models.F("id")), _negated=True),
                fields=["award"],
                name="programs_lot_heirs",
            ),
        ),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(
                condition=models.Q(("release_at__isnull", False), ("remaining__gt", 0)),
                fields=["release_at"],
                name="programs_lot_pending",
            ),
        ),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(
                condition=models.Q(("remaining__gt", 0), models.Q(("release_event", ""), _negated=True)),
                fields=["release_event"],
                name="programs_lot_awaiting",
            ),
        ),
        migrations.AddIndex(
            model_name="lot",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["expires_on"], name="programs_lot_lost"
            ),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expired__gte", 0),
                    ("remaining__gte", 0),
                    (
                        "issued__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("remaining"), "+", models.F("expired")
                        ),
                    ),
                ),
                name="programs_lot_remaining",
            ),
        ),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(fields=["account", "-id"], name="programs_posting_of_account"),
        ),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(
                condition=models.Q(("refers_to__isnull", False)),
                fields=["refers_to"],
                name="programs_posting_refers_to",
            ),
        ),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(
                condition=models.Q(("to_account__isnull", False)),
                fields=["to_account", "-id"],
                name="programs_posting_received",
            ),
        ),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(
                condition=models.Q(("held_until__isnull", False), ("outcome", "")),
                fields=["held_until"],
                name="programs_posting_held",
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.UniqueConstraint(fields=("program", "source", "event"), name="programs_posting_key"),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("kind__in", ("release", "timeout", "cancel", "confirm", "unblock")),
                    ("outcome", ""),
                    ("refers_to__isnull", False),
                ),
                fields=("refers_to",),
                name="programs_posting_resolves_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.UniqueConstraint(fields=("program", "number"), name="programs_batch_number"),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(fields=("program", "number"), name="programs_member_number"),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(
                condition=models.Q(("left_on__isnull", True)),
                fields=("program", "customer"),
                name="programs_member_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="programs_transfer_amount"),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.UniqueConstraint(fields=("program", "code"), name="programs_unit_code"),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(condition=models.Q(("floor__lte", 0)), name="programs_unit_floor"),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                condition=models.Q(("member__isnull", True), _negated=True),
                fields=("member", "unit", "kind"),
                name="programs_account_of_member",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                condition=models.Q(("member__isnull", True)),
                fields=("unit", "kind", "partner_code"),
                name="programs_account_of_house",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("member__isnull", True), ("balance__isnull", True)),
                    models.Q(
                        models.Q(("member__isnull", True), _negated=True),
                        ("balance__gte", models.F("floor")),
                        ("balance__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="programs_account_above_floor",
            ),
        ),
        migrations.RunSQL(JOURNAL),
        migrations.RunSQL(POST),
    ]
