"""The common customer base: sources, imports, customers, products, orders and their lines."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Channel",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.TextField(db_collation="C", unique=True, verbose_name="code")),
                ("name", models.TextField(verbose_name="name")),
                ("kind", models.CharField(blank=True, default="", max_length=32, verbose_name="kind")),
            ],
            options={
                "verbose_name": "channel",
                "verbose_name_plural": "channels",
            },
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("customers", "customers"), ("products", "products"), ("orders", "orders")],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("file_name", models.TextField(verbose_name="file")),
                ("content_sha256", models.CharField(max_length=64)),
                ("bytes", models.BigIntegerField(verbose_name="bytes")),
                ("mapping", models.JSONField(default=dict)),
                ("options", models.JSONField(default=dict)),
                ("counts", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "uploaded"),
                            ("previewed", "previewed"),
                            ("running", "running"),
                            ("done", "done"),
                            ("failed", "failed"),
                            ("cancelled", "cancelled"),
                            ("undone", "undone"),
                        ],
                        default="uploaded",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("step", models.TextField(blank=True, default="")),
                ("progress", models.FloatField(default=0.0)),
                ("problem", models.TextField(blank=True, default="")),
                ("job_id", models.BigIntegerField(null=True)),
                ("cancel_asked_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("created_by", models.TextField(default="")),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "import",
                "verbose_name_plural": "imports",
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.SlugField(max_length=64, unique=True, verbose_name="code")),
                ("name", models.TextField(verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("file", "files"), ("api", "interface"), ("manual", "by hand")],
                        default="file",
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
            ],
            options={
                "verbose_name": "source",
                "verbose_name_plural": "sources",
            },
        ),
        migrations.CreateModel(
            name="Category",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.TextField(verbose_name="name")),
                ("path", models.TextField(db_collation="C", unique=True, verbose_name="path")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="identify.category",
                    ),
                ),
            ],
            options={
                "verbose_name": "category",
                "verbose_name_plural": "categories",
            },
        ),
        migrations.CreateModel(
            name="Customer",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("person", "person"), ("organisation", "organisation")],
                        default="person",
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                (
                    "standing",
                    models.CharField(
                        choices=[("actual", "customer"), ("prospect", "prospect")],
                        default="actual",
                        max_length=16,
                        verbose_name="standing",
                    ),
                ),
                ("name", models.TextField(verbose_name="name")),
                ("given_name", models.TextField(blank=True, default="", verbose_name="given name")),
                ("family_name", models.TextField(blank=True, default="", verbose_name="family name")),
                ("second_family_name", models.TextField(blank=True, default="", verbose_name="second family name")),
                ("search_text", models.TextField(db_collation="C", default="", editable=False)),
                ("language", models.CharField(blank=True, default="", max_length=16, verbose_name="language")),
                ("country", models.TextField(blank=True, default="", verbose_name="country")),
                ("acquisition_channel", models.TextField(blank=True, default="", verbose_name="acquisition channel")),
                ("acquired_on", models.DateField(blank=True, null=True, verbose_name="acquired on")),
                ("created_at", models.DateTimeField(verbose_name="created at")),
                (
                    "imported",
                    models.ForeignKey(
                        blank=True,
                        db_column="import_id",
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="customers",
                        to="identify.import",
                    ),
                ),
            ],
            options={
                "verbose_name": "customer",
                "verbose_name_plural": "customers",
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.TextField(db_collation="C", verbose_name="number")),
                ("happened_at", models.DateTimeField(verbose_name="date")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "channel",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.channel",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="identify.customer",
                    ),
                ),
                (
                    "imported",
                    models.ForeignKey(
                        blank=True,
                        db_column="import_id",
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="identify.import",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="identify.source",
                    ),
                ),
            ],
            options={
                "verbose_name": "order",
                "verbose_name_plural": "orders",
            },
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.TextField(db_collation="C", verbose_name="code")),
                ("name", models.TextField(blank=True, default="", verbose_name="name")),
                ("search_text", models.TextField(db_collation="C", default="", editable=False)),
                ("list_price_minor", models.BigIntegerField(blank=True, null=True, verbose_name="list price")),
                ("unit_cost_minor", models.BigIntegerField(blank=True, null=True, verbose_name="unit cost")),
                ("currency", models.CharField(blank=True, default="", max_length=3, verbose_name="currency")),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="products",
                        to="identify.category",
                    ),
                ),
                (
                    "imported",
                    models.ForeignKey(
                        blank=True,
                        db_column="import_id",
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="products",
                        to="identify.import",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="products",
                        to="identify.source",
                    ),
                ),
            ],
            options={
                "verbose_name": "product",
                "verbose_name_plural": "products",
            },
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("happened_at", models.DateTimeField(verbose_name="date")),
                ("line_key", models.TextField(db_collation="C")),
                ("line_kind", models.CharField(max_length=16, verbose_name="kind of line")),
                ("description", models.TextField(null=True, verbose_name="description")),
                ("quantity", models.DecimalField(decimal_places=4, max_digits=18, verbose_name="quantity")),
                ("gross_minor", models.BigIntegerField(verbose_name="gross")),
                ("discount_minor", models.BigIntegerField(default=0, verbose_name="discount")),
                ("net_minor", models.BigIntegerField(verbose_name="net")),
                ("cost_minor", models.BigIntegerField(null=True, verbose_name="cost")),
                ("tax_minor", models.BigIntegerField(null=True, verbose_name="tax")),
                ("row_number", models.BigIntegerField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="identify.customer",
                    ),
                ),
                (
                    "imported",
                    models.ForeignKey(
                        blank=True,
                        db_column="import_id",
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="identify.import",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="identify.order",
                    ),
                ),
                (
                    "returns_line",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="returned_by",
                        to="identify.orderline",
                    ),
                ),
                (
                    "superseded_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.import",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="identify.product",
                    ),
                ),
            ],
            options={
                "verbose_name": "order line",
                "verbose_name_plural": "order lines",
            },
        ),
        migrations.AddField(
            model_name="import",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="imports",
                to="identify.source",
                verbose_name="source",
            ),
        ),
        migrations.CreateModel(
            name="Identifier",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("source_key", "customer number"),
                            ("email", "e-mail"),
                            ("phone", "phone"),
                            ("tax_id", "tax number"),
                            ("vat", "VAT number"),
                            ("card", "loyalty card"),
                            ("other", "other"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("value", models.TextField(verbose_name="value")),
                ("normalised", models.TextField(db_collation="C", editable=False)),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identifiers",
                        to="identify.customer",
                    ),
                ),
                (
                    "imported",
                    models.ForeignKey(
                        blank=True,
                        db_column="import_id",
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.import",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.source",
                    ),
                ),
            ],
            options={
                "verbose_name": "identifier",
                "verbose_name_plural": "identifiers",
            },
        ),
        migrations.CreateModel(
            name="Address",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("main", "main"), ("billing", "billing"), ("delivery", "delivery")],
                        default="main",
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("lines", models.TextField(blank=True, default="", verbose_name="street")),
                ("postcode", models.CharField(blank=True, default="", max_length=32, verbose_name="postcode")),
                ("city", models.TextField(blank=True, default="", verbose_name="city")),
                ("region", models.TextField(blank=True, default="", verbose_name="region")),
                ("country", models.TextField(blank=True, default="", verbose_name="country")),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="addresses",
                        to="identify.customer",
                    ),
                ),
                (
                    "imported",
                    models.ForeignKey(
                        blank=True,
                        db_column="import_id",
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.import",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.source",
                    ),
                ),
            ],
            options={
                "verbose_name": "address",
                "verbose_name_plural": "addresses",
            },
        ),
        migrations.CreateModel(
            name="SourceRecord",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("customers", "customers"), ("products", "products"), ("orders", "orders")],
                        max_length=16,
                    ),
                ),
                ("source_key", models.TextField(db_collation="C")),
                ("version", models.IntegerField(default=1)),
                ("payload", models.JSONField()),
                ("row_number", models.BigIntegerField(null=True)),
                ("recorded_at", models.DateTimeField()),
                (
                    "imported",
                    models.ForeignKey(
                        blank=True,
                        db_column="import_id",
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="identify.import",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="records", to="identify.source"
                    ),
                ),
            ],
            options={
                "verbose_name": "source record",
                "verbose_name_plural": "source records",
                "default_permissions": ("view",),
            },
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["search_text", "id"], name="identify_customer_search"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector("search_text", config="simple"),
                fastupdate=False,
                name="identify_customer_words",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["country", "search_text", "id"], name="identify_customer_country"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["standing", "search_text", "id"], name="identify_customer_standing"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["acquired_on", "id"], name="identify_customer_acquired"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["imported"], name="identify_customer_import"
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["person", "organisation"])), name="identify_customer_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(("standing__in", ["actual", "prospect"])), name="identify_customer_standing_known"
            ),
        ),
        migrations.AddIndex(
            model_name="orderline",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["imported"], name="identify_line_import"
            ),
        ),
        migrations.AddIndex(
            model_name="orderline",
            index=models.Index(
                condition=models.Q(("superseded_by__isnull", False)),
                fields=["superseded_by"],
                name="identify_line_superseded",
            ),
        ),
        migrations.AddIndex(
            model_name="orderline",
            index=models.Index(
                condition=models.Q(("returns_line__isnull", False)),
                fields=["returns_line"],
                name="identify_line_returns",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_by__isnull", True)),
                fields=("order", "line_key"),
                name="identify_line_in_force",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(fields=["search_text", "id"], name="identify_product_search"),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.UniqueConstraint(fields=("source", "code"), name="identify_product_code"),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("list_price_minor__isnull", True), ("unit_cost_minor__isnull", True)),
                    models.Q(("currency", ""), _negated=True),
                    _connector="OR",
                ),
                name="identify_product_money_has_a_currency",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["customer", "-happened_at", "-id"], name="identify_order_customer"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["imported"], name="identify_order_import"
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(fields=("source", "number"), name="identify_order_number"),
        ),
        migrations.AddIndex(
            model_name="import",
            index=models.Index(fields=["-created_at"], name="identify_import_time"),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["failed", "cancelled", "undone"]), _negated=True),
                fields=("source", "kind", "content_sha256"),
                name="identify_import_same_file_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.CheckConstraint(
                condition=models.Q(("progress__gte", 0), ("progress__lte", 1)), name="identify_import_progress"
            ),
        ),
        migrations.AddIndex(
            model_name="identifier",
            index=models.Index(fields=["normalised", "kind"], name="identify_identifier_search"),
        ),
        migrations.AddIndex(
            model_name="identifier",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["imported"], name="identify_identifier_import"
            ),
        ),
        migrations.AddConstraint(
            model_name="identifier",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "source_key")),
                fields=("source", "value"),
                name="identify_identifier_source_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="identifier",
            constraint=models.UniqueConstraint(
                fields=("customer", "kind", "normalised", "source"), name="identify_identifier_once"
            ),
        ),
        migrations.AddIndex(
            model_name="address",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["imported"], name="identify_address_import"
            ),
        ),
        migrations.AddConstraint(
            model_name="address",
            constraint=models.UniqueConstraint(
                fields=("customer", "kind", "source"), name="identify_address_one_a_source"
            ),
        ),
        migrations.AddIndex(
            model_name="sourcerecord",
            index=models.Index(fields=["imported", "row_number"], name="identify_record_import"),
        ),
        migrations.AddConstraint(
            model_name="sourcerecord",
            constraint=models.UniqueConstraint(
                fields=("source", "kind", "source_key", "version"), name="identify_record_one_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="sourcerecord",
            constraint=models.CheckConstraint(condition=models.Q(("version__gte", 1)), name="identify_record_version"),
        ),
    ]
