"""Runs, publications, and the scores a run serves, one partition a run."""

import django.db.models.deletion
from django.db import migrations, models

PARTITIONED = """
ALTER TABLE differentiate_customervalue RENAME TO differentiate_customervalue_plain;
CREATE TABLE differentiate_customervalue (LIKE differentiate_customervalue_plain INCLUDING DEFAULTS)
    PARTITION BY LIST (run_id);
DROP TABLE differentiate_customervalue_plain;
ALTER TABLE differentiate_customervalue
    ADD CONSTRAINT differentiate_customervalue_pkey PRIMARY KEY (run_id, customer_id)
"""

# The application owns no table and may make none: these three functions, run as the owner, make the tables of one run.
FUNCTIONS = """
CREATE FUNCTION value_partition_open(run bigint) RETURNS text LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    part text := format('differentiate_customervalue_%s', run);
BEGIN
    PERFORM value_partition_drop(run);
    EXECUTE format('CREATE TABLE public.%I (LIKE public.differentiate_customervalue INCLUDING DEFAULTS,'
                   ' CONSTRAINT %I CHECK (run_id = %s))', part, part || '_run', run);
    EXECUTE format('GRANT SELECT, INSERT ON public.%I TO %I', part, session_user);
    RETURN part;
END
$$;
CREATE FUNCTION value_partition_attach(run bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    part text := format('differentiate_customervalue_%s', run);
BEGIN
    EXECUTE format('ALTER TABLE public.%I ADD PRIMARY KEY (run_id, customer_id)', part);
    EXECUTE format('ALTER TABLE public.differentiate_customervalue ATTACH PARTITION public.%I FOR VALUES IN (%s)',
                   part, run);
    EXECUTE format('ALTER TABLE public.%I DROP CONSTRAINT %I', part, part || '_run');
    EXECUTE format('REVOKE INSERT ON public.%I FROM %I', part, session_user);
    EXECUTE format('ANALYZE public.%I', part);
END
$$;
CREATE FUNCTION value_partition_drop(run bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    published bigint := (SELECT p.run_id FROM differentiate_publication p ORDER BY p.id DESC LIMIT 1);
BEGIN
    IF run IS NULL OR run IS NOT DISTINCT FROM published THEN
        RAISE EXCEPTION 'run % is published: its values cannot be dropped', run;
    END IF;
    EXECUTE format('DROP TABLE IF EXISTS public.%I', format('differentiate_customervalue_%s', run));
END
$$
"""
DROP = """
DROP FUNCTION value_partition_open(bigint);
DROP FUNCTION value_partition_attach(bigint);
DROP FUNCTION value_partition_drop(bigint)
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CustomerValue",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "run_id", "customer_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("run_id", models.BigIntegerField()),
                ("customer_id", models.BigIntegerField()),
                ("purchase_days", models.BigIntegerField()),
                ("repeat_purchase_days", models.BigIntegerField()),
                ("since_last_days", models.BigIntegerField(null=True)),
                ("age_at_last_days", models.BigIntegerField(null=True)),
                ("tenure_days", models.BigIntegerField(null=True)),
                ("mean_interpurchase_days", models.FloatField(null=True)),
                ("net_sales_minor", models.BigIntegerField()),
                ("contribution_minor", models.BigIntegerField()),
                ("expected_purchases", models.FloatField()),
                ("p_buys", models.FloatField()),
                ("churn_probability", models.FloatField()),
                ("expected_spend_minor", models.FloatField(null=True)),
                ("contribution_per_purchase_minor", models.FloatField()),
                ("residual_value_minor", models.BigIntegerField()),
                ("residual_value_low_minor", models.BigIntegerField()),
                ("residual_value_high_minor", models.BigIntegerField()),
                ("residual_value_infinite_minor", models.BigIntegerField()),
                ("total_value_minor", models.BigIntegerField()),
                ("recency_score", models.BigIntegerField()),
                ("frequency_score", models.BigIntegerField()),
                ("monetary_score", models.BigIntegerField()),
                ("time_score", models.BigIntegerField()),
                ("rfmt_code", models.TextField(db_collation="C")),
                ("rfmt_score", models.FloatField()),
                ("rfmt_segment", models.TextField(db_collation="C")),
                ("value_tier", models.TextField(db_collation="C")),
                ("value_tier_reason", models.TextField()),
                ("relationship_area", models.TextField(db_collation="C")),
                ("relationship_area_reason", models.TextField()),
                ("country", models.TextField(null=True)),
                ("channel", models.TextField(null=True)),
                ("segment", models.TextField(null=True)),
                ("dominant_category", models.TextField(null=True)),
                ("cohort", models.DateField(null=True)),
            ],
            options={
                "verbose_name": "value of a customer",
                "verbose_name_plural": "values of customers",
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("folder", models.TextField(blank=True, default="")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "queued"),
                            ("running", "running"),
                            ("done", "done"),
                            ("failed", "failed"),
                            ("cancelled", "cancelled"),
                        ],
                        default="queued",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("as_of", models.DateField(verbose_name="as of")),
                ("settings", models.JSONField(default=dict)),
                ("counts", models.JSONField(default=dict)),
                ("timings", models.JSONField(default=dict)),
                ("error", models.TextField(blank=True, default="")),
                ("step", models.TextField(blank=True, default="")),
                ("progress", models.FloatField(default=0.0)),
                ("job_id", models.BigIntegerField(null=True)),
                ("asked_by", models.TextField(default="", verbose_name="asked by")),
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("cancel_asked_at", models.DateTimeField(null=True)),
                ("served_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "run",
                "verbose_name_plural": "runs",
                "indexes": [models.Index(fields=["-asked_at"], name="differentiate_run_time")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("progress__gte", 0), ("progress__lte", 1)),
                        name="differentiate_run_progress",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            models.Q(("folder", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="differentiate_run_done_has_folder",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("published_at", models.DateTimeField(verbose_name="published at")),
                ("published_by", models.TextField(default="", verbose_name="published by")),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="publications", to="differentiate.run"
                    ),
                ),
            ],
            options={
                "verbose_name": "publication",
                "verbose_name_plural": "publications",
            },
        ),
        migrations.RunSQL(PARTITIONED, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="customervalue",
            index=models.Index(fields=["-total_value_minor", "customer_id"], name="customervalue_total"),
        ),
        migrations.AddIndex(
            model_name="customervalue",
            index=models.Index(fields=["-residual_value_minor", "customer_id"], name="customervalue_residual"),
        ),
        migrations.AddIndex(
            model_name="customervalue",
            index=models.Index(fields=["since_last_days", "customer_id"], name="customervalue_recency"),
        ),
        migrations.AddIndex(
            model_name="customervalue",
            index=models.Index(fields=["value_tier", "-total_value_minor", "customer_id"], name="customervalue_tier"),
        ),
        migrations.AddIndex(
            model_name="customervalue",
            index=models.Index(
                fields=["relationship_area", "-total_value_minor", "customer_id"], name="customervalue_area"
            ),
        ),
        migrations.AddIndex(
            model_name="customervalue",
            index=models.Index(
                fields=["rfmt_segment", "-total_value_minor", "customer_id"], name="customervalue_segment"
            ),
        ),
        migrations.AddIndex(
            model_name="customervalue",
            index=models.Index(
                fields=["recency_score", "frequency_score", "-total_value_minor"], name="customervalue_map"
            ),
        ),
        migrations.RunSQL(FUNCTIONS, DROP),
    ]
