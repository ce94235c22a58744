"""Relations between customers, households, and leads."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KINDS = (
    # code, family, forward en/es, inverse en/es, how, first, second, influence
    (
        "legal",
        "hierarchy",
        "subsidiary of",
        "filial de",
        "parent company of",
        "matriz de",
        "up",
        "organisation",
        "organisation",
        0,
    ),
    (
        "billing",
        "hierarchy",
        "billed through",
        "se factura a través de",
        "pays the bills of",
        "paga las facturas de",
        "up",
        "organisation",
        "organisation",
        0,
    ),
    (
        "sales",
        "hierarchy",
        "in the sales account of",
        "en la cuenta comercial de",
        "sales account over",
        "cuenta comercial sobre",
        "up",
        "organisation",
        "organisation",
        0,
    ),
    (
        "franchise",
        "hierarchy",
        "franchisee of",
        "franquicia de",
        "franchisor of",
        "franquiciador de",
        "up",
        "organisation",
        "organisation",
        0,
    ),
    (
        "branch",
        "hierarchy",
        "branch of",
        "sucursal de",
        "has the branch",
        "tiene la sucursal",
        "up",
        "organisation",
        "organisation",
        0,
    ),
    (
        "post",
        "role",
        "holds a post at",
        "ocupa un cargo en",
        "is represented by",
        "está representada por",
        "",
        "person",
        "organisation",
        0,
    ),
    ("employee", "role", "employee of", "trabaja en", "employs", "emplea a", "", "person", "organisation", 0),
    (
        "referral",
        "referral",
        "recommended us to",
        "nos recomendó a",
        "recommended by",
        "viene por recomendación de",
        "up",
        "",
        "",
        0.5,
    ),
    ("spouse", "family", "married to", "cónyuge de", "married to", "cónyuge de", "both", "person", "person", 0.25),
    ("partner", "family", "partner of", "pareja de", "partner of", "pareja de", "both", "person", "person", 0.25),
    (
        "parent",
        "family",
        "mother or father of",
        "madre o padre de",
        "child of",
        "hijo o hija de",
        "up",
        "person",
        "person",
        0.1,
    ),
    (
        "sibling",
        "family",
        "sister or brother of",
        "hermana o hermano de",
        "sister or brother of",
        "hermana o hermano de",
        "both",
        "person",
        "person",
        0.1,
    ),
    ("relative", "family", "relative of", "pariente de", "relative of", "pariente de", "both", "person", "person", 0),
    ("influence", "social", "influences", "influye en", "listens to", "escucha a", "", "", "", 0.25),
    (
        "friend",
        "social",
        "friend of",
        "amigo o amiga de",
        "friend of",
        "amigo o amiga de",
        "both",
        "person",
        "person",
        0.1,
    ),
    (
        "colleague",
        "social",
        "colleague of",
        "compañero de trabajo de",
        "colleague of",
        "compañero de trabajo de",
        "both",
        "person",
        "person",
        0,
    ),
    (
        "neighbour",
        "social",
        "neighbour of",
        "vecino o vecina de",
        "neighbour of",
        "vecino o vecina de",
        "both",
        "person",
        "person",
        0,
    ),
)
"""The kinds every company begins with; each may change its words and shares, and add others."""

IMPORTS = [(each, each) for each in ("customers", "products", "orders", "relations")]

# What leads up must not lead back on any day, and the shares of a whole stay at or below 100 % on every day. Writers of
# one kind wait for each other here, so that two who each close half of a circle cannot both do it: after the wait, the
# statements of a function see what the other has committed. Plans are kept for the life of a connection, and one that was
# made when the table was small would read all of it: the indexes are always right.
CHECK = """
CREATE FUNCTION identify_relation_check() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF NEW.share_percent IS NULL AND NOT (SELECT acyclic FROM identify_relationkind WHERE id = NEW.kind_id) THEN
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock(1447644750, NEW.kind_id::int);
    IF (SELECT acyclic FROM identify_relationkind WHERE id = NEW.kind_id) AND EXISTS (
        WITH RECURSIVE above (customer_id, since, until) AS (
            SELECT NEW.second_id, coalesce(NEW.begins_on, '-infinity'::date), coalesce(NEW.ends_on, 'infinity'::date)
            UNION
            SELECT higher.second_id, greatest(above.since, coalesce(higher.begins_on, '-infinity')),
                least(above.until, coalesce(higher.ends_on, 'infinity'))
            FROM above JOIN identify_relation AS higher
                ON higher.first_id = above.customer_id AND higher.kind_id = NEW.kind_id AND higher.id <> NEW.id
            WHERE greatest(above.since, coalesce(higher.begins_on, '-infinity'))
                < least(above.until, coalesce(higher.ends_on, 'infinity'))
        ) SELECT FROM above WHERE above.customer_id = NEW.first_id AND above.since < above.until
    ) THEN
        RAISE EXCEPTION 'a circle of relations' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'identify_relation_no_circle';
    END IF;
    IF NEW.share_percent IS NOT NULL AND EXISTS (
        WITH others AS (
            SELECT coalesce(begins_on, '-infinity') AS since, coalesce(ends_on, 'infinity') AS until, share_percent
            FROM identify_relation
            WHERE first_id = NEW.first_id AND kind_id = NEW.kind_id AND id <> NEW.id AND share_percent IS NOT NULL
        ), days AS (
            SELECT coalesce(NEW.begins_on, '-infinity'::date) AS day
            UNION SELECT others.since FROM others WHERE others.since > coalesce(NEW.begins_on, '-infinity'::date)
        )
        SELECT FROM days WHERE day < coalesce(NEW.ends_on, 'infinity') AND NEW.share_percent + (
            SELECT coalesce(sum(share_percent), 0) FROM others WHERE others.since <= day AND day < others.until
        ) > 100
    ) THEN
        RAISE EXCEPTION 'more than the whole' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'identify_relation_within_the_whole';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER identify_relation_check BEFORE INSERT OR UPDATE ON identify_relation
    FOR EACH ROW EXECUTE FUNCTION identify_relation_check()
