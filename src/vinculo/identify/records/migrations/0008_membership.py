"""Who is one customer, since when and by whose decision."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the tables, and the customer each party belongs to now."""

    dependencies = [
        ("identify", "0007_lines_indexed_at_once"),
    ]

    operations = [
        migrations.CreateModel(
            name="Assertion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "verdict",
                    models.CharField(
                        choices=[("same", "the same"), ("different", "not the same")],
                        max_length=16,
                        verbose_name="verdict",
                    ),
                ),
                ("by", models.TextField(default="", verbose_name="by")),
                ("reason", models.TextField(blank=True, default="", verbose_name="reason")),
                ("recorded_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "assertion",
                "verbose_name_plural": "assertions",
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "membership",
                "verbose_name_plural": "memberships",
            },
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("merge", "merged"), ("unmerge", "separated")], max_length=16, verbose_name="kind"
                    ),
                ),
                (
                    "decided_by",
                    models.CharField(
                        choices=[("steward", "a person"), ("model", "the matching"), ("store", "an undone import")],
                        default="steward",
                        max_length=16,
                        verbose_name="decided by",
                    ),
                ),
                ("by", models.TextField(default="", verbose_name="by")),
                ("reason", models.TextField(blank=True, default="", verbose_name="reason")),
                ("evidence", models.JSONField(default=dict)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "merge",
                "verbose_name_plural": "merges",
            },
        ),
        migrations.AddField(
            model_name="customer",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="parties",
                to="identify.customer",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["merged_into"],
                name="identify_customer_parties",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["id"],
                include=("merged_into",),
                name="identify_customer_merged",
            ),
        ),
        migrations.AddField(
            model_name="assertion",
            name="other",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="identify.customer",
            ),
        ),
        migrations.AddField(
            model_name="assertion",
            name="party",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="identify.customer",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="customer",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="identify.customer",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="party",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="memberships",
                to="identify.customer",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="customer",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="merges",
                to="identify.customer",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="undoes",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="undone_by", to="identify.merge"
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="ended_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="ended", to="identify.merge"
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="merge",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="begun", to="identify.merge"
            ),
        ),
        migrations.AddField(
            model_name="assertion",
            name="merge",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="assertions", to="identify.merge"
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undoes__isnull", False)), fields=("undoes",), name="identify_merge_undone_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_to__isnull", True)), fields=("party",), name="identify_membership_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("party", models.F("customer")), _negated=True),
                name="identify_membership_of_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_by__isnull", True), ("valid_to__isnull", True)),
                    models.Q(("ended_by__isnull", False), ("valid_to__gte", models.F("valid_from"))),
                    _connector="OR",
                ),
                name="identify_membership_ends_by_a_decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="assertion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("party", "other"),
                name="identify_assertion_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="assertion",
            constraint=models.CheckConstraint(
                condition=models.Q(("party__lt", models.F("other"))), name="identify_assertion_lower_first"
            ),
        ),
    ]
