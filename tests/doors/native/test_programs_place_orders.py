"""Programs place orders with their lines, and say what products are."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.make import imports, store, stored_orders
from tests.make.integrations import Program

from vinculo.exchange.records import outbox
from vinculo.identify.records.models import Customer, Order, OrderLine, Product, SourceRecord
from vinculo.project.audit import selectors
from vinculo.warehouse.landing import landing

ORDER: dict[str, Any] = {
    "number": "N-1",
    "happened_at": "2026-03-01T10:00:00+01:00",
    "channel": "web",
    "currency": "EUR",
    "lines": [
        {"product_code": "A1", "description": "Cup", "quantity": 2, "net_minor": 500, "cost_minor": 200},
        {"product_code": "A1", "description": "Cup", "quantity": 2, "net_minor": 500, "cost_minor": 200},
        {"description": "Engraving", "quantity": 0.5, "net_minor": 300, "discount_minor": 100},
        {"product_code": "B2", "quantity": -1, "net_minor": -700},
    ],
}


@pytest.fixture
def program(records: store.Database) -> Program:
    return Program()


def test_an_order_is_placed_and_read_again(program: Program) -> None:
    customer = program.post("/customers", {"name": "Ana"}).json()["id"]

    made = program.post("/orders", {**ORDER, "customer_id": customer})

    assert made.status_code == 201, made.content
    order = program.get(f"/orders/{made.json()['id']}").json()
    assert made.headers["Location"] == f"/api/v1/orders/{order['id']}"
    assert order == made.json()
    assert (order["number"], order["source"], order["net_minor"]) == ("N-1", "shop", 600)
    assert order["happened_at"] == "2026-03-01T09:00:00Z"
    assert [(each["kind"], each["quantity"], each["gross_minor"], each["cost_minor"]) for each in order["lines"]] == [
        ("sale", "2", 500, 200),
        ("sale", "2", 500, 200),
        ("sale", "0.5", 400, None),
        ("return", "-1", -700, None),
    ]
    assert set(Product.objects.values_list("code", "name")) == {("A1", "Cup"), ("B2", "")}
    assert program.get(f"/customers/{customer}").json()["standing"] == "actual"


def test_it_is_told_and_put_down_to_the_token(program: Program) -> None:
    made = program.post("/orders", ORDER).json()

    (event,) = outbox.event_list(wanted=["order.placed"])

    assert event.data == {"order_id": made["id"], "customer_id": None}
    entry = selectors.entry_list(table="exchange_event", actor="token:shop").get()
    assert entry.after["subject"] == f"orders/{made['id']}"


def test_a_number_comes_once(program: Program) -> None:
    first = program.post("/orders", ORDER).json()

    again = program.post("/orders", ORDER)

    assert (again.status_code, again.json()["code"]) == (409, "order.exists")
    assert again.json()["order_id"] == first["id"]
    assert OrderLine.objects.count() == 4


def test_an_export_that_holds_the_order_adds_nothing(program: Program) -> None:
    line = {"product_code": "A1", "quantity": 1, "net_minor": 500}
    program.post("/orders", {**ORDER, "number": "P1", "lines": [line]})

    imported = imports.bring(f"{imports.HEADER}P1;;2026-03-01;A1;Taza;Casa;web;España;1;5,00\n")

    assert (imported.counts["new"], imported.counts["unchanged"]) == (0, 1)
    assert OrderLine.objects.count() == 1


def test_it_is_landed_for_the_next_run(own_records: store.Database, tmp_path: Path) -> None:
    program = Program()
    program.post("/orders", ORDER)

    from vinculo.differentiate.records import landed

    found = landing.land(landed.store_address(), folder=tmp_path)
    program.post("/orders", {**ORDER, "number": "N-2"})
    later = landing.land(landed.store_address(), folder=tmp_path)

    assert (found.lines, later.lines, later.lines_read) == (4, 8, 4)


def test_orders_of_a_customer_come_with_those_of_all_its_parties(program: Program) -> None:
    one, two = (program.post("/customers", {"name": "Ana"}).json()["id"] for _ in range(2))
    for number, (customer, day) in enumerate(((one, 1), (two, 2), (one, 3), (two, 3))):
        program.post(
            "/orders",
            {**ORDER, "number": f"N{number}", "customer_id": customer, "happened_at": f"2026-03-0{day}T10:00:00Z"},
        )
    program.post("/merges", {"customer_ids": [one, two], "survivor": one})

    first = program.get(f"/orders?customer_id={two}&limit=3").json()
    program.post("/orders", {**ORDER, "number": "NEW", "customer_id": one, "happened_at": "2026-04-01T10:00:00Z"})
    second = program.get(f"/orders?customer_id={two}&limit=3&cursor={first['next']}").json()

    numbers = [each["number"] for page in (first, second) for each in page["data"]]
    assert numbers == ["N3", "N2", "N1", "N0"]
    assert second["next"] is None
    assert {each["customer_id"] for each in first["data"]} == {one, two}
    assert [each["number"] for each in program.get("/orders?number=N2&source=shop").json()["data"]] == ["N2"]


def test_costs_are_for_those_who_may_see_them(program: Program) -> None:
    made = program.post("/orders", ORDER).json()
    program.call("PUT", "/products/by-code/A1", {"unit_cost_minor": 90, "currency": "EUR"})
    blind = Program("orders.read", "products.read", name="blind")

    order = blind.get(f"/orders/{made['id']}").json()

    assert {each["cost_minor"] for each in order["lines"]} == {None}
    assert {each["unit_cost_minor"] for each in blind.get("/products").json()["data"]} == {None}
    assert 90 in {each["unit_cost_minor"] for each in program.get("/products").json()["data"]}


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"lines": []}, "body.lines"),
        ({"currency": "XXZ"}, "body.currency"),
        ({"happened_at": "2026-03-01T10:00:00"}, "body.happened_at"),
        ({"happened_at": 5}, "body.happened_at"),
        ({"happened_at": "0001-01-01T00:00:00+14:00"}, "body.happened_at"),
        ({"customer_id": "7"}, "body.customer_id"),
        ({"lines": [{"quantity": 1, "net_minor": 1.5}]}, "body.lines.0.net_minor"),
        ({"lines": [{"quantity": True, "net_minor": 1}]}, "body.lines.0.quantity"),
        ({"lines": [{"quantity": 1.00001, "net_minor": 1}]}, "body.lines.0.quantity"),
        ({"lines": [{"quantity": 1e30, "net_minor": 1}]}, "body.lines.0.quantity"),
        ({"lines": [{"quantity": 1, "net_minor": 10**16}]}, "body.lines.0.net_minor"),
        ({"lines": [{"quantity": 1, "net_minor": 1, "colour": "red"}]}, "body.lines.0.colour"),
    ],
)
def test_what_cannot_be_is_refused_with_the_field_named(program: Program, more: dict[str, Any], field: str) -> None:
    answer = program.post("/orders", {**ORDER, **more})

    assert answer.status_code == 422
    assert field in {each["field"] for each in answer.json()["errors"]}
    assert Order.objects.count() == 0


def test_an_order_of_nobody_known_is_refused_whole(program: Program) -> None:
    answer = program.post("/orders", {**ORDER, "customer_id": 999_999})

    assert (answer.status_code, answer.json()["code"]) == (404, "resource.unknown")
    assert (Order.objects.count(), Product.objects.count(), Customer.objects.count()) == (0, 0, 0)


def test_a_product_is_added_and_changed_and_what_is_not_said_stays(program: Program) -> None:
    place = "/products/by-code/A%201"
    said = {"name": "Cup", "category": "House / Kitchen", "list_price_minor": 900, "currency": "EUR"}

    made = program.call("PUT", place, said).json()
    changed = program.call("PUT", place, {"name": "Mug"}).json()

    assert (made["code"], made["name"], made["category"], made["source"]) == ("A 1", "Cup", "House / Kitchen", "shop")
    assert changed == {**made, "name": "Mug"}
    assert program.get(f"/products/{made['id']}").json() == changed
    assert [each.payload["by"] for each in SourceRecord.objects.filter(kind="products")] == ["token:shop"] * 2
    assert selectors.entry_list(table="identify_product", actor="token:shop").count() == 2


def test_a_product_of_an_order_is_named_later(program: Program) -> None:
    program.post("/orders", ORDER)

    named = program.call("PUT", "/products/by-code/B2", {"name": "Plate"}).json()

    assert Product.objects.get(code="B2").pk == named["id"]
    assert named["name"] == "Plate"


def test_an_amount_needs_its_currency(program: Program) -> None:
    answer = program.call("PUT", "/products/by-code/A1", {"list_price_minor": 900})

    assert answer.status_code == 422
    assert Product.objects.count() == 0


def test_products_come_in_pages(program: Program) -> None:
    for number in range(3):
        stored_orders.a_product(f"P{number}")

    first = program.get("/products?limit=2").json()
    second = program.get(f"/products?limit=2&cursor={first['next']}").json()

    assert [each["code"] for page in (first, second) for each in page["data"]] == ["P0", "P1", "P2"]
    assert Decimal(second["data"][0]["id"]) > 0


def test_what_comes_back_is_linked_to_what_was_sold(program: Program) -> None:
    ana = program.post("/customers", {"name": "Ana"}).json()["id"]
    cups = {"product_code": "A1", "quantity": 2, "net_minor": 1000}
    back = {"product_code": "A1", "quantity": -1, "net_minor": -500}

    def place(number: str, day: int, *lines: dict[str, Any], customer: int | None = ana) -> Any:
        said = {"number": number, "customer_id": customer, "happened_at": f"2026-03-0{day}T10:00:00Z"}
        return program.post("/orders", {**ORDER, **said, "lines": list(lines)})

    first, second = place("N1", 1, cups).json(), place("N2", 2, cups).json()
    sold = {"order_id": first["id"], "line_id": first["lines"][0]["id"]}
    named = place("R1", 3, {"quantity": -1, "net_minor": -500, "returns": sold}).json()["lines"][0]
    # The latest sale of which enough pieces are out; then the one before it; then there is none.
    two = place("R2", 3, {**back, "quantity": -2}).json()["lines"]
    ones = place("R4", 3, back, back).json()["lines"]

    assert (named["returns_line_id"], named["product_code"]) == (sold["line_id"], "A1")
    assert [each["returns_line_id"] for each in (*two, *ones)] == [second["lines"][0]["id"], sold["line_id"], None]
    assert place("R3", 4, {**back, "returns": sold}).json()["code"] == "order.nothing_to_return"
    guest = place("G1", 4, cups, customer=None).json()
    gave = {"order_id": guest["id"], "line_id": guest["lines"][0]["id"]}
    assert place("G2", 5, {**back, "returns": gave}, customer=None).json()["lines"][0]["returns_line_id"]
    more = [{**back, "returns": gave}] * 3
    assert place("G3", 5, *more, customer=None).json()["code"] == "order.nothing_to_return"
    for wrong in ({**gave, "order_id": first["id"]}, {**gave, "line_id": 999_999}):
        assert place("G3", 5, {**back, "returns": wrong}).json()["code"] == "order.nothing_to_return"
    assert place("G3", 5, {**back, "product_code": "B2", "returns": gave}).status_code == 422
    assert place("G3", 5, {**cups, "returns": gave}).json()["code"] == "input.invalid"
    assert not Order.objects.filter(number__in=["R3", "G3"]).exists()


def test_a_file_that_comes_later_leaves_what_a_return_was_said_to_bring_back(program: Program) -> None:
    imports.bring(
        f"{imports.HEADER}P1;C1;2026-03-01;A1;Taza;Casa;web;España;1;5,00\n"
        "P2;C1;2026-03-02;A1;Taza;Casa;web;España;1;5,00\n"
    )
    (early,) = OrderLine.objects.filter(order__number="P1")
    sold = {"order_id": early.order_id, "line_id": early.pk}
    line = {"quantity": -1, "net_minor": -500, "returns": sold}
    said = {**ORDER, "number": "R1", "customer_id": early.customer_id, "lines": [line]}
    made = program.post("/orders", {**said, "happened_at": "2026-03-05T10:00:00Z"}).json()

    imports.bring(f"{imports.HEADER}P3;C1;2026-03-07;A1;Taza;Casa;web;España;-1;-5,00\n", name="later.csv")

    back = dict(OrderLine.objects.filter(quantity__lt=0).values_list("order__number", "returns_line__order__number"))
    assert made["lines"][0]["returns_line_id"] == early.pk
    assert back["R1"] == "P1"


@pytest.mark.parametrize(("zone", "shown"), [("UTC", "23:30:00Z"), ("Europe/Madrid", "00:30:00+01:00")])
def test_an_order_is_of_the_day_it_is_where_the_company_is(program: Program, zone: str, shown: str) -> None:
    day = 28 if zone == "UTC" else 1

    with timezone.override(zone):
        made = program.post("/orders", {**ORDER, "happened_at": "2026-02-28T23:30:00Z"}).json()
        imports.bring(f"{imports.HEADER}P1;;2026-03-01 00:30;A1;Taza;Casa;web;España;1;5,00\n")
        read = program.get(f"/orders/{Order.objects.get(number='P1').pk}").json()

    placed = Order.objects.get(number="N-1")
    assert (placed.happened_at.day, OrderLine.objects.filter(order=placed).first().happened_at.day) == (day, day)
    assert made["happened_at"].endswith(shown)
    # What a file says is the clock of the company too.
    assert Order.objects.get(number="P1").happened_at.hour == 0
    assert read["happened_at"] == ("2026-03-01T00:30:00Z" if zone == "UTC" else "2026-03-01T00:30:00+01:00")
