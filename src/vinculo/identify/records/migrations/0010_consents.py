"""Consents and rights: the log of answers, requests of persons, who was erased, and how long what is kept.

Answers and source records are removed by `identify_erase` alone, which runs as the owner of the tables.
"""

import importlib

import django.db.models.deletion
from django.db import migrations, models

# Inside `identify_erase` the current user is the owner of the tables; the application never is.
ERASING = """current_setting('vinculo.erasing', true) = 'yes'
        AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)"""
GUARD = f"""
CREATE FUNCTION identify_consententry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND {ERASING} THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the log of consents is only added to: an erasure alone removes entries';
END
$$;
CREATE TRIGGER identify_consententry_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON identify_consententry
    FOR EACH STATEMENT EXECUTE FUNCTION identify_consententry_refuse()
"""
RECORDS = f"""
CREATE OR REPLACE FUNCTION identify_sourcerecord_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF {ERASING} THEN
            RETURN NULL;
        END IF;
        IF NOT EXISTS (
            SELECT FROM gone WHERE coalesce(gone.import_id::text, 'none') IS DISTINCT FROM current_setting('vinculo.undoing', true)
        ) THEN
            RETURN NULL;
        END IF;
    END IF;
    RAISE EXCEPTION 'a source record is never changed: only the undo of its import removes it, or an erasure';
END
$$
"""
# What is left of a customer is its number, its kind and its country: its orders still count, and name nobody.
ERASE = """
CREATE FUNCTION identify_erase(ids bigint[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM set_config('vinculo.erasing', 'yes', true);
    DELETE FROM identify_sourcerecord AS record USING identify_identifier AS key
    WHERE key.customer_id = ANY (ids) AND key.kind = 'source_key' AND record.kind = 'customers'
        AND record.source_id = key.source_id AND record.source_key = key.value;
    DELETE FROM identify_consententry WHERE customer_id = ANY (ids);
    DELETE FROM identify_consentrequest WHERE customer_id = ANY (ids);
    DELETE FROM identify_address WHERE customer_id = ANY (ids);
    DELETE FROM identify_identifier WHERE customer_id = ANY (ids);
    UPDATE identify_rightsrequest SET note = '', answer = '' WHERE customer_id = ANY (ids);
    UPDATE identify_customer SET name = '', given_name = '', family_name = '', second_family_name = '',
        search_text = '', language = '', acquisition_channel = '', acquired_on = NULL
    WHERE id = ANY (ids);
    PERFORM set_config('vinculo.erasing', '', true);
END
$$;
REVOKE ALL ON FUNCTION identify_erase(bigint[]) FROM PUBLIC
"""
BEFORE = importlib.import_module("vinculo.identify.records.migrations.0002_folding_and_immutable_records").GUARD

CHANNELS = (
    ("email", "e-mail", "correo electrónico", "email"),
    ("phone", "telephone", "teléfono", "phone"),
    ("post", "post", "correo postal", ""),
    ("sms", "SMS", "SMS", "phone"),
)
PURPOSES = (
    {
        "code": "marketing",
        "name": "News and offers",
        "name_es": "Novedades y ofertas",
        "text": "You may send me news and offers.",
        "text_es": "Pueden enviarme novedades y ofertas.",
        "by_channel": True,
    },
    {
        "code": "profiling",
        "name": "Offers that suit me",
        "name_es": "Ofertas a mi medida",
        "text": "You may look at what I buy to choose what you offer me.",
        "text_es": "Pueden estudiar mis compras para elegir qué me ofrecen.",
    },
    {
        "code": "sharing",
        "name": "Sharing with partners",
        "name_es": "Cesión a empresas colaboradoras",
        "text": "You may give my data to your partners, so that they send me their offers.",
        "text_es": "Pueden ceder mis datos a sus empresas colaboradoras para que me envíen sus ofertas.",
        "recipients": "",
    },
    {
        "code": "customers",
        "name": "Serving customers",
        "name_es": "Atención a clientes",
        "text": "Orders, invoices, deliveries and complaints.",
        "text_es": "Pedidos, facturas, entregas y reclamaciones.",
        "basis": "contract",
    },
)
RULES = ("prospects", "originals", "audit", "questions", "requests")


def fill(apps, editor):
    """Put in what most companies ask, to be changed by theirs."""
    using = editor.connection.alias
    channel, purpose, rule = (
        apps.get_model("identify", name) for name in ("ConsentChannel", "ConsentPurpose", "RetentionRule")
    )
    for place, (code, name, name_es, kind) in enumerate(CHANNELS, 1):
        channel.objects.using(using).create(code=code, name=name, name_es=name_es, identifier_kind=kind, position=place)
    for place, each in enumerate(PURPOSES, 1):
        purpose.objects.using(using).create(**each, position=place)
    for code in RULES:
        rule.objects.using(using).create(code=code)


