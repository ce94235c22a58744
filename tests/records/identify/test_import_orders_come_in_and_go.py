"""Lines of orders come in, whatever came before, and go again as if they had never been."""

import random
from pathlib import Path

import pytest
from django.conf import settings
from tests.make import imports as make

from vinculo.foundation.errors import InputError
from vinculo.identify.records.models import Channel, Customer, Import, Order, OrderLine, Product
from vinculo.identify.records.services import imports

HEADER = make.HEADER
FIRST = (
    HEADER
    + "1;7;03/04/2021 10:00;A;Taza;Menaje;Web;España;2;9,50\n"
    + "1;7;03/04/2021 10:00;B;Plato;Menaje;Web;España;1;4,00\n"
    + "2;8;04/04/2021 11:30;A;Taza;Menaje;Tienda;Reino Unido;1;4,75\n"
    + "3;;05/04/2021 12:00;A;Taza;Menaje;Tienda;;1;4,75\n"
)
SECOND = (
    HEADER
    + "2;8;04/04/2021 11:30;A;Taza;Menaje;Tienda;Reino Unido;1;4,75\n"
    + "4;7;06/04/2021 09:00;C;Olla;Cocina;Web;España;1;30,00\n"
    + "C5;7;07/04/2021 09:00;A;Taza;Menaje;Web;España;-1;-4,75\n"
)

pytestmark = pytest.mark.usefixtures("records")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "IMPORTS_FOLDER", tmp_path / "imports")


def test_rows_become_lines_of_orders_of_customers() -> None:
    imported = make.bring(FIRST)

    found = make.described()
    assert (imported.state, imported.counts["new"], imported.counts["rows"]) == ("done", 4, 4)
    assert [row[:3] for row in found["customers"]] == [("7", "7", "ES"), ("8", "8", "GB")]
    assert [row[:4] for row in found["products"]] == [
        ("A", "Taza", "a taza", "Menaje"),
        ("B", "Plato", "b plato", "Menaje"),
    ]
    assert found["channels"] == ["Tienda", "Web"]
    assert [(row[0], row[1], row[3]) for row in found["orders"]] == [
        ("1", "7", "EUR"),
        ("2", "8", "EUR"),
        ("3", "", "EUR"),
    ]
    assert Order.objects.get(number="1").happened_at.isoformat() == "2021-04-03T10:00:00+00:00"


def test_a_guest_has_no_customer_and_every_line_keeps_its_kind() -> None:
    rows = "3;;05/04/2021;A;x;;;;1;4,75\n4;7;05/04/2021;POST;x;;;;1;3,00\n"
    rows += "5;7;05/04/2021;A;x;;;;1;0\n6;7;05/04/2021;A;x;;;;-1;-2\n"
    make.bring(HEADER + rows)

    kinds = dict(OrderLine.objects.values_list("order__number", "line_kind"))
    assert kinds == {"3": "guest", "4": "not_goods", "5": "zero_price", "6": "return"}
    assert Customer.objects.count() == 1


def test_lines_written_twice_come_in_once_and_are_counted() -> None:
    line = "1;7;03/04/2021;A;Taza;Menaje;Web;España;2;9,50\n"
    imported = make.bring(HEADER + line + line + line.replace("Taza", "Taza azul"))

    assert (imported.counts["duplicates"], imported.counts["new"]) == (1, 2)


def test_equal_purchases_without_an_order_number_are_two_purchases() -> None:
    line = "7;03/04/2021;A;9,50\n"
    first = make.bring("Cliente;Fecha;Artículo;Importe\n" + line + line)
    again = make.bring("Cliente;Fecha;Artículo;Importe\n" + line + line + "8;03/04/2021;A;9,50\n")

    assert (first.counts["new"], again.counts["new"], again.counts["unchanged"]) == (2, 1, 2)


def test_the_same_file_twice_is_refused_with_the_name_of_the_first() -> None:
    first = make.bring(FIRST, name="abril.csv")
    before = make.described()

    with pytest.raises(imports.SameFileError, match=rf"import {first.pk} already \(abril.csv"):
        make.bring(FIRST, name="otro.csv")

    assert make.described() == before


def test_lines_that_are_there_already_change_nothing() -> None:
    make.bring(FIRST)
    before = make.described()

    again = make.bring(FIRST + "\n")

    assert (again.counts["new"], again.counts["unchanged"]) == (0, 4)
    assert make.described() == before


