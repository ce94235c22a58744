"""Earning: its tables, and the guard of rules that were proposed."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

GUARD = """
CREATE FUNCTION programs_ruleversion_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state NOT IN ('draft', 'proposed') THEN
            RAISE EXCEPTION 'a rule that was approved is never removed: withdraw it';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state IN ('draft', 'proposed') AND (OLD.state = 'draft' OR NEW.state = 'draft'
        OR (NEW.definition, NEW.name) IS NOT DISTINCT FROM (OLD.definition, OLD.name)) THEN
        RETURN NEW;
    END IF;
    IF NEW.state IN ('draft', 'proposed') OR (NEW.rule_id, NEW.version, NEW.definition, NEW.name, NEW.starts_on,
        NEW.authors, NEW.approved_by, NEW.approved_at) IS DISTINCT FROM (OLD.rule_id, OLD.version, OLD.definition,
        OLD.name, OLD.starts_on, OLD.authors, OLD.approved_by, OLD.approved_at) THEN
        RAISE EXCEPTION 'what a rule says is never changed once it is proposed: write a new version';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER programs_ruleversion_guard BEFORE UPDATE OR DELETE ON programs_ruleversion
    FOR EACH ROW EXECUTE FUNCTION programs_ruleversion_guard()
"""
"""What was approved stays as it was approved, whoever asks; only its end may come."""


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0001_the_ledger"),
    ]

    operations = [
        migrations.CreateModel(
            name="Earning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=60)),
                ("event", models.TextField(db_collation="C")),
                ("trigger", models.CharField(max_length=16)),
                ("happened_at", models.DateTimeField()),
                ("digest", models.BinaryField(max_length=16)),
                ("steps", models.PositiveIntegerField(default=0)),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
            ],
        ),
        migrations.CreateModel(
            name="EarningPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("four_eyes", models.BooleanField(default=True, verbose_name="rules are approved by somebody else")),
                (
                    "program",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.program"
                    ),
                ),
            ],
            options={
                "verbose_name": "policy of earning",
                "verbose_name_plural": "policies of earning",
            },
        ),
        migrations.CreateModel(
            name="PointsPaid",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=60)),
                ("number", models.TextField(db_collation="C")),
                ("paid_minor", models.BigIntegerField()),
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
        ),
        migrations.CreateModel(
            name="Replay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("settings", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[("queued", "queued"), ("running", "running"), ("done", "done"), ("failed", "failed")],
                        default="queued",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("progress", models.FloatField(default=0.0)),
                ("result", models.JSONField(null=True)),
                ("error", models.TextField(blank=True)),
                ("asked_by", models.CharField(blank=True, max_length=150, verbose_name="asked by")),
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.program"
                    ),
                ),
            ],
            options={
                "verbose_name": "replay of rules",
                "verbose_name_plural": "replays of rules",
            },
        ),
        migrations.CreateModel(
            name="Rule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("created_at", models.DateTimeField()),
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
                "verbose_name": "earning rule",
                "verbose_name_plural": "earning rules",
            },
        ),
        migrations.CreateModel(
            name="EarnedLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line_key", models.TextField(db_collation="C")),
                ("version", models.PositiveIntegerField()),
                ("pieces", models.BigIntegerField()),
                ("points", models.BigIntegerField()),
                (
                    "earning",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="programs.earning",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.rule",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EarnedAward",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("given", models.BigIntegerField()),
                ("taken", models.BigIntegerField(default=0)),
                ("forgiven", models.BigIntegerField(default=0)),
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
                (
                    "earning",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="awards",
                        to="programs.earning",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.rule",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RuleDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("points", models.BigIntegerField(default=0)),
                ("times", models.BigIntegerField(default=0)),
                (
                    "rule",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.rule",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RuleVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("definition", models.JSONField()),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="in force from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="in force until before")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("proposed", "waits for approval"),
                            ("active", "approved"),
                            ("superseded", "replaced by a later version"),
                            ("retired", "withdrawn"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("authors", models.JSONField(default=list)),
                ("created_at", models.DateTimeField()),
                ("proposed_at", models.DateTimeField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("approved_by", models.CharField(blank=True, max_length=150, verbose_name="approved by")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "rule",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="programs.rule",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of an earning rule",
                "verbose_name_plural": "versions of earning rules",
            },
        ),
        migrations.CreateModel(
            name="Birthday",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.PositiveSmallIntegerField()),
                ("day", models.PositiveSmallIntegerField()),
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="programs.member"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["month", "day"], name="programs_birthday_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("day__gte", 1), ("day__lte", 31), ("month__gte", 1), ("month__lte", 12)),
                        name="programs_birthday_is_a_day",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="earning",
            constraint=models.UniqueConstraint(fields=("program", "source", "event"), name="programs_earning_key"),
        ),
        migrations.AddConstraint(
            model_name="pointspaid",
            constraint=models.UniqueConstraint(fields=("program", "source", "number"), name="programs_pointspaid_once"),
        ),
        migrations.AddConstraint(
            model_name="pointspaid",
            constraint=models.CheckConstraint(
                condition=models.Q(("paid_minor__gte", 0)), name="programs_pointspaid_amount"
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.UniqueConstraint(fields=("program", "code"), name="programs_rule_code"),
        ),
        migrations.AddConstraint(
            model_name="earnedline",
            constraint=models.UniqueConstraint(fields=("earning", "line_key", "rule"), name="programs_earnedline_once"),
        ),
        migrations.AddConstraint(
            model_name="earnedaward",
            constraint=models.UniqueConstraint(fields=("posting",), name="programs_earnedaward_posting"),
        ),
        migrations.AddConstraint(
            model_name="earnedaward",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("forgiven__gte", 0),
                    (
                        "given__gte",
                        django.db.models.expressions.CombinedExpression(models.F("taken"), "+", models.F("forgiven")),
                    ),
                    ("taken__gte", 0),
                ),
                name="programs_earnedaward_never_over",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleday",
            constraint=models.UniqueConstraint(fields=("rule", "day"), name="programs_ruleday_once"),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.UniqueConstraint(fields=("rule", "version"), name="programs_ruleversion_once"),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["draft", "proposed"])),
                fields=("rule",),
                name="programs_ruleversion_one_in_work",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("starts_on__isnull", True),
                    ("ends_on__isnull", True),
                    ("ends_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="programs_ruleversion_ends_after_it_begins",
            ),
        ),
        migrations.RunSQL(
            GUARD,
            "DROP TRIGGER programs_ruleversion_guard ON programs_ruleversion; DROP FUNCTION programs_ruleversion_guard()",
        ),
    ]
