"""Levels: sets, their terms, who stands where, and every change."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0002_earning"),
    ]

    operations = [
        migrations.CreateModel(
            name="LevelSet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_en", models.CharField(max_length=80, verbose_name="name, English")),
                ("name_es", models.CharField(max_length=80, verbose_name="name, Spanish")),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("points", "points of a unit"),
                            ("spend", "purchases, in money"),
                            ("orders", "number of orders"),
                        ],
                        default="points",
                        max_length=8,
                        verbose_name="counts",
                    ),
                ),
                (
                    "window",
                    models.CharField(
                        choices=[
                            ("calendar", "calendar periods"),
                            ("anniversary", "years of membership"),
                            ("rolling", "the last months"),
                        ],
                        default="calendar",
                        max_length=12,
                        verbose_name="window",
                    ),
                ),
                ("months", models.PositiveSmallIntegerField(default=12, verbose_name="months")),
                ("first_month", models.PositiveSmallIntegerField(default=1, verbose_name="first month")),
                ("carries", models.BooleanField(default=False, verbose_name="a company's level is that of its people")),
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "set of levels",
                "verbose_name_plural": "sets of levels",
            },
        ),
        migrations.CreateModel(
            name="LevelGrant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.PositiveSmallIntegerField()),
                ("begins_on", models.DateField(verbose_name="from")),
                ("until_on", models.DateField(verbose_name="until")),
                ("reason", models.TextField(verbose_name="reason")),
                ("author", models.CharField(max_length=150, verbose_name="by")),
                ("granted_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_by", models.CharField(blank=True, max_length=150)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.member"
                    ),
                ),
                (
                    "level_set",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.levelset",
                    ),
                ),
            ],
            options={
                "verbose_name": "level given by hand",
                "verbose_name_plural": "levels given by hand",
            },
        ),
        migrations.CreateModel(
            name="LevelChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_rank", models.PositiveSmallIntegerField()),
                ("to_rank", models.PositiveSmallIntegerField()),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("reached", "reached"),
                            ("fell", "not confirmed"),
                            ("returned", "purchases came back"),
                            ("granted", "given by hand"),
                            ("grant_ended", "what was given has ended"),
                            ("group", "of the company or household"),
                            ("group_ended", "no more of the company or household"),
                        ],
                        max_length=12,
                    ),
                ),
                ("happened_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("inputs", models.JSONField()),
                ("author", models.CharField(blank=True, max_length=150)),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.member",
                    ),
                ),
                (
                    "level_set",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.levelset",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of level",
                "verbose_name_plural": "changes of level",
            },
        ),
        migrations.CreateModel(
            name="Level",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_en", models.CharField(max_length=80, verbose_name="name, English")),
                ("name_es", models.CharField(max_length=80, verbose_name="name, Spanish")),
                ("rank", models.PositiveSmallIntegerField(verbose_name="rank")),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                (
                    "level_set",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="levels",
                        to="programs.levelset",
                    ),
                ),
            ],
            options={
                "verbose_name": "level",
                "verbose_name_plural": "levels",
            },
        ),
        migrations.CreateModel(
            name="LevelStanding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.PositiveSmallIntegerField(default=0)),
                ("origin", models.CharField(default="earned", max_length=8)),
                ("earned", models.PositiveSmallIntegerField(default=0)),
                ("granted", models.PositiveSmallIntegerField(default=0)),
                ("of_group", models.PositiveSmallIntegerField(default=0)),
                ("since", models.DateField(null=True)),
                ("due_on", models.DateField(null=True)),
                (
                    "level_set",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.levelset",
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
                "verbose_name": "standing",
                "verbose_name_plural": "standings",
            },
        ),
        migrations.CreateModel(
            name="LevelTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("begins_on", models.DateField(verbose_name="in force from")),
                ("said", models.JSONField()),
                ("author", models.CharField(blank=True, max_length=150, verbose_name="by")),
                ("recorded_at", models.DateTimeField()),
                (
                    "level_set",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="programs.levelset",
                    ),
                ),
            ],
            options={
                "verbose_name": "terms of levels",
                "verbose_name_plural": "terms of levels",
            },
        ),
        migrations.AddConstraint(
            model_name="levelset",
            constraint=models.UniqueConstraint(fields=("program", "code"), name="programs_levelset_code"),
        ),
        migrations.AddConstraint(
            model_name="levelset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("basis", "points"), ("unit__isnull", False)),
                    models.Q(models.Q(("basis", "points"), _negated=True), ("unit__isnull", True)),
                    _connector="OR",
                ),
                name="programs_levelset_counts_points_of_a_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="levelgrant",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_on__gte", models.F("begins_on"))),
                name="programs_levelgrant_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="levelgrant",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("reason", ""), _negated=True), models.Q(("author", ""), _negated=True)),
                name="programs_levelgrant_says_who_and_why",
            ),
        ),
        migrations.AddIndex(
            model_name="levelchange",
            index=models.Index(fields=["member", "-id"], name="programs_levelchange_member"),
        ),
        migrations.AddConstraint(
            model_name="levelchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_rank", models.F("to_rank")), _negated=True),
                name="programs_levelchange_changes",
            ),
        ),
        migrations.AddConstraint(
            model_name="level",
            constraint=models.UniqueConstraint(fields=("level_set", "rank"), name="programs_level_rank"),
        ),
        migrations.AddConstraint(
            model_name="level",
            constraint=models.UniqueConstraint(fields=("level_set", "code"), name="programs_level_code"),
        ),
        migrations.AddConstraint(
            model_name="level",
            constraint=models.CheckConstraint(
                condition=models.Q(("rank__gte", 1)), name="programs_level_rank_from_one"
            ),
        ),
        migrations.AddIndex(
            model_name="levelstanding",
            index=models.Index(fields=["level_set", "due_on", "member"], name="programs_levelstanding_due"),
        ),
        migrations.AddIndex(
            model_name="levelstanding",
            index=models.Index(fields=["level_set", "rank"], name="programs_levelstanding_rank"),
        ),
        migrations.AddConstraint(
            model_name="levelstanding",
            constraint=models.UniqueConstraint(fields=("level_set", "member"), name="programs_levelstanding_once"),
        ),
        migrations.AddConstraint(
            model_name="levelterms",
            constraint=models.UniqueConstraint(fields=("level_set", "version"), name="programs_levelterms_version"),
        ),
    ]
