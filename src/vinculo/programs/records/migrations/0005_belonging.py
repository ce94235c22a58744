"""Belonging: challenges, streaks, merits, referrals, ballots, suggestions, early access."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0004_rewards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Badge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_en", models.CharField(max_length=80, verbose_name="name, English")),
                ("name_es", models.CharField(max_length=80, verbose_name="name, Spanish")),
                ("about_en", models.TextField(blank=True, verbose_name="text, English")),
                ("about_es", models.TextField(blank=True, verbose_name="text, Spanish")),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.program"
                    ),
                ),
            ],
            options={
                "verbose_name": "badge",
                "verbose_name_plural": "badges",
            },
        ),
        migrations.CreateModel(
            name="Ballot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_en", models.CharField(max_length=80, verbose_name="name, English")),
                ("name_es", models.CharField(max_length=80, verbose_name="name, Spanish")),
                ("about_en", models.TextField(blank=True, verbose_name="text, English")),
                ("about_es", models.TextField(blank=True, verbose_name="text, Spanish")),
                (
                    "kind",
                    models.CharField(
                        choices=[("reward", "reward"), ("cause", "cause")], max_length=6, verbose_name="kind"
                    ),
                ),
                ("opens_at", models.DateTimeField(verbose_name="opens")),
                ("closes_at", models.DateTimeField(verbose_name="closes")),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.program"
                    ),
                ),
            ],
            options={
                "verbose_name": "vote",
                "verbose_name_plural": "votes",
            },
        ),
        migrations.CreateModel(
            name="BallotOption",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_en", models.CharField(max_length=80, verbose_name="name, English")),
                ("name_es", models.CharField(max_length=80, verbose_name="name, Spanish")),
                ("about_en", models.TextField(blank=True, verbose_name="text, English")),
                ("about_es", models.TextField(blank=True, verbose_name="text, Spanish")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "ballot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="options", to="programs.ballot"
                    ),
                ),
            ],
            options={
                "verbose_name": "answer of a vote",
                "verbose_name_plural": "answers of votes",
            },
        ),
        migrations.CreateModel(
            name="Challenge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_en", models.CharField(max_length=80, verbose_name="name, English")),
                ("name_es", models.CharField(max_length=80, verbose_name="name, Spanish")),
                ("about_en", models.TextField(blank=True, verbose_name="text, English")),
                ("about_es", models.TextField(blank=True, verbose_name="text, Spanish")),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                (
                    "goal",
                    models.CharField(
                        choices=[
                            ("orders", "orders"),
                            ("spend", "purchases, in money"),
                            ("products", "pieces of products"),
                            ("events", "events"),
                        ],
                        max_length=8,
                        verbose_name="goal",
                    ),
                ),
                ("target", models.PositiveBigIntegerField(verbose_name="target")),
                ("products", models.JSONField(blank=True, default=list, verbose_name="codes of products")),
                ("event", models.CharField(blank=True, max_length=120, verbose_name="name of the event")),
                ("begins_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(verbose_name="until")),
                ("points", models.PositiveIntegerField(default=0, verbose_name="points")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "being prepared"), ("open", "open"), ("closed", "closed")],
                        default="draft",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "badge",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.badge",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.program"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "challenge",
                "verbose_name_plural": "challenges",
            },
        ),
        migrations.CreateModel(
            name="ChallengeEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("joined_on", models.DateField()),
                (
                    "challenge",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="programs.challenge",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.member"
                    ),
                ),
            ],
            options={
                "verbose_name": "place in a challenge",
                "verbose_name_plural": "places in challenges",
            },
        ),
        migrations.CreateModel(
            name="EarlyAccess",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_en", models.CharField(max_length=80, verbose_name="name, English")),
                ("name_es", models.CharField(max_length=80, verbose_name="name, Spanish")),
                ("subject", models.CharField(max_length=120, verbose_name="of what")),
                ("by_rank", models.JSONField(default=dict)),
                ("public_on", models.DateField(verbose_name="for everybody from")),
                (
                    "level_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.levelset"
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.program"
                    ),
                ),
            ],
            options={
                "verbose_name": "early access",
                "verbose_name_plural": "early accesses",
            },
        ),
        migrations.CreateModel(
            name="Merit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("challenge", "challenge"), ("streak", "streak"), ("referral", "referral")],
                        max_length=9,
                    ),
                ),
                ("subject_id", models.BigIntegerField()),
                ("mark", models.CharField(blank=True, max_length=40)),
                ("turn", models.PositiveSmallIntegerField(default=1)),
                ("points", models.PositiveIntegerField(default=0)),
                ("posting_id", models.BigIntegerField(null=True)),
                ("earned_on", models.DateField()),
                ("given_at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(null=True)),
                (
                    "badge",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.badge"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.member"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "merit",
                "verbose_name_plural": "merits",
            },
        ),
        migrations.CreateModel(
            name="ReferralCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=16, unique=True, verbose_name="code")),
                ("created_at", models.DateTimeField()),
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.member"
                    ),
                ),
            ],
            options={
                "verbose_name": "code of a member",
                "verbose_name_plural": "codes of members",
            },
        ),
        migrations.CreateModel(
            name="ReferralMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
                ("digest", models.CharField(max_length=64)),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="programs.member",
                    ),
                ),
            ],
            options={
                "verbose_name": "mark of a member",
                "verbose_name_plural": "marks of members",
            },
        ),
        migrations.CreateModel(
            name="ReferralPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rewards", models.JSONField()),
                ("welcome", models.PositiveIntegerField(default=0, verbose_name="points for the new member")),
                ("window_days", models.PositiveSmallIntegerField(default=30, verbose_name="days until paid")),
                ("minimum_minor", models.PositiveBigIntegerField(default=1, verbose_name="first purchase at least")),
                ("cap", models.PositiveSmallIntegerField(default=10, verbose_name="rewards a month at most")),
                (
                    "velocity",
                    models.PositiveSmallIntegerField(default=5, verbose_name="referrals that are suspected if more"),
                ),
                ("velocity_days", models.PositiveSmallIntegerField(default=7, verbose_name="within days")),
                ("open", models.BooleanField(default=True, verbose_name="open")),
                ("created_at", models.DateTimeField()),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.program"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "plan of referrals",
                "verbose_name_plural": "plans of referrals",
            },
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting for the first purchase"),
                            ("qualified", "waiting for the days of return"),
                            ("suspected", "suspected"),
                            ("paid", "paid"),
                            ("refused", "refused"),
                        ],
                        default="waiting",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("reasons", models.JSONField(default=list)),
                ("opened_at", models.DateTimeField()),
                ("order_id", models.BigIntegerField(null=True)),
                ("bought_on", models.DateField(null=True)),
                ("payable_on", models.DateField(null=True)),
                ("cleared", models.BooleanField(default=False)),
                ("decided_by", models.CharField(blank=True, max_length=150)),
                ("decided_at", models.DateTimeField(null=True)),
                ("note", models.TextField(blank=True)),
                (
                    "referee",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.member"
                    ),
                ),
                (
                    "referrer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.member",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.referralplan"
                    ),
                ),
            ],
            options={
                "verbose_name": "referral",
                "verbose_name_plural": "referrals",
            },
        ),
        migrations.CreateModel(
            name="Streak",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_en", models.CharField(max_length=80, verbose_name="name, English")),
                ("name_es", models.CharField(max_length=80, verbose_name="name, Spanish")),
                ("about_en", models.TextField(blank=True, verbose_name="text, English")),
                ("about_es", models.TextField(blank=True, verbose_name="text, Spanish")),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                (
                    "every",
                    models.CharField(
                        choices=[("week", "week"), ("month", "month")], max_length=5, verbose_name="every"
                    ),
                ),
                ("event", models.CharField(blank=True, max_length=120, verbose_name="name of the event")),
                ("grace", models.PositiveSmallIntegerField(default=0, verbose_name="steps that may be missed")),
                ("begins_on", models.DateField(verbose_name="from")),
                ("rewards", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "being prepared"), ("open", "open"), ("closed", "closed")],
                        default="draft",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "badge",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.badge",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.program"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "streak",
                "verbose_name_plural": "streaks",
            },
        ),
        migrations.CreateModel(
            name="Suggestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(verbose_name="text")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "new"),
                            ("considered", "being considered"),
                            ("done", "done"),
                            ("declined", "declined"),
                        ],
                        default="new",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("answer", models.TextField(blank=True, verbose_name="answer")),
                ("published", models.BooleanField(default=False, verbose_name="seen by members")),
                ("written_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.CharField(blank=True, max_length=150)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.member"
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.program"
                    ),
                ),
            ],
            options={
                "verbose_name": "suggestion",
                "verbose_name_plural": "suggestions",
            },
        ),
        migrations.CreateModel(
            name="Vote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("voted_at", models.DateTimeField()),
                (
                    "ballot",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.ballot",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.member"
                    ),
                ),
                (
                    "option",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.ballotoption"
                    ),
                ),
            ],
            options={
                "verbose_name": "vote of a member",
                "verbose_name_plural": "votes of members",
            },
        ),
        migrations.AddConstraint(
            model_name="badge",
            constraint=models.UniqueConstraint(fields=("program", "code"), name="programs_badge_code"),
        ),
        migrations.AddConstraint(
            model_name="ballot",
            constraint=models.CheckConstraint(
                condition=models.Q(("closes_at__gt", models.F("opens_at"))), name="programs_ballot_closes_after"
            ),
        ),
        migrations.AddConstraint(
            model_name="challenge",
            constraint=models.UniqueConstraint(fields=("program", "code"), name="programs_challenge_code"),
        ),
        migrations.AddConstraint(
            model_name="challenge",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("begins_on")), ("target__gte", 1)),
                name="programs_challenge_can_be_done",
            ),
        ),
        migrations.AddConstraint(
            model_name="challenge",
            constraint=models.CheckConstraint(
                condition=models.Q(("points", 0), ("unit__isnull", False), _connector="OR"),
                name="programs_challenge_points_have_a_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="challengeentry",
            constraint=models.UniqueConstraint(fields=("challenge", "member"), name="programs_challengeentry_once"),
        ),
        migrations.AddConstraint(
            model_name="earlyaccess",
            constraint=models.UniqueConstraint(fields=("program", "subject"), name="programs_earlyaccess_once"),
        ),
        migrations.AddIndex(
            model_name="merit",
            index=models.Index(fields=["member", "-id"], name="programs_merit_member"),
        ),
        migrations.AddConstraint(
            model_name="merit",
            constraint=models.UniqueConstraint(
                fields=("kind", "subject_id", "member", "mark", "turn"), name="programs_merit_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="merit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("taken_back_at__isnull", True)),
                fields=("kind", "subject_id", "member", "mark"),
                name="programs_merit_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="referralmark",
            constraint=models.UniqueConstraint(fields=("member", "kind", "digest"), name="programs_referralmark_once"),
        ),
        migrations.AddConstraint(
            model_name="referralplan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("open", True)), fields=("program",), name="programs_referralplan_one_open"
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["referrer", "opened_at"], name="programs_referral_referrer"),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["state", "payable_on"], name="programs_referral_state"),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(("referrer__lt", models.F("referee"))), name="programs_referral_no_circle"
            ),
        ),
        migrations.AddConstraint(
            model_name="streak",
            constraint=models.UniqueConstraint(fields=("program", "code"), name="programs_streak_code"),
        ),
        migrations.AddIndex(
            model_name="suggestion",
            index=models.Index(fields=["program", "state", "-id"], name="programs_suggestion_state"),
        ),
        migrations.AddConstraint(
            model_name="vote",
            constraint=models.UniqueConstraint(fields=("ballot", "member"), name="programs_vote_once"),
        ),
    ]
