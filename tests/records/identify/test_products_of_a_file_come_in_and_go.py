"""Products of a file come in with their categories, and go again as if they had never been."""

from typing import Any

import pytest
from tests.make import parties

from vinculo.identify.records.models import Category, Import, Order, OrderLine, Product, SourceRecord

FIRST = """Referencia;Descripción;Familia;Subfamilia;PVP;Coste
A1;Olla;Hogar;Cocina;"1.234,50 €";600
A2;Sartén;Hogar;Cocina;25,00;
A3;Pan;Alimentación;;1,20;0,80
"""
SECOND = """Referencia;PVP;Familia
A1;1.300,00;Menaje
A4;9,99;Menaje
"""

pytestmark = pytest.mark.usefixtures("records")


def shelf() -> dict[str, list[Any]]:
    columns = ["code", "name", "search_text", "category__path", "list_price_minor", "unit_cost_minor", "currency"]
    return {
        "products": sorted(Product.objects.values_list(*columns, "imported")),
        "categories": sorted(Category.objects.values_list("path", "name", "parent__path"), key=lambda row: str(row[0])),
    }


def test_a_row_becomes_a_product_in_its_category() -> None:
    _, counts = parties.bring(FIRST, kind="products")

    assert counts == {"new": 3, "updated": 0, "unchanged": 0}
    pot = Product.objects.get(code="A1")
    assert (pot.name, pot.list_price_minor, pot.unit_cost_minor, pot.currency) == ("Olla", 123450, 60000, "EUR")
    assert pot.search_text == "a1 olla"
    assert [row[0] for row in shelf()["categories"]] == ["Alimentación", "Hogar", "Hogar / Cocina"]
    assert pot.category is not None
    assert (pot.category.name, pot.category.parent and pot.category.parent.path) == ("Cocina", "Hogar")


def test_the_same_rows_again_change_nothing() -> None:
    parties.bring(FIRST, kind="products")
    before = shelf()

    _, counts = parties.bring(FIRST, kind="products")

    assert counts == {"new": 0, "updated": 0, "unchanged": 3}
    assert shelf() == before


def test_a_newer_row_overwrites_and_an_empty_cell_deletes_nothing() -> None:
    parties.bring(FIRST, kind="products")

    _, counts = parties.bring(SECOND, kind="products")

    pot = Product.objects.get(code="A1")
    assert counts == {"new": 1, "updated": 1, "unchanged": 0}
    assert (pot.name, pot.list_price_minor, pot.unit_cost_minor) == ("Olla", 130000, 60000)
    assert pot.category is not None
    assert pot.category.path == "Menaje"


def test_an_undo_leaves_the_state_before_and_no_empty_category() -> None:
    parties.bring(FIRST, kind="products")
    before = shelf()

    second, _ = parties.bring(SECOND, kind="products")
    counts = parties.take_back(second)

    assert counts == {"removed": 1, "restored": 1, "kept": 0}
    assert shelf() == before


def test_all_undone_in_any_order_leaves_nothing() -> None:
    first, _ = parties.bring(FIRST, kind="products")
    second, _ = parties.bring(SECOND, kind="products")

    parties.take_back(first)
    parties.take_back(second)

    assert shelf() == {"products": [], "categories": []}
    assert SourceRecord.objects.count() == 0


def test_another_currency_takes_the_amounts_of_the_old_one_with_it() -> None:
    parties.bring("sku;price;cost;currency\n1;10.00;4.00;EUR\n", kind="products")

    parties.bring("sku;price;currency\n1;12.00;GBP\n", kind="products")

    assert Product.objects.values_list("list_price_minor", "unit_cost_minor", "currency").get() == (1200, None, "GBP")


def test_a_product_that_was_sold_stays_under_its_code_when_its_file_is_undone() -> None:
    first, _ = parties.bring(FIRST, kind="products")
    orders = Import.objects.create(
        source=first.source, kind="orders", file_name="o", content_sha256="o", bytes=1, created_at=parties.NOW
    )
    order = Order.objects.create(
        source=first.source, number="7", happened_at=parties.NOW, currency="EUR", imported=orders
    )
    OrderLine.objects.create(
        order=order,
        product=Product.objects.get(code="A1"),
        happened_at=parties.NOW,
        line_key="1",
        line_kind="sale",
        quantity=1,
        gross_minor=1,
        net_minor=1,
        imported=orders,
    )

    counts = parties.take_back(first)

    assert counts == {"removed": 2, "restored": 0, "kept": 1}
    assert Product.objects.values_list("code", "name", "list_price_minor", "imported").get() == (
        "A1",
        "",
        None,
        orders.pk,
    )
    assert Category.objects.count() == 0
