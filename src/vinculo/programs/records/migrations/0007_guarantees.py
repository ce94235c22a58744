"""Service guarantees and the promises under them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identify", "0017_matchings_follow_arrivals"),
        ("programs", "0006_finance"),
    ]

    operations = [
        migrations.CreateModel(
            name="ServiceHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("hours", models.JSONField(verbose_name="hours")),
                ("holidays", models.JSONField(blank=True, default=list, verbose_name="holidays")),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.program"
                    ),
                ),
            ],
            options={
                "verbose_name": "service hours",
                "verbose_name_plural": "service hours",
            },
        ),
        migrations.CreateModel(
            name="Guarantee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("name_en", models.CharField(max_length=120, verbose_name="name in English")),
                ("name_es", models.CharField(max_length=120, verbose_name="name in Spanish")),
                ("text_en", models.TextField(blank=True, verbose_name="text in English")),
                ("text_es", models.TextField(blank=True, verbose_name="text in Spanish")),
                ("starts", models.CharField(max_length=60, verbose_name="what starts the clock")),
                ("keeps", models.CharField(max_length=60, verbose_name="what keeps it")),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("minutes", "minutes"),
                            ("hours", "hours"),
                            ("days", "days"),
                            ("on_the_day", "on the day that was promised"),
                        ],
                        max_length=10,
                        verbose_name="time is counted in",
                    ),
                ),
                ("amount", models.PositiveIntegerField(default=0, verbose_name="time")),
                (
                    "late_news_minutes",
                    models.PositiveIntegerField(default=0, verbose_name="minutes in which news may come late"),
                ),
                ("exclusions", models.JSONField(blank=True, default=list, verbose_name="exclusions")),
                (
                    "gift",
                    models.CharField(
                        choices=[("points", "points"), ("reward", "a reward"), ("money_off", "money off")],
                        max_length=9,
                        verbose_name="gift",
                    ),
                ),
                ("points", models.PositiveBigIntegerField(default=0, verbose_name="points")),
                ("published_from", models.DateField(blank=True, null=True, verbose_name="published from")),
                ("published_to", models.DateField(blank=True, null=True, verbose_name="no more from")),
                ("created_at", models.DateTimeField()),
                ("created_by", models.CharField(blank=True, max_length=150)),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="guarantees", to="programs.program"
                    ),
                ),
                (
                    "reward",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.reward",
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
                (
                    "service_hours",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.servicehours",
                        verbose_name="service hours",
                    ),
                ),
            ],
            options={
                "verbose_name": "service guarantee",
                "verbose_name_plural": "service guarantees",
            },
        ),
        migrations.CreateModel(
            name="Promise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("origin", models.CharField(blank=True, max_length=64, verbose_name="source")),
                ("reference", models.CharField(max_length=120, verbose_name="reference")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("early", "kept before it was known"),
                            ("open", "open"),
                            ("kept", "kept"),
                            ("broken", "broken"),
                            ("excluded", "does not count"),
                        ],
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("started_at", models.DateTimeField(null=True, verbose_name="started at")),
                ("due_at", models.DateTimeField(null=True, verbose_name="due at")),
                ("kept_at", models.DateTimeField(null=True, verbose_name="kept at")),
                ("broken_at", models.DateTimeField(null=True, verbose_name="found broken at")),
                ("excluded", models.CharField(blank=True, max_length=40, verbose_name="exclusion")),
                ("excluded_by", models.CharField(blank=True, max_length=150)),
                ("given_at", models.DateTimeField(null=True, verbose_name="given at")),
                ("not_given", models.CharField(blank=True, max_length=40)),
                ("posting_id", models.BigIntegerField(null=True)),
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
                    "guarantee",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="promises",
                        to="programs.guarantee",
                    ),
                ),
                (
                    "redemption",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.redemption",
                    ),
                ),
            ],
            options={
                "verbose_name": "promise",
                "verbose_name_plural": "promises",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["due_at"], name="programs_promise_open"
                    ),
                    models.Index(
                        condition=models.Q(("given_at__isnull", True), ("state", "broken")),
                        fields=["broken_at"],
                        name="programs_promise_owed",
                    ),
                    models.Index(fields=["guarantee", "due_at"], name="programs_promise_months"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("guarantee", "origin", "reference"), name="programs_promise_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "early"),
                            models.Q(("customer__isnull", False), ("due_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="programs_promise_is_to_somebody",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="servicehours",
            constraint=models.UniqueConstraint(fields=("program", "name"), name="programs_servicehours_name"),
        ),
        migrations.AddConstraint(
            model_name="guarantee",
            constraint=models.UniqueConstraint(fields=("program", "code"), name="programs_guarantee_code"),
        ),
        migrations.AddConstraint(
            model_name="guarantee",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("gift", "points"), ("points__gt", 0), ("unit__isnull", False)),
                    models.Q(models.Q(("gift", "points"), _negated=True), ("reward__isnull", False)),
                    _connector="OR",
                ),
                name="programs_guarantee_gives",
            ),
        ),
    ]