class Migration(migrations.Migration):
    dependencies = [
        ("identify", "0009_matching"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsentChannel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=64, unique=True, verbose_name="code")),
                ("name", models.TextField(verbose_name="name in English")),
                ("name_es", models.TextField(verbose_name="name in Spanish")),
                ("active", models.BooleanField(default=True, verbose_name="in use")),
                ("position", models.IntegerField(default=0, verbose_name="position")),
                (
                    "identifier_kind",
                    models.CharField(blank=True, default="", max_length=16, verbose_name="identifier it needs"),
                ),
            ],
            options={
                "verbose_name": "contact channel",
                "verbose_name_plural": "contact channels",
                "ordering": ("position", "id"),
            },
        ),
        migrations.CreateModel(
            name="ConsentPurpose",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=64, unique=True, verbose_name="code")),
                ("name", models.TextField(verbose_name="name in English")),
                ("name_es", models.TextField(verbose_name="name in Spanish")),
                ("active", models.BooleanField(default=True, verbose_name="in use")),
                ("position", models.IntegerField(default=0, verbose_name="position")),
                ("text", models.TextField(blank=True, default="", verbose_name="text in English")),
                ("text_es", models.TextField(blank=True, default="", verbose_name="text in Spanish")),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("consent", "consent"),
                            ("contract", "contract"),
                            ("interest", "legitimate interest"),
                            ("duty", "legal duty"),
                        ],
                        default="consent",
                        max_length=16,
                        verbose_name="legal basis",
                    ),
                ),
                ("by_channel", models.BooleanField(default=False, verbose_name="asked for each channel")),
                ("recipients", models.TextField(blank=True, default="", verbose_name="who else receives the data")),
            ],
            options={
                "verbose_name": "purpose",
                "verbose_name_plural": "purposes",
                "ordering": ("position", "id"),
            },
        ),
        migrations.CreateModel(
            name="Tombstone",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="RetentionRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=64, unique=True, verbose_name="code")),
                ("months", models.PositiveIntegerField(blank=True, null=True, verbose_name="months")),
                ("active", models.BooleanField(default=False, verbose_name="in use")),
                ("changed_by", models.TextField(default="")),
                ("last_applied_at", models.DateTimeField(null=True)),
                ("last_removed", models.IntegerField(null=True)),
            ],
            options={
                "verbose_name": "retention rule",
                "verbose_name_plural": "retention rules",
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("active", False), ("months__gte", 1), _connector="OR"),
                        name="identify_retention_says_how_long",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("covers", models.JSONField(default=list)),
                (
                    "action",
                    models.CharField(
                        choices=[("given", "given"), ("withdrawn", "withdrawn"), ("expired", "expired")],
                        max_length=16,
                        verbose_name="what was said",
                    ),
                ),
                ("happened_at", models.DateTimeField(verbose_name="when")),
                ("expires_on", models.DateField(null=True, verbose_name="until")),
                ("origin", models.TextField(verbose_name="origin")),
                ("form", models.TextField(default="", verbose_name="form and version")),
                ("text_shown", models.TextField(default="", verbose_name="text shown")),
                ("address", models.TextField(default="", verbose_name="address")),
                ("evidence", models.JSONField(default=dict)),
                ("recorded_by", models.TextField(default="")),
                ("recorded_at", models.DateTimeField()),
                (
                    "channel",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.consentchannel",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identify.customer",
                    ),
                ),
                (
                    "imported",
                    models.ForeignKey(
                        db_column="import_id",
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.import",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identify.source"
                    ),
                ),
                (
                    "purpose",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identify.consentpurpose"
                    ),
                ),
            ],
            options={
                "verbose_name": "consent",
                "verbose_name_plural": "consents",
                "default_permissions": ("view",),
                "indexes": [models.Index(fields=["customer", "happened_at"], name="identify_consent_customer")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("origin", ""), _negated=True), name="identify_consent_has_an_origin"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("action__in", ["given", "withdrawn", "expired"])),
                        name="identify_consent_action_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentRequest",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("address", models.TextField()),
                ("language", models.CharField(default="en", max_length=16)),
                ("form", models.TextField(default="")),
                ("text_shown", models.TextField(default="")),
                ("origin", models.TextField(default="")),
                ("requested_by", models.TextField(default="")),
                ("requested_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "channel",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.consentchannel",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identify.customer",
                    ),
                ),
                (
                    "purpose",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identify.consentpurpose"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["customer"], name="identify_request_customer")],
            },
        ),
        migrations.CreateModel(
            name="RightsRequest",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("access", "access and portability"),
                            ("rectification", "rectification"),
                            ("erasure", "erasure"),
                            ("restriction", "restriction of processing"),
                            ("objection", "objection"),
                        ],
                        max_length=16,
                        verbose_name="what is asked for",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("done", "done"), ("refused", "refused")],
                        default="open",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("received_on", models.DateField(verbose_name="received on")),
                ("due_on", models.DateField(verbose_name="due on")),
                ("note", models.TextField(blank=True, default="", verbose_name="note")),
                ("answer", models.TextField(blank=True, default="", verbose_name="answer")),
                ("recorded_by", models.TextField(default="")),
                ("handled_by", models.TextField(default="")),
                ("closed_at", models.DateTimeField(null=True)),
                ("in_force_from", models.DateTimeField(null=True)),
                ("lifted_at", models.DateTimeField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identify.customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "request of a person",
                "verbose_name_plural": "requests of persons",
                "indexes": [
                    models.Index(condition=models.Q(("state", "open")), fields=["due_on"], name="identify_right_open"),
                    models.Index(fields=["customer"], name="identify_right_customer"),
                ],
            },
        ),
        migrations.RunSQL(GUARD, "DROP FUNCTION identify_consententry_refuse() CASCADE"),
        migrations.RunSQL(
            RECORDS, BEFORE.split(";\nCREATE TRIGGER")[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
        ),
        migrations.RunSQL(ERASE, "DROP FUNCTION identify_erase(bigint[])"),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
