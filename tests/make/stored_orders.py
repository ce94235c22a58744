"""Orders written straight into the operational store, as an import would leave them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np

from vinculo.identify.records.models import (
    Category,
    Channel,
    Customer,
    Import,
    Order,
    OrderLine,
    Product,
    Source,
)

NOW = datetime(2024, 6, 1, 3, 0, tzinfo=UTC)
FIRST = datetime(2022, 1, 3, 10, 0, tzinfo=UTC)
Row = tuple[str, int, int]
"""Number of the order, day since the first, net amount in minor units."""


def an_import(name: str = "orders", *, state: str = "done") -> Import:
    """Make an import of orders."""
    source, _ = Source.objects.get_or_create(code="shop", defaults={"name": "Shop"})
    sha = f"{name}{Import.objects.count()}"
    return Import.objects.create(
        source=source,
        kind="orders",
        file_name=name,
        content_sha256=sha,
        bytes=1,
        state=state,
        created_at=NOW,
        finished_at=NOW,
    )


def a_customer(name: str = "Ana", country: str = "Spain") -> Customer:
    """Make a customer."""
    return Customer.objects.create(name=name, country=country, created_at=NOW)


def a_product(code: str = "P1", name: str = "Cup") -> Product:
    """Make a product in a category."""
    source, _ = Source.objects.get_or_create(code="shop", defaults={"name": "Shop"})
    category, _ = Category.objects.get_or_create(name="House", path="House")
    found, _ = Product.objects.get_or_create(source=source, code=code, defaults={"name": name, "category": category})
    return found


def lines(
    came: Import | None, customer: Customer | None, rows: Iterable[Row], *, quantity: str = "2"
) -> list[OrderLine]:
    """Write lines, each in an order of its own."""
    product, source = a_product(), Source.objects.get(code="shop")
    channel, _ = Channel.objects.get_or_create(code="web", defaults={"name": "Web"})
    made = []
    for number, day, net in rows:
        moment = FIRST + timedelta(days=day)
        order = Order.objects.create(
            source=source,
            number=number,
            customer=customer,
            happened_at=moment,
            channel=channel,
            currency="EUR",
            imported=came,
        )
        made.append(
            OrderLine.objects.create(
                order=order,
                customer=customer,
                product=product,
                happened_at=moment,
                line_key="1",
                line_kind="sale",
                quantity=Decimal(quantity),
                gross_minor=net,
                net_minor=net,
                imported=came,
                row_number=2,
            )
        )
    return made


def a_shop(customers: int = 150, *, days: int = 700, seed: int = 5) -> Import:
    """Write a small shop: customers who come back at rates of their own, until they do not."""
    random, came, product = np.random.default_rng(seed), an_import(), a_product()
    source = Source.objects.get(code="shop")
    people = [Customer(name=f"Customer {at}", country="Spain", created_at=NOW) for at in range(customers)]
    Customer.objects.bulk_create(people)
    orders, amounts = [], []
    for person in people:
        start, rate, life = random.integers(0, days - 30), random.gamma(0.8, 0.03), random.exponential(400)
        moments = {int(start)} | {
            int(start + gap) for gap in np.cumsum(random.exponential(1 / max(rate, 1e-3), 40)) if gap < life
        }
        for day in sorted(each for each in moments if each < days):
            orders.append(
                Order(
                    source=source,
                    number=f"N{len(orders)}",
                    customer=person,
                    happened_at=FIRST + timedelta(days=day),
                    currency="EUR",
                    imported=came,
                )
            )
            amounts.append(int(random.lognormal(8, 0.6)))
    Order.objects.bulk_create(orders)
    OrderLine.objects.bulk_create(
        [
            OrderLine(
                order=order,
                customer=order.customer,
                product=product,
                happened_at=order.happened_at,
                line_key="1",
                line_kind="sale",
                quantity=Decimal(1),
                gross_minor=amount,
                net_minor=amount,
                imported=came,
                row_number=at + 2,
            )
            for at, (order, amount) in enumerate(zip(orders, amounts, strict=True))
        ]
    )
    return came