"""

# Whom something binds is kept when the import that brought it is taken back, as one with orders is.
BOUND = """
CREATE VIEW identify_bound (customer_id) AS
    SELECT first_id FROM identify_relation UNION ALL SELECT second_id FROM identify_relation
    UNION ALL SELECT customer_id FROM identify_householdmembership UNION ALL SELECT customer_id FROM identify_lead
"""


def add_kinds(apps: Any, schema: Any) -> None:
    """Add the kinds that every company begins with."""
    made = apps.get_model("identify", "RelationKind").objects.using(schema.connection.alias)
    names = (
        "code",
        "family",
        "forward_en",
        "forward_es",
        "inverse_en",
        "inverse_es",
        "way",
        "first_kind",
        "second_kind",
        "influence_share",
    )
    for place, row in enumerate(KINDS):
        said = dict(zip(names, row, strict=True))
        way = said.pop("way")
        made.create(**said, symmetric=way == "both", acyclic=way == "up", position=10 * (place + 1))


class Migration(migrations.Migration):
    dependencies = [
        ("identify", "0010_consents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Household",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.TextField(blank=True, default="", verbose_name="name")),
                ("created_at", models.DateTimeField(verbose_name="created at")),
                ("created_by", models.TextField(blank=True, default="")),
            ],
            options={
                "verbose_name": "household",
                "verbose_name_plural": "households",
            },
        ),
        migrations.CreateModel(
            name="Lead",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("interest", "interest"),
                            ("qualified", "qualified"),
                            ("quote", "opportunity: quote"),
                            ("order", "opportunity: order"),
                            ("converted", "converted"),
                            ("lost", "lost"),
                        ],
                        max_length=16,
                        verbose_name="stage",
                    ),
                ),
                ("stage_since", models.DateTimeField()),
                ("source", models.TextField(blank=True, default="", verbose_name="source")),
                ("interest", models.TextField(blank=True, default="", verbose_name="interest")),
                ("amount_minor", models.BigIntegerField(blank=True, null=True, verbose_name="expected amount")),
                ("currency", models.CharField(blank=True, default="", max_length=3, verbose_name="currency")),
                ("expected_on", models.DateField(blank=True, null=True, verbose_name="expected on")),
                ("opened_at", models.DateTimeField()),
                ("opened_by", models.TextField(blank=True, default="")),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="identify.category",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.customer",
                    ),
                ),
                (
                    "imported",
                    models.ForeignKey(
                        blank=True,
                        db_column="import_id",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.import",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="identify.product",
                    ),
                ),
            ],
            options={
                "verbose_name": "lead",
                "verbose_name_plural": "leads",
            },
        ),
        migrations.CreateModel(
            name="LeadStep",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("from_stage", models.CharField(blank=True, default="", max_length=16)),
                (
                    "to_stage",
                    models.CharField(
                        choices=[
                            ("interest", "interest"),
                            ("qualified", "qualified"),
                            ("quote", "opportunity: quote"),
                            ("order", "opportunity: order"),
                            ("converted", "converted"),
                            ("lost", "lost"),
                        ],
                        max_length=16,
                    ),
                ),
                ("reason", models.TextField(blank=True, default="", verbose_name="reason")),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("hand", "by hand"),
                            ("file", "by a file"),
                            ("purchase", "by a purchase"),
                            ("undone", "taken back"),
                        ],
                        default="hand",
                        max_length=16,
                    ),
                ),
                ("happened_at", models.DateTimeField()),
                ("by", models.TextField(blank=True, default="")),
                (
                    "lead",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="identify.lead",
                    ),
                ),
                (
                    "undoes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="identify.leadstep",
                    ),
                ),
            ],
            options={
                "verbose_name": "step of a lead",
                "verbose_name_plural": "steps of leads",
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="LinkChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "subject",
                    models.CharField(
                        choices=[("relation", "relation"), ("membership", "place in a household")], max_length=16
                    ),
                ),
                ("row_id", models.BigIntegerField()),
                ("customer_id", models.BigIntegerField()),
                ("other_id", models.BigIntegerField(null=True)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("by", models.TextField(blank=True, default="")),
                ("recorded_at", models.DateTimeField()),
                ("import_id", models.BigIntegerField(null=True)),
                (
                    "undoes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="identify.linkchange",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of a relation",
                "verbose_name_plural": "changes of relations",
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="RelationKind",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.SlugField(max_length=32, unique=True, verbose_name="code")),
                (
                    "family",
                    models.CharField(
                        choices=[
                            ("hierarchy", "hierarchy of organisations"),
                            ("role", "role in an organisation"),
                            ("referral", "referral"),
                            ("family", "family"),
                            ("social", "social"),
                        ],
                        max_length=16,
                        verbose_name="family",
                    ),
                ),
                ("forward_en", models.TextField(verbose_name="read forward, English")),
                ("forward_es", models.TextField(verbose_name="read forward, Spanish")),
                ("inverse_en", models.TextField(verbose_name="read backward, English")),
                ("inverse_es", models.TextField(verbose_name="read backward, Spanish")),
                ("symmetric", models.BooleanField(default=False, verbose_name="the same both ways")),
                ("acyclic", models.BooleanField(default=False, verbose_name="never leads back to itself")),
                ("first_kind", models.CharField(blank=True, default="", max_length=16, verbose_name="the first is")),
                ("second_kind", models.CharField(blank=True, default="", max_length=16, verbose_name="the second is")),
                (
                    "influence_share",
                    models.DecimalField(
                        decimal_places=3,
                        default=0,
                        max_digits=4,
                        verbose_name="share of the value attributed to who influences",
                    ),
                ),
                ("position", models.IntegerField(default=100, verbose_name="place in lists")),
            ],
            options={
                "verbose_name": "kind of relation",
                "verbose_name_plural": "kinds of relations",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("family__in", ["hierarchy", "role", "referral", "family", "social"])),
                        name="identify_relationkind_family_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_kind__in", ["", "person", "organisation"]),
                            ("second_kind__in", ["", "person", "organisation"]),
                        ),
                        name="identify_relationkind_ends_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("influence_share__gte", 0), ("influence_share__lte", 1)),
                        name="identify_relationkind_share",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("symmetric", False), ("acyclic", False), _connector="OR"),
                        name="identify_relationkind_one_way_or_both",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("family", "hierarchy"), _negated=True), ("acyclic", True), _connector="OR"
                        ),
                        name="identify_relationkind_hierarchies_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Relation",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("begins_on", models.DateField(blank=True, null=True, verbose_name="since")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "share_percent",
                    models.DecimalField(blank=True, decimal_places=3, max_digits=6, null=True, verbose_name="share"),
                ),
                ("post", models.TextField(blank=True, default="", verbose_name="post")),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("decider", "decides"),
                            ("buyer", "buys"),
                            ("influencer", "influences"),
                            ("user", "uses"),
                            ("gatekeeper", "opens the door"),
                            ("initiator", "initiates"),
                        ],
                        default="",
                        max_length=16,
                        verbose_name="decision",
                    ),
                ),
                ("main_contact", models.BooleanField(default=False, verbose_name="main contact")),
                ("note", models.TextField(blank=True, default="", verbose_name="note")),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.TextField(blank=True, default="")),
                (
                    "first",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.customer",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.customer",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.relationkind",
                    ),
                ),
            ],
            options={
                "verbose_name": "relation",
                "verbose_name_plural": "relations",
            },
        ),
        migrations.CreateModel(
            name="HouseholdMembership",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("family", "family"),
                            ("address", "shared address"),
                            ("contact", "shared means of contact"),
                        ],
                        default="family",
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("begins_on", models.DateField(blank=True, null=True, verbose_name="since")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until")),
                ("suggested", models.BooleanField(default=False)),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.TextField(blank=True, default="")),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.customer",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="identify.household",
                    ),
                ),
            ],
            options={
                "verbose_name": "place in a household",
                "verbose_name_plural": "places in households",
                "indexes": [
                    models.Index(fields=["customer"], name="identify_membership_customer"),
                    models.Index(fields=["household"], name="identify_membership_household"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["family", "address", "contact"])),
                        name="identify_membership_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("begins_on__isnull", True),
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("begins_on")),
                            _connector="OR",
                        ),
                        name="identify_membership_ends_after_it_begins",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ends_on__isnull", True)),
                        fields=("household", "customer"),
                        name="identify_membership_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HouseholdPair",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("family", "family"),
                            ("address", "shared address"),
                            ("contact", "shared means of contact"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("evidence", models.JSONField(default=list)),
                ("group_id", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("accepted", "accepted"), ("refused", "refused")],
                        default="open",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("suggested_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.TextField(blank=True, default="")),
                (
                    "first",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="identify.customer",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="identify.customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "suggested household",
                "verbose_name_plural": "suggested households",
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(condition=models.Q(("state", "open")), fields=["group_id"], name="identify_pair_open"),
                    models.Index(fields=["second"], name="identify_pair_second"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("first__lt", models.F("second"))), name="identify_pair_in_order"
                    ),
                    models.UniqueConstraint(fields=("first", "second"), name="identify_pair_once"),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["customer"], name="identify_lead_customer"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["stage", "-stage_since", "-id"], name="identify_lead_stage"),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=models.Q(("stage__in", ["interest", "qualified", "quote", "order", "converted", "lost"])),
                name="identify_lead_stage_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_minor__isnull", True), models.Q(("currency", ""), _negated=True), _connector="OR"
                ),
                name="identify_lead_money_has_a_currency",
            ),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__isnull", True), ("amount_minor__gte", 0), _connector="OR"),
                name="identify_lead_amount",
            ),
        ),
        migrations.AddIndex(
            model_name="leadstep",
            index=models.Index(fields=["lead", "id"], name="identify_leadstep_lead"),
        ),
        migrations.AddIndex(
            model_name="linkchange",
            index=models.Index(fields=["customer_id", "-id"], name="identify_linkchange_customer"),
        ),
        migrations.AddIndex(
            model_name="linkchange",
            index=models.Index(fields=["other_id", "-id"], name="identify_linkchange_other"),
        ),
        migrations.AddIndex(
            model_name="linkchange",
            index=models.Index(fields=["subject", "row_id", "-id"], name="identify_linkchange_row"),
        ),
        migrations.AddIndex(
            model_name="relation",
            index=models.Index(fields=["first", "kind"], name="identify_relation_first"),
        ),
        migrations.AddIndex(
            model_name="relation",
            index=models.Index(fields=["second", "kind"], name="identify_relation_second"),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.CheckConstraint(
                condition=models.Q(("first", models.F("second")), _negated=True), name="identify_relation_two"
            ),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("begins_on__isnull", True),
                    ("ends_on__isnull", True),
                    ("ends_on__gte", models.F("begins_on")),
                    _connector="OR",
                ),
                name="identify_relation_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("share_percent__isnull", True),
                    models.Q(("share_percent__gt", 0), ("share_percent__lte", 100)),
                    _connector="OR",
                ),
                name="identify_relation_share",
            ),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ends_on__isnull", True)),
                fields=("first", "second", "kind", "post"),
                name="identify_relation_once",
            ),
        ),
        migrations.AddIndex(
            "linkchange",
            models.Index(
                fields=["import_id"], condition=models.Q(import_id__isnull=False), name="identify_linkchange_import"
            ),
        ),
        migrations.AlterField("import", "kind", models.CharField(choices=IMPORTS, max_length=16, verbose_name="kind")),
        migrations.AlterField("sourcerecord", "kind", models.CharField(choices=IMPORTS, max_length=16)),
        migrations.RunSQL(CHECK, "DROP FUNCTION identify_relation_check() CASCADE"),
        migrations.RunSQL(BOUND, "DROP VIEW identify_bound"),
        migrations.RunPython(add_kinds, migrations.RunPython.noop),
    ]
