"""A small customer base with orders and a published run, as pages see it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection

from vinculo.differentiate.records import services as runs
from vinculo.differentiate.records.models import CustomerValue, Run
from vinculo.identify import folding
from vinculo.identify.records import services
from vinculo.identify.records.models import Channel, Customer, Identifier, Order, OrderLine, Product, Source

NOW = datetime(2024, 6, 30, 12, 0, tzinfo=UTC)
AS_OF = date(2024, 6, 30)
_TEXTS = {
    "rfmt_code": "5555",
    "rfmt_segment": "champions",
    "value_tier": "standard",
    "value_tier_reason": "Brings what most bring.",
    "relationship_area": "maintain",
    "relationship_area_reason": "Buys as usual.",
}


def source() -> Source:
    return services.source_ensure(code="shop", name="Shop")


def customer(name: str, *, number: str, email: str = "", phone: str = "", **fields: Any) -> Customer:
    """Make a customer with identifiers."""
    made = Customer.objects.create(name=name, created_at=NOW, **fields)
    for kind, value in (("source_key", number), ("email", email), ("phone", phone)):
        if value:
            Identifier.objects.create(
                customer=made,
                kind=kind,
                value=value,
                normalised=folding.identifier(kind, value),
                source=source(),
            )
    return made


def order(buyer: Customer, number: str, *, days_ago: int, lines: Sequence[Mapping[str, Any]]) -> Order:
    """Make an order; a line is a name, an amount, and what else matters."""
    at = NOW - timedelta(days=days_ago)
    channel, _made = Channel.objects.get_or_create(code="web", defaults={"name": "Web"})
    made = Order.objects.create(
        source=source(), number=number, customer=buyer, happened_at=at, channel=channel, currency="EUR"
    )
    for place, line in enumerate(lines):
        product, _made = Product.objects.get_or_create(
            source=source(), code=line["product"], defaults={"name": line["product"].title()}
        )
        net = line["net_minor"]
        OrderLine.objects.create(
            order=made,
            customer=buyer,
            product=product,
            happened_at=at,
            line_key=str(place),
            line_kind="sale" if net >= 0 else "return",
            description=line["product"],
            quantity=1 if net >= 0 else -1,
            gross_minor=net,
            net_minor=net,
            returns_line=line.get("returns"),
        )
    return made


def published(values: Sequence[Mapping[str, Any]]) -> Run:
    """Publish a run that serves these values; what is not given is filled in."""
    run = runs.run_open(as_of=AS_OF, settings={"horizon_days": 365, "currency": "EUR"}, now=NOW)
    serve(run, values)
    Run.objects.filter(pk=run.pk).update(state="done", folder="runs/x", served_at=NOW)
    runs.run_publish(run_id=run.pk, now=NOW)
    run.refresh_from_db()
    return run


def serve(run: Run, values: Sequence[Mapping[str, Any]]) -> None:
    """Serve values as those of a run."""
    table = runs.partition_open(run_id=run.pk)
    ranked = sorted(values, key=lambda each: -each.get("contribution_minor", 0))
    with connection.cursor() as cursor:
        for value in values:
            filled = {
                field.column: _TEXTS.get(field.column, 0)
                for field in CustomerValue._meta.concrete_fields
                if not field.null and field.column
            }
            row = {**filled, "contribution_rank": ranked.index(value) + 1, **value, "run_id": run.pk}
            marks = ", ".join(["%s"] * len(row))
            cursor.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
    runs.partition_attach(run_id=run.pk)
