"""What finance keeps: books, dated rates, estimates with four eyes, budgets of campaigns, closed periods."""

import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models

GUARD = """
CREATE FUNCTION programs_books_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was said to finance stays: add a later row';
END $$;
CREATE TRIGGER programs_pointrate_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON programs_pointrate
    FOR EACH STATEMENT EXECUTE FUNCTION programs_books_guard();
CREATE TRIGGER programs_campaignbudget_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON programs_campaignbudget
    FOR EACH STATEMENT EXECUTE FUNCTION programs_books_guard();
CREATE TRIGGER programs_periodclose_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON programs_periodclose
    FOR EACH STATEMENT EXECUTE FUNCTION programs_books_guard();
CREATE FUNCTION programs_estimate_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'proposed' OR (OLD.unit_id, OLD.effective_on, OLD.rate, OLD.by_month,
        OLD.reason, OLD.proposed_by, OLD.proposed_at) IS DISTINCT FROM (NEW.unit_id, NEW.effective_on, NEW.rate,
        NEW.by_month, NEW.reason, NEW.proposed_by, NEW.proposed_at)
    THEN RAISE EXCEPTION 'an estimate is settled once and never changed: propose another'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER programs_estimate_guard BEFORE UPDATE OR DELETE ON programs_redemptionestimate
    FOR EACH ROW EXECUTE FUNCTION programs_estimate_guard();
CREATE INDEX programs_posting_by_day ON programs_posting USING brin (happened_at)
"""
"""What was said stays; a period is found in the journal without reading the years before it."""

UNGUARD = """
DROP INDEX programs_posting_by_day;
DROP FUNCTION programs_books_guard() CASCADE;
DROP FUNCTION programs_estimate_guard() CASCADE
"""


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0005_belonging"),
    ]

    operations = [
        migrations.CreateModel(
            name="Books",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entity", models.CharField(max_length=120, verbose_name="legal entity")),
                ("accounts", models.JSONField(default=dict, verbose_name="accounts of the general ledger")),
                (
                    "program",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.program"
                    ),
                ),
            ],
            options={
                "verbose_name": "books of a programme",
                "verbose_name_plural": "books of programmes",
            },
        ),
        migrations.CreateModel(
            name="CampaignBudget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("campaign", models.CharField(max_length=60, verbose_name="campaign")),
                ("points", models.BigIntegerField(verbose_name="points")),
                ("author", models.CharField(max_length=150, verbose_name="by")),
                ("recorded_at", models.DateTimeField()),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.program"
                    ),
                ),
            ],
            options={
                "verbose_name": "budget of a campaign",
                "verbose_name_plural": "budgets of campaigns",
                "indexes": [models.Index(fields=["program", "campaign", "-id"], name="programs_budget_of_campaign")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("points__gte", 0)), name="programs_budget_positive")
                ],
            },
        ),
        migrations.CreateModel(
            name="PeriodClose",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("closed_from", models.DateTimeField(verbose_name="from")),
                ("closed_until", models.DateTimeField(verbose_name="until")),
                ("last_day", models.DateField(verbose_name="last day")),
                ("last_posting_id", models.BigIntegerField()),
                ("postings", models.BigIntegerField(verbose_name="postings")),
                (
                    "closing",
                    models.JSONField(
                        encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name="closing balances"
                    ),
                ),
                ("folder", models.CharField(max_length=200)),
                ("movements_sha256", models.CharField(max_length=64)),
                ("reports_sha256", models.CharField(max_length=64)),
                ("author", models.CharField(max_length=150, verbose_name="by")),
                ("closed_at", models.DateTimeField()),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.program"
                    ),
                ),
            ],
            options={
                "verbose_name": "closed period",
                "verbose_name_plural": "closed periods",
                "constraints": [
                    models.UniqueConstraint(fields=("program", "closed_from"), name="programs_close_follows"),
                    models.UniqueConstraint(fields=("program", "closed_until"), name="programs_close_once"),
                    models.CheckConstraint(
                        condition=models.Q(("closed_from__lt", models.F("closed_until"))), name="programs_close_forward"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PointRate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("cost", "cost"), ("value", "fair value")], max_length=5, verbose_name="kind"
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("minor_per_1000", models.BigIntegerField(verbose_name="minor units for 1,000 points")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("author", models.CharField(max_length=150, verbose_name="by")),
                ("recorded_at", models.DateTimeField()),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "rate of a point",
                "verbose_name_plural": "rates of points",
                "indexes": [models.Index(fields=["unit", "kind", "valid_from"], name="programs_rate_of_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("minor_per_1000__gte", 0)), name="programs_rate_positive"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RedemptionEstimate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("effective_on", models.DateField(verbose_name="effective on")),
                ("rate", models.DecimalField(decimal_places=8, max_digits=9, verbose_name="rate of redemption")),
                ("by_month", models.JSONField(default=dict, verbose_name="rates of months")),
                ("method", models.CharField(blank=True, max_length=40, verbose_name="method")),
                ("reason", models.CharField(max_length=400, verbose_name="reason")),
                ("owed_before_minor", models.BigIntegerField(null=True, verbose_name="owed with the estimate before")),
                ("owed_after_minor", models.BigIntegerField(null=True, verbose_name="owed with this estimate")),
                (
                    "state",
                    models.CharField(
                        choices=[("proposed", "proposed"), ("approved", "approved"), ("refused", "refused")],
                        default="proposed",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("proposed_by", models.CharField(max_length=150, verbose_name="proposed by")),
                ("proposed_at", models.DateTimeField()),
                ("decided_by", models.CharField(blank=True, max_length=150, verbose_name="decided by")),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "previous",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.redemptionestimate",
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
                "verbose_name": "estimate of redemption",
                "verbose_name_plural": "estimates of redemption",
                "indexes": [models.Index(fields=["unit", "effective_on"], name="programs_estimate_of_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("rate__gte", 0), ("rate__lte", 1)), name="programs_estimate_is_a_share"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decided_by", ""), ("state", "proposed")),
                            models.Q(
                                ("decided_at__isnull", False),
                                models.Q(("state", "proposed"), _negated=True),
                                models.Q(("decided_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="programs_estimate_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="programs_estimate_four_eyes",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")), fields=("unit",), name="programs_estimate_one_open"
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
