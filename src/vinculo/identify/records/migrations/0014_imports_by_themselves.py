"""Templates of columns, watched folders, and a policy that adds to what is there."""

import importlib

import django.db.models.deletion
from django.db import migrations, models

BEFORE = importlib.import_module("vinculo.identify.records.migrations.0004_what_hands_say").ADD
# An emptied cell is an empty text: it is no news where nothing was, or where the source had said nothing before.
NEWS = "WHERE said ? key AND value IS DISTINCT FROM said->key);"
NO_NEWS = "WHERE said ? key AND NOT (value = '\"\"' AND said->key = 'null') AND value IS DISTINCT FROM said->key);"
DECLARED = """    wholes jsonb;
    appended text[] := '{}';
    added text;
    column_name text;
    stem text;
    slots text[];
"""
POLICIES = """        record := record - kept - filling - ARRAY(SELECT key FROM jsonb_each_text(policies)
            WHERE value = 'mirror' AND record->>key = '' AND coalesce(state->>key, '') = '');
        appended := ARRAY(SELECT key FROM jsonb_each_text(policies) WHERE value = 'append' ORDER BY key);
"""
# What is appended goes to the next free column of its kind (email_2, email_3, …), unless one of them says it already.
APPEND = """
    FOREACH column_name IN ARRAY appended LOOP
        CONTINUE WHEN NOT record ? column_name OR coalesce(state->>column_name, '') = '';
        added := record->>column_name;
        stem := regexp_replace(column_name, '_2$', '');
        slots := ARRAY[stem] || ARRAY(SELECT stem || '_' || place FROM generate_series(2, 9) AS place);
        record := record - column_name;
        CONTINUE WHEN EXISTS (SELECT FROM unnest(slots) AS slot WHERE lower(state->>slot) = lower(added));
        record := record || coalesce((SELECT jsonb_build_object(slot, added)
            FROM unnest(slots) WITH ORDINALITY AS numbered (slot, place)
            WHERE coalesce(state->>slot, '') = '' AND NOT record ? slot ORDER BY place LIMIT 1), '{}');
    END LOOP;
    IF said <> '{}' THEN"""
ADD = (
    BEFORE.replace(NEWS, NO_NEWS)
    .replace("    wholes jsonb;\n", DECLARED)
    .replace("        record := record - kept - filling;\n", POLICIES)
    .replace("\n    IF said <> '{}' THEN", APPEND)
)


class Migration(migrations.Migration):
    """Add the tables and replace the function."""

    dependencies = [
        ("identify", "0013_an_erasure_reaches_everything"),
    ]

    operations = [
        migrations.CreateModel(
            name="WatchedFolder",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("path", models.TextField(unique=True, verbose_name="folder")),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("customers", "customers"),
                            ("products", "products"),
                            ("orders", "orders"),
                            ("relations", "relations"),
                        ],
                        default="",
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("every_minutes", models.PositiveIntegerField(default=0, verbose_name="every so many minutes")),
                (
                    "after",
                    models.CharField(
                        choices=[("leave", "left where they are"), ("move", "moved to a folder beside them")],
                        default="leave",
                        max_length=8,
                        verbose_name="files that came in are",
                    ),
                ),
                ("looked_at", models.DateTimeField(blank=True, null=True)),
                ("problem", models.TextField(blank=True, default="")),
                ("created_at", models.DateTimeField()),
                ("created_by", models.TextField(default="")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "watched folder",
                "verbose_name_plural": "watched folders",
            },
        ),
        migrations.CreateModel(
            name="ImportTemplate",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.TextField(unique=True, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("customers", "customers"),
                            ("products", "products"),
                            ("orders", "orders"),
                            ("relations", "relations"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("headers", models.JSONField(default=list)),
                ("fingerprint", models.CharField(max_length=64)),
                ("mapping", models.JSONField(default=dict)),
                ("options", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("created_by", models.TextField(default="")),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "template of columns",
                "verbose_name_plural": "templates of columns",
                "indexes": [models.Index(fields=["fingerprint"], name="identify_template_headers")],
            },
        ),
        migrations.CreateModel(
            name="WatchedFile",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.TextField(verbose_name="file")),
                ("bytes", models.BigIntegerField(verbose_name="bytes")),
                ("modified_ns", models.BigIntegerField()),
                ("content_sha256", models.CharField(blank=True, default="", max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("growing", "still being written"),
                            ("in", "brought in"),
                            ("known", "had come before"),
                            ("held", "waits for somebody to look at it"),
                            ("failed", "could not be brought in"),
                        ],
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("problem", models.TextField(blank=True, default="")),
                ("met_at", models.DateTimeField()),
                ("noted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "imported",
                    models.ForeignKey(
                        blank=True,
                        db_column="import_id",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="identify.import",
                    ),
                ),
                (
                    "folder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="identify.watchedfolder"
                    ),
                ),
            ],
            options={
                "verbose_name": "file of a watched folder",
                "verbose_name_plural": "files of watched folders",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("folder", "name", "content_sha256"), name="identify_watched_file_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(ADD, BEFORE),
    ]
