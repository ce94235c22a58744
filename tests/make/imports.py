"""Files of orders brought in and taken back by the services, and the store as a person would describe it."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from vinculo.identify.records import services
from vinculo.identify.records.models import Category, Channel, Identifier, Import, Order, OrderLine, Product
from vinculo.identify.records.services import imports

FAST = 1
"""Seeds of a random test that its fast part tries."""
NOW = datetime(2024, 6, 1, 12, 0, tzinfo=UTC)
HEADER = "Pedido;Cliente;Fecha;Artículo;Descripción;Familia;Canal;País;Unidades;Importe\n"


def seeds(count: int) -> list[Any]:
    """Return the seeds of a random test, all but the first few for its slow part."""
    return [pytest.param(seed, marks=[pytest.mark.slow] if seed >= FAST else []) for seed in range(count)]


def opened(text: str | bytes, *, name: str = "pedidos.csv", source: str = "shop", **options: Any) -> Import:
    """Take a file of orders in, unread."""
    content = text.encode() if isinstance(text, str) else text
    source_of_it = services.source_ensure(code=source)
    file = io.BytesIO(content)
    kind = str(options.pop("kind", "orders"))
    now = NOW + timedelta(minutes=Import.objects.count())
    return imports.import_open(file=file, name=name, kind=kind, source=source_of_it, by="ana", now=now, options=options)


def bring(text: str | bytes, *, name: str = "pedidos.csv", source: str = "shop", **options: Any) -> Import:
    """Import a file of orders."""
    made = opened(text, name=name, source=source, **options)
    return imports.import_run(import_id=made.pk, now=made.created_at)


def take_back(imported: Import) -> dict[str, Any]:
    """Undo an import."""
    return imports.import_undo(import_id=imported.pk, by="ana", now=NOW + timedelta(days=1))


def described() -> dict[str, list[Any]]:
    """Return all of the store without a number of ours: files stand for their imports, keys for whom they name."""
    keys = dict(Identifier.objects.filter(kind="source_key").values_list("customer_id", "value"))
    files = dict(Import.objects.values_list("id", "file_name"))
    codes = dict(Product.objects.values_list("id", "code"))
    numbers = dict(Order.objects.values_list("id", "number"))
    line_names = {line.pk: (numbers[line.order_id], line.line_key) for line in OrderLine.objects.all()}
    return {
        "customers": sorted(
            (
                each.customer.name,
                each.value,
                each.customer.country,
                files.get(each.customer.imported_id),
                files.get(each.imported_id),
            )
            for each in Identifier.objects.select_related("customer")
        ),
        "products": sorted(
            (
                each.code,
                each.name,
                each.search_text,
                each.category.path if each.category else "",
                files[each.imported_id],
            )
            for each in Product.objects.select_related("category")
        ),
        "categories": sorted(Category.objects.values_list("path", flat=True)),
        "channels": sorted(Channel.objects.values_list("code", flat=True)),
        "orders": sorted(
            (
                *(each.number, keys.get(each.customer_id, ""), each.happened_at, each.currency),
                *(files[each.imported_id], each.channel.code if each.channel else ""),
            )
            for each in Order.objects.select_related("channel")
        ),
        "lines": sorted(
            (
                *line_names[each.pk],
                *(keys.get(each.customer_id, ""), codes.get(each.product_id, ""), each.description or ""),
                *(each.happened_at, each.line_kind, each.quantity, each.gross_minor, each.discount_minor),
                *(each.net_minor, each.cost_minor or 0, each.row_number, files[each.imported_id]),
                files.get(each.superseded_by_id, ""),
                line_names.get(each.returns_line_id, ("", "")),
            )
            for each in OrderLine.objects.all()
        ),
    }
