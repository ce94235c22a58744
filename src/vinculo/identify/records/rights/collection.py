"""Collection: everything that is known of a person, as a machine reads it and as a person does."""

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from vinculo.identify.records import facts
from vinculo.identify.records.consents import selectors
from vinculo.identify.records.imports.cells import harmless
from vinculo.identify.records.models import Address, Customer, Identifier, Order, OrderLine, RightsRequest
from vinculo.identify.records.rights import traces

PAGE = "rights/collected.html"
Section = tuple[str, list[dict[str, Any]]]


def collected(*, customer_ids: Sequence[int]) -> list[Section]:
    """Return what is known of a customer, under all its ids, section by section; other rooms add theirs."""
    ids = list(customer_ids)
    bearing = list(Identifier.objects.filter(customer_id__in=ids).order_by("id"))
    orders = Order.objects.filter(customer_id__in=ids).order_by("happened_at", "id")
    lines = OrderLine.objects.filter(order_id__in=list(orders.values_list("pk", flat=True)), superseded_by=None)
    sections: list[Section] = [
        ("customer", rows(Customer.objects.filter(pk__in=ids).order_by("id"), but=("search_text", "imported"))),
        ("identifiers", rows(bearing, but=("normalised", "imported"))),
        ("addresses", rows(Address.objects.filter(customer_id__in=ids).order_by("id"), but=("imported",))),
        ("source_records", rows(traces.records_of(bearing), but=("imported",))),
        ("consents", rows(selectors.entry_list(customer_ids=ids), but=("imported",))),
        ("requests", rows(RightsRequest.objects.filter(customer_id__in=ids).order_by("id"))),
        ("orders", rows(orders, but=("imported",))),
        ("order_lines", rows(lines.order_by("order_id", "row_number", "id"), but=("imported", "superseded_by"))),
    ]
    told: Any = facts.person_collected.send(sender=Customer, customer_ids=ids)
    return [*sections, *(section for _listener, section in told)]


def rows(found: Any, *, but: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return rows of a table as their columns; what they point to by its name."""
    listed = []
    for each in found:
        row = {}
        for field in each._meta.concrete_fields:
            if field.name not in but:
                named = field.is_relation and field.name not in ("customer", "order", "returns_line")
                row[field.name] = str(getattr(each, field.name) or "") if named else getattr(each, field.attname)
        listed.append(row)
    return listed


def archive(*, customer_ids: Sequence[int], language: str, now: datetime) -> bytes:
    """Return a zip with everything: a page to read and print, one JSON for machines, and the orders as a table."""
    sections = collected(customer_ids=customer_ids)
    said = {"customer_ids": list(customer_ids), "collected_at": now, "sections": dict(sections)}
    with translation.override(language):
        page = render_to_string(PAGE, {"sections": shown(sections), "now": now})
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("data.json", json.dumps(said, default=written, ensure_ascii=False, indent=1))
        packed.writestr("data.html", page)
        packed.writestr("order_lines.csv", table(dict(sections)["order_lines"]))
    return stream.getvalue()


def shown(sections: Sequence[Section]) -> list[Section]:
    """Return the sections without what is empty, as texts."""
    return [
        (name, [{key: text(value) for key, value in row.items() if value not in (None, "", [], {})} for row in found])
        for name, found in sections
    ]


def text(value: Any) -> str:
    """Return a value as a page shows it."""
    if isinstance(value, dict | list):
        return json.dumps(value, default=written, ensure_ascii=False)
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)


def written(value: Any) -> Any:
    """Return what JSON has no word for."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def table(found: Sequence[dict[str, Any]]) -> str:
    """Return rows as delimited text that no spreadsheet takes for formulas."""
    stream = io.StringIO()
    if found:
        writer = csv.writer(stream)
        writer.writerow(found[0])
        writer.writerows([harmless(text(cell)) if cell is not None else "" for cell in row.values()] for row in found)
    return stream.getvalue()
