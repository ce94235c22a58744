"""Rewards: the catalogue, its limits and codes, and what was redeemed."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identify", "0017_matchings_follow_arrivals"),
        ("programs", "0003_levels"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reward",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("money_off", "money off"),
                            ("percentage", "percentage off"),
                            ("voucher", "voucher code"),
                            ("product", "product"),
                            ("service", "service"),
                            ("experience", "experience"),
                            ("donation", "donation"),
                            ("partner", "partner's reward"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "being prepared"), ("offered", "offered"), ("stopped", "stopped")],
                        default="draft",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("name_en", models.CharField(max_length=120, verbose_name="name in English")),
                ("name_es", models.CharField(max_length=120, verbose_name="name in Spanish")),
                ("text_en", models.TextField(blank=True, verbose_name="text in English")),
                ("text_es", models.TextField(blank=True, verbose_name="text in Spanish")),
                ("picture", models.CharField(blank=True, max_length=200, verbose_name="picture")),
                ("points", models.PositiveBigIntegerField(blank=True, null=True, verbose_name="points")),
                ("amount_minor", models.PositiveBigIntegerField(blank=True, null=True, verbose_name="money off")),
                (
                    "percentage_bp",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="percentage off, in hundredths"),
                ),
                ("partner_code", models.CharField(blank=True, max_length=40, verbose_name="partner")),
                ("campaign", models.CharField(blank=True, max_length=60, verbose_name="campaign")),
                ("cost_minor", models.PositiveBigIntegerField(default=0, verbose_name="cost of one")),
                ("fair_value_minor", models.PositiveBigIntegerField(default=0, verbose_name="fair value of one")),
                ("stock", models.BigIntegerField(blank=True, null=True, verbose_name="in stock")),
                ("held", models.BigIntegerField(default=0, verbose_name="set aside")),
                ("offered_from", models.DateField(blank=True, null=True, verbose_name="offered from")),
                ("offered_to", models.DateField(blank=True, null=True, verbose_name="no more from")),
                (
                    "taken",
                    models.CharField(
                        choices=[
                            ("at_use", "when the reward is used; until then they are set aside"),
                            ("at_once", "at once; the code is used later"),
                        ],
                        default="at_use",
                        max_length=7,
                        verbose_name="points are taken",
                    ),
                ),
                (
                    "codes",
                    models.CharField(
                        choices=[
                            ("none", "it needs none"),
                            ("generated", "made for each redemption"),
                            ("pool", "taken from those at hand"),
                        ],
                        default="generated",
                        max_length=9,
                        verbose_name="codes",
                    ),
                ),
                (
                    "good_for_minutes",
                    models.PositiveIntegerField(default=10080, verbose_name="minutes until it is used"),
                ),
                ("created_at", models.DateTimeField()),
                ("created_by", models.CharField(blank=True, max_length=150)),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rewards", to="programs.program"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.unit",
                        verbose_name="paid with",
                    ),
                ),
            ],
            options={
                "verbose_name": "reward",
                "verbose_name_plural": "rewards",
            },
        ),
        migrations.CreateModel(
            name="Redemption",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=60)),
                ("key", models.CharField(max_length=160)),
                ("payload_hash", models.BinaryField(max_length=16)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reserved", "set aside"),
                            ("issued", "given out, not used yet"),
                            ("confirmed", "used"),
                            ("cancelled", "cancelled"),
                            ("expired", "not used in time, points given back"),
                            ("lapsed", "not used in time"),
                            ("returned", "taken back"),
                            ("refused", "refused"),
                        ],
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("refused", models.CharField(blank=True, max_length=40)),
                ("quantity", models.PositiveIntegerField(default=1, verbose_name="pieces")),
                ("returned_quantity", models.PositiveIntegerField(default=0)),
                ("points", models.PositiveBigIntegerField(default=0, verbose_name="points")),
                ("cost_minor", models.PositiveBigIntegerField(default=0)),
                ("fair_value_minor", models.PositiveBigIntegerField(default=0)),
                ("charges", models.JSONField(default=list)),
                ("stock_held", models.BooleanField(default=False)),
                ("reserve_posting_id", models.BigIntegerField(null=True)),
                ("confirm_posting_id", models.BigIntegerField(null=True)),
                ("given_for", models.CharField(blank=True, max_length=60)),
                ("place", models.CharField(blank=True, max_length=80, verbose_name="where")),
                ("reserved_at", models.DateTimeField(verbose_name="set aside at")),
                ("good_until", models.DateTimeField(verbose_name="good until")),
                ("resolved_at", models.DateTimeField(null=True)),
                ("reserved_by", models.CharField(blank=True, max_length=150)),
                ("resolved_by", models.CharField(blank=True, max_length=150)),
                ("confirm_key", models.CharField(blank=True, max_length=160)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.account",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.customer",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="redemptions",
                        to="programs.member",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.program",
                    ),
                ),
                (
                    "reward",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="redemptions",
                        to="programs.reward",
                    ),
                ),
            ],
            options={
                "verbose_name": "redemption",
                "verbose_name_plural": "redemptions",
            },
        ),
        migrations.CreateModel(
            name="RewardCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("free", "free"),
                            ("allotted", "given to somebody"),
                            ("used", "used"),
                            ("void", "cancelled"),
                        ],
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("digest", models.BinaryField(max_length=32)),
                ("last_four", models.CharField(max_length=4)),
                ("salt", models.BinaryField(max_length=16)),
                ("sealed", models.BinaryField()),
                ("pooled", models.BooleanField()),
                ("shown", models.BooleanField(default=False)),
                ("expires_on", models.DateField(null=True, verbose_name="expires on")),
                ("created_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("used_by", models.CharField(blank=True, max_length=150)),
                ("place", models.CharField(blank=True, max_length=80)),
                (
                    "program",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.program",
                    ),
                ),
                (
                    "redemption",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="code",
                        to="programs.redemption",
                    ),
                ),
                (
                    "reward",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.reward",
                    ),
                ),
            ],
            options={
                "verbose_name": "code",
                "verbose_name_plural": "codes",
            },
        ),
        migrations.CreateModel(
            name="RewardLimit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("campaign", models.CharField(blank=True, max_length=60, verbose_name="campaign")),
                ("per_member", models.BooleanField(default=False, verbose_name="of each member")),
                (
                    "period",
                    models.CharField(
                        choices=[
                            ("ever", "ever"),
                            ("day", "day"),
                            ("week", "week"),
                            ("month", "month"),
                            ("quarter", "quarter"),
                            ("year", "year"),
                        ],
                        default="ever",
                        max_length=7,
                        verbose_name="period",
                    ),
                ),
                (
                    "measure",
                    models.CharField(
                        choices=[("pieces", "pieces"), ("points", "points"), ("cost", "cost")],
                        max_length=6,
                        verbose_name="counts",
                    ),
                ),
                ("most", models.PositiveBigIntegerField(verbose_name="at most")),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.program"
                    ),
                ),
                (
                    "reward",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="limits",
                        to="programs.reward",
                    ),
                ),
            ],
            options={
                "verbose_name": "limit",
                "verbose_name_plural": "limits",
            },
        ),
        migrations.CreateModel(
            name="LimitUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("period_from", models.DateField()),
                ("used", models.BigIntegerField(default=0)),
                ("stopped_at", models.DateTimeField(null=True)),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.member",
                    ),
                ),
                (
                    "limit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="programs.rewardlimit"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RewardPrice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.CharField(blank=True, max_length=40, verbose_name="level")),
                ("segment", models.CharField(blank=True, max_length=60, verbose_name="segment")),
                ("points", models.PositiveBigIntegerField(verbose_name="points")),
                ("offered_from", models.DateField(blank=True, null=True, verbose_name="offered from")),
                (
                    "reward",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="prices", to="programs.reward"
                    ),
                ),
            ],
            options={
                "verbose_name": "price",
                "verbose_name_plural": "prices",
            },
        ),
        migrations.CreateModel(
            name="CodeTry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(max_length=160)),
                ("failures", models.PositiveIntegerField()),
                ("tried_at", models.DateTimeField()),
                ("locked_until", models.DateTimeField(null=True)),
                (
                    "program",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.program",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("program", "subject"), name="programs_codetry_of")],
            },
        ),
        migrations.CreateModel(
            name="RedemptionReturn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=160)),
                ("quantity", models.PositiveIntegerField()),
                ("points", models.PositiveBigIntegerField()),
                ("restocked", models.BooleanField()),
                ("posting_id", models.BigIntegerField(null=True)),
                ("happened_at", models.DateTimeField()),
                ("author", models.CharField(blank=True, max_length=150)),
                (
                    "redemption",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="returns", to="programs.redemption"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("redemption", "key"), name="programs_redemptionreturn_key"),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="programs_redemptionreturn_quantity"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="reward",
            constraint=models.UniqueConstraint(fields=("program", "code"), name="programs_reward_code"),
        ),
        migrations.AddConstraint(
            model_name="reward",
            constraint=models.CheckConstraint(
                condition=models.Q(("stock__isnull", True), ("stock__gte", 0), _connector="OR"),
                name="programs_reward_stock",
            ),
        ),
        migrations.AddConstraint(
            model_name="reward",
            constraint=models.CheckConstraint(condition=models.Q(("held__gte", 0)), name="programs_reward_held"),
        ),
        migrations.AddConstraint(
            model_name="reward",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("offered_from__isnull", True),
                    ("offered_to__isnull", True),
                    ("offered_to__gt", models.F("offered_from")),
                    _connector="OR",
                ),
                name="programs_reward_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="reward",
            constraint=models.CheckConstraint(
                condition=models.Q(("percentage_bp__isnull", True), ("percentage_bp__lte", 10000), _connector="OR"),
                name="programs_reward_percentage",
            ),
        ),
        migrations.AddIndex(
            model_name="redemption",
            index=models.Index(
                condition=models.Q(("state__in", ("reserved", "issued"))),
                fields=["program", "good_until"],
                name="programs_redemption_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="redemption",
            constraint=models.UniqueConstraint(fields=("program", "source", "key"), name="programs_redemption_key"),
        ),
        migrations.AddConstraint(
            model_name="redemption",
            constraint=models.CheckConstraint(
                condition=models.Q(("returned_quantity__lte", models.F("quantity"))),
                name="programs_redemption_returned",
            ),
        ),
        migrations.AddConstraint(
            model_name="redemption",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("refused__gt", ""), ("state", "refused")),
                    models.Q(models.Q(("state", "refused"), _negated=True), ("refused", "")),
                    _connector="OR",
                ),
                name="programs_redemption_refused",
            ),
        ),
        migrations.AddIndex(
            model_name="rewardcode",
            index=models.Index(
                condition=models.Q(("state", "free")),
                fields=["reward", "expires_on", "id"],
                name="programs_rewardcode_free",
            ),
        ),
        migrations.AddIndex(
            model_name="rewardcode",
            index=models.Index(fields=["reward", "state"], name="programs_rewardcode_states"),
        ),
        migrations.AddConstraint(
            model_name="rewardcode",
            constraint=models.UniqueConstraint(fields=("program", "digest"), name="programs_rewardcode_digest"),
        ),
        migrations.AddIndex(
            model_name="rewardlimit",
            index=models.Index(fields=["program", "reward"], name="programs_rewardlimit_of"),
        ),
        migrations.AddConstraint(
            model_name="limituse",
            constraint=models.UniqueConstraint(
                fields=("limit", "member", "period_from"), name="programs_limituse_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="limituse",
            constraint=models.CheckConstraint(condition=models.Q(("used__gte", 0)), name="programs_limituse_used"),
        ),
        migrations.AddConstraint(
            model_name="rewardprice",
            constraint=models.UniqueConstraint(fields=("reward", "level", "segment"), name="programs_rewardprice_of"),
        ),
        migrations.AddConstraint(
            model_name="rewardprice",
            constraint=models.CheckConstraint(
                condition=models.Q(("level", ""), ("segment", ""), _negated=True),
                name="programs_rewardprice_is_for_somebody",
            ),
        ),
    ]