def test_a_return_is_linked_to_the_sale_it_brings_back() -> None:
    make.bring(FIRST)
    imported = make.bring(SECOND)

    back = OrderLine.objects.get(line_kind="cancellation")
    assert back.returns_line is not None
    assert (back.returns_line.order.number, imported.counts["returns_linked"]) == ("1", 1)


def test_returns_never_bring_back_more_than_was_sold() -> None:
    rows = "1;7;03/04/2021;A;x;;;;2;10\n2;7;04/04/2021;A;x;;;;1;5\n"
    backs = "C3;7;05/04/2021;A;x;;;;-1;-5\nC4;7;06/04/2021;A;x;;;;-2;-10\n"
    backs += "C5;7;06/04/2021;A;x;;;;-1;-5\nC6;7;01/04/2021;A;x;;;;-1;-5\n"
    make.bring(HEADER + rows + backs)

    linked = dict(
        OrderLine.objects.exclude(line_kind="sale").values_list("order__number", "returns_line__order__number")
    )
    assert linked == {"C3": "2", "C4": "1", "C5": None, "C6": None}


def test_a_preview_says_what_would_happen_and_leaves_nothing() -> None:
    make.bring(FIRST)
    before = make.described()
    imported = make.opened(SECOND + "9;7;31/02/2021;A;x;;;;1;4\n")

    shown = imports.import_preview(import_id=imported.pk, now=make.NOW)

    assert (shown.counts["new"], shown.counts["unchanged"], shown.rejected, shown.date_order) == (2, 1, 1, "dmy")
    assert shown.counts["line_kinds"] == {"sale": 2, "cancellation": 1}
    assert (shown.issues[0]["row_number"], shown.issues[0]["found"]) == (5, "31/02/2021")
    assert shown.samples[0][:4] == ("2", "2", "8", "04/04/2021 11:30")
    assert {item.target: item.column for item in shown.mapping}["customer_id"] == "Cliente"
    assert make.described() == before
    assert imports.import_previewed(import_id=imported.pk) == shown
    assert Import.objects.get(pk=imported.pk).state == "previewed"


def test_a_run_does_what_its_preview_said() -> None:
    imported = make.opened(SECOND)
    shown = imports.import_preview(import_id=imported.pk, now=make.NOW)

    done = imports.import_run(import_id=imported.pk, now=make.NOW)

    assert done.counts == shown.counts


def test_dates_mapped_as_amounts_are_all_rejected_with_a_sentence() -> None:
    imported = make.opened(FIRST)

    with pytest.raises(InputError, match=r"None of the 4 rows .* column 'Fecha' holds '03/04/2021 10:00'"):
        imports.import_run(import_id=imported.pk, now=make.NOW, mapping={"amount": "Fecha", "happened_at": "Fecha"})

    failed = Import.objects.get(pk=imported.pk)
    assert (failed.state, failed.problem[:18]) == ("failed", "None of the 4 rows")
    assert (failed.counts["rows"], failed.counts["rejected"]) == (4, 4)
    assert (OrderLine.objects.count(), Customer.objects.count()) == (0, 0)


def test_a_failed_import_can_be_run_again() -> None:
    imported = make.opened(FIRST)
    with pytest.raises(InputError):
        imports.import_run(import_id=imported.pk, now=make.NOW, mapping={"amount": "Fecha", "happened_at": "Fecha"})

    done = imports.import_run(import_id=imported.pk, now=make.NOW, mapping={})

    assert (done.state, done.counts["new"], done.problem) == ("done", 4, "")


def test_rejected_rows_come_back_as_they_were_to_be_corrected_and_sent_alone() -> None:
    wrong = '9;7;31/02/2021;A;"=SUMA(1)";Menaje;Web;España;1;4\n10;7;01/03/2021;A;Taza;Menaje;Web;España;uno;-4\n'
    imported = make.bring(FIRST + wrong)

    text = b"".join(imports.import_rejected_file(import_id=imported.pk)).decode("utf-8-sig")
    corrected = make.bring(text.replace("31/02/2021", "28/02/2021").replace(";uno;", ";-1;"))

    lines = text.splitlines()
    assert lines[0] == HEADER.strip() + ";row number;column;found;expected;suggestion"
    assert lines[1].startswith("9;7;31/02/2021;A;'=SUMA(1);Menaje;Web;España;1;4;6;Fecha;31/02/2021;")
    assert (imported.counts["rejected"], imported.counts["new"]) == (2, 4)
    assert (corrected.counts["new"], corrected.counts["rejected"]) == (2, 0)


