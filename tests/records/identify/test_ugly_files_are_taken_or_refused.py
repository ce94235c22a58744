"""Whatever is brought in as customers, products or orders: rows, reasons, or one sentence; and no good row is lost."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests.make import imports as make
from tests.make import ugly

from vinculo.foundation.errors import InputError
from vinculo.identify.records.models import Customer, Identifier, Import, Order, OrderLine, Product
from vinculo.identify.records.services import imports
from vinculo.warehouse.reading.sources import text

pytestmark = pytest.mark.usefixtures("records")
REFUSED = [name for name, file in ugly.FILES.items() if file.refused]
TAKEN = [name for name, file in ugly.FILES.items() if not file.refused]
LONGEST_SENTENCE = 420


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "IMPORTS_FOLDER", tmp_path / "imports")


def keys(kind: str) -> list[str]:
    """Return the numbers and codes of a kind that are in the store."""
    if kind == "customers":
        return sorted(Identifier.objects.filter(kind="source_key").values_list("value", flat=True))
    if kind == "products":
        return sorted(Product.objects.values_list("code", flat=True))
    return sorted(Order.objects.values_list("number", flat=True))


def known(kind: str, key: str) -> tuple[Any, ...]:
    """Return what is known of a row, as `ugly.KNOWN` has it."""
    if kind == "customers":
        customer = Identifier.objects.get(kind="source_key", value=key).customer
        return (customer.name, customer.identifiers.get(kind="email").value, customer.acquired_on)
    if kind == "products":
        product = Product.objects.select_related("category").get(code=key)
        return (product.name, str(product.category and product.category.path), product.list_price_minor)
    line = OrderLine.objects.select_related("product").get(order__number=key)
    buyer = Identifier.objects.get(kind="source_key", customer_id=line.customer_id).value
    return (buyer, line.happened_at.date(), line.product and line.product.code, line.quantity, line.net_minor)


def run(imported: Import) -> tuple[Import, Sequence[Any]]:
    """Import a file that was opened; return it and the rows and cells set aside."""
    done = imports.import_run(import_id=imported.pk, now=make.NOW)
    shown = imports.import_previewed(import_id=imported.pk)
    assert shown is not None
    return done, shown.issues


@pytest.mark.slow
@pytest.mark.parametrize("kind", ugly.KINDS)
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_is_refused_in_one_sentence(tmp_path: Path, name: str, kind: str) -> None:
    file = ugly.FILES[name]

    with pytest.raises(InputError, match=file.refused) as refusal:
        run(make.opened(file.make(kind), name=file.name, kind=kind))

    said = str(refusal.value)
    assert "\n" not in said
    assert len(said) < LONGEST_SENTENCE
    assert str(tmp_path) not in said
    assert not any(make.described().values())
    assert list(Import.objects.values_list("state", "problem")) in ([], [("failed", said)])


@pytest.mark.slow
@pytest.mark.parametrize("kind", ugly.KINDS)
@pytest.mark.parametrize("name", TAKEN)
def test_every_row_comes_in_or_is_listed_with_its_reason(name: str, kind: str) -> None:
    file = ugly.FILES[name]

    done, issues = run(make.opened(file.make(kind), name=file.name, kind=kind, **file.options))

    counts = done.counts
    assert keys(kind) == sorted(file.keys)
    good = {} if file.altered else ugly.KNOWN[kind]
    assert {key: known(kind, key) for key in good} == good
    assert counts["rows"] == counts["new"] + counts["rejected"] + counts["duplicates"]
    rows = [(issue["row_number"], issue["column_name"], issue["found"]) for issue in issues if issue["whole_row"]]
    assert len(rows) == counts["rejected"] == (file.rejected is not None)
    if file.rejected:
        number, column, found = file.rejected
        assert rows[0][0] == number
        assert rows[0][1] in ({"first": ugly.HEADERS[kind][:1], "header": ugly.HEADERS[kind]}.get(column) or (column,))
        assert rows[0][2].startswith(found)
    assert all(issue["expected"] for issue in issues)
    assert b"".join(imports.import_rejected_file(import_id=done.pk)).count(b"\n") > counts["rejected"]
    make.take_back(done)
    assert not any(make.described().values())


def set_aside(kind: str, column: dict[str, str], values: Sequence[str]) -> tuple[dict[str, Any], list[tuple[Any, ...]]]:
    """Bring in the good rows and one for each value; return the counts and what is listed."""
    rows = [["V" + str(place), *ugly.fourth(kind, **{column[kind]: value})[1:]] for place, value in enumerate(values)]
    done, issues = run(make.opened(ugly.plain(kind, *rows), kind=kind, decimal=","))
    return done.counts, [
        (issue["row_number"], issue["column_name"], issue["found"], issue["whole_row"]) for issue in issues
    ]


def expected(column: str, values: Sequence[str], *, whole: bool) -> list[tuple[int, str, str, bool]]:
    return [(5 + place, column, value[:200], whole) for place, value in enumerate(values)]


@pytest.mark.parametrize("kind", ["customers", "orders"])
def test_days_there_are_not_are_listed(kind: str) -> None:
    counts, listed = set_aside(kind, ugly.DATES, ugly.DAYS)

    dated = kind == "orders"
    assert listed == expected(ugly.DATES[kind], ugly.DAYS, whole=dated)
    assert (counts["new"], counts["rejected"]) == ((3, len(ugly.DAYS)) if dated else (3 + len(ugly.DAYS), 0))


def test_a_year_that_stands_for_never_is_no_day() -> None:
    counts, listed = set_aside("customers", ugly.DATES, ["31/12/9999", "01/01/9999", "06/03/2922"])

    assert listed == [(7, "Fecha alta", "06/03/2922", False)]
    assert counts["notes"]["acquired_on.placeholder"] == 2
    assert Customer.objects.filter(acquired_on=None).count() == 3


@pytest.mark.parametrize("kind", ["products", "orders"])
def test_amounts_there_are_not_are_listed(kind: str) -> None:
    counts, listed = set_aside(kind, ugly.AMOUNTS, ugly.SUMS)

    sold = kind == "orders"
    assert listed == expected(ugly.AMOUNTS[kind], ugly.SUMS, whole=sold)
    assert (counts["new"], counts["rejected"]) == ((3, len(ugly.SUMS)) if sold else (3 + len(ugly.SUMS), 0))


@pytest.mark.parametrize("kind", ["products", "orders"])
def test_an_amount_is_read_however_it_is_written(kind: str) -> None:
    _counts, listed = set_aside(kind, ugly.AMOUNTS, ugly.GOOD_SUMS)

    amounts = (
        OrderLine.objects.filter(order__number__startswith="V").values_list("net_minor", flat=True)
        if kind == "orders"
        else Product.objects.filter(code__startswith="V").values_list("list_price_minor", flat=True)
    )
    assert listed == []
    assert list(amounts) == [123450] * len(ugly.GOOD_SUMS)


def test_pieces_there_are_not_are_listed() -> None:
    counts, listed = set_aside("orders", {"orders": "Unidades"}, ugly.PIECES)

    assert [row[:2] for row in listed] == [(5 + place, "Unidades") for place in range(len(ugly.PIECES))]
    assert (counts["new"], counts["rejected"]) == (3, len(ugly.PIECES))


def test_an_order_of_days_that_cannot_be_told_is_said() -> None:
    rows = "1;7;03/04/2021;A;x;;;;1;4\n2;7;05/06/2021;A;x;;;;1;4\n"
    imported = make.bring(make.HEADER + rows)

    shown = imports.import_previewed(import_id=imported.pk)

    assert shown is not None
    assert any("tells day from month" in warning for warning in shown.warnings)


def test_a_file_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "ROOM", 1 << 20)
    bomb = ugly.packed(ugly.plain("orders") + (b"x" * 999 + b"\n") * 20_000)

    with pytest.raises(InputError, match="unpacks to more than 200 times its size"):
        run(make.opened(bomb, name="file.csv.gz"))


@pytest.mark.slow
def test_no_line_is_lost_behind_a_quote_in_a_large_file() -> None:
    many = [(f"L{number}", f"Nombre {number}", f"a{number}@x-shop.es", "") for number in range(60_000)]
    rows = [*many[:30_000], ugly.fourth("customers", **{"Nombre completo": '"Pía'}), *many[30_000:]]
    content = ugly.text([ugly.HEADERS["customers"], *rows]).encode()

    done, issues = run(make.opened(content, kind="customers"))

    assert (done.counts["rows"], done.counts["new"], done.counts["rejected"]) == (60_001, 60_000, 1)
    assert [(issue["row_number"], issue["found"][:6]) for issue in issues] == [(30_002, 'K4;"Pí')]