def test_a_file_of_complete_orders_supersedes_what_it_does_not_hold() -> None:
    make.bring(FIRST, name="first")
    before = make.described()
    corrected = HEADER + "1;7;03/04/2021 10:00;A;Taza;Menaje;Web;España;3;14,25\n"

    second = make.bring(corrected, name="second", complete_orders=True)

    assert (second.counts["new"], second.counts["updated"]) == (1, 2)
    assert [line.net_minor for line in OrderLine.objects.filter(order__number="1", superseded_by=None)] == [1425]
    make.take_back(second)
    assert make.described() == before


def test_an_undo_leaves_nothing_of_the_only_import() -> None:
    imported = make.bring(FIRST)

    counts = make.take_back(imported)

    assert counts == {"removed": 4, "restored": 0, "orders_removed": 3, "kept": 0}
    assert not any(make.described().values())
    assert make.bring(FIRST).counts["new"] == 4


def test_an_undo_keeps_what_a_later_import_holds_too() -> None:
    make.bring(SECOND, name="second")
    expected = make.described()
    for imported in Import.objects.all():
        make.take_back(imported)

    first = make.bring(FIRST, name="first")
    make.bring(SECOND, name="second")
    make.take_back(first)

    assert make.described() == expected


def random_file(chance: random.Random) -> str:
    """Return a file of a small shop, so that files overlap in orders, customers, products and lines."""
    rows = []
    for _row in range(chance.randint(1, 12)):
        order, day = chance.randint(1, 6), chance.randint(1, 4)
        pieces = chance.choice([1, 1, 2, -1, -2])
        product, customer = chance.choice("AB"), chance.choice(["", "7", "8", "9"])
        choices = (["Menaje", "Cocina", ""], ["Web", "Tienda", ""], ["ES", "PT", ""])
        place = ";".join(chance.choice(each) for each in choices)
        name = chance.choice(["Taza", "Taza grande", ""])
        rows.append(f"{order};{customer};0{day}/04/2021;{product};{name};{place};{pieces};{pieces * 5}\n")
    return HEADER + "".join(rows)


@pytest.mark.parametrize("seed", make.seeds(12))
def test_any_import_undone_leaves_the_store_as_if_it_had_never_been(seed: int) -> None:
    chance = random.Random(seed)
    files = [random_file(chance) for _file in range(4)]
    complete = [chance.random() < 0.3 for _file in files]
    gone = chance.randrange(len(files))
    for place, text in enumerate(files):
        if place != gone:
            make.bring(text, name=f"file {place}", complete_orders=complete[place])
    expected = make.described()
    for imported in Import.objects.order_by("?"):
        make.take_back(imported)
    assert not any(make.described().values())

    made = [make.bring(text, name=f"file {place}", complete_orders=complete[place]) for place, text in enumerate(files)]
    make.take_back(made[gone])

    assert make.described() == expected


def test_two_sources_may_number_their_orders_alike() -> None:
    make.bring(FIRST)
    make.bring(FIRST, source="till")

    assert (Order.objects.count(), Product.objects.count(), Channel.objects.count()) == (6, 4, 2)


def test_a_waiting_import_is_cancelled_at_once_and_may_come_again() -> None:
    imported = make.opened(FIRST)

    imports.import_cancel(import_id=imported.pk, now=make.NOW)

    assert Import.objects.get(pk=imported.pk).state == "cancelled"
    assert make.bring(FIRST).counts["new"] == 4


def test_a_file_that_waits_is_found_again_when_it_comes_again() -> None:
    assert make.opened(FIRST).pk == make.opened(FIRST, name="otro.csv").pk


def test_what_is_done_is_not_run_again() -> None:
    imported = make.bring(FIRST)

    with pytest.raises(imports.NotNowError, match="is done"):
        imports.import_run(import_id=imported.pk, now=make.NOW)

    assert Import.objects.get(pk=imported.pk).state == "done"
