"""Files of customers and products are read in whatever way they were written, and say what they could not give."""

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vinculo.foundation.errors import InputError
from vinculo.identify.parties import columns, reading
from vinculo.identify.parties.report import PartyOptions, PartyReport
from vinculo.warehouse.duck import DuckEngine

PEOPLE = "Código;Nombre;Apellidos;Correo;Teléfono;CP;Alta\n7;ANA;MUÑOZ GIL;ana@munozgil.es;600123456;08001;3/4/1975\n"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckEngine]:
    with DuckEngine(tmp_path / "spill") as opened:
        yield opened


def read(engine: DuckEngine, file: object, kind: str = "customers", **options: Any) -> PartyReport:
    return reading.read(file, engine=engine, kind=kind, options=PartyOptions(**options))


def written(folder: Path, text: str, *, encoding: str = "utf-8", name: str = "people.csv") -> Path:
    file = folder / name
    file.write_bytes(text.encode(encoding))
    return file


def clean(engine: DuckEngine, *names: str) -> list[tuple[Any, ...]]:
    cells = ", ".join(f"json_extract_string(payload, '$.clean.{name}') AS {name}" for name in names)
    found = engine.rows(f"SELECT {cells} FROM party_rows WHERE first_copy ORDER BY row_number")
    return [tuple(row.values()) for row in found.to_pylist()]


def issues(engine: DuckEngine) -> list[tuple[Any, ...]]:
    found = engine.rows("SELECT row_number, column_name, found, whole_row FROM party_issues ORDER BY ALL").to_pylist()
    return [tuple(row.values()) for row in found]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_any_encoding_and_delimiter(engine: DuckEngine, tmp_path: Path, encoding: str, delimiter: str) -> None:
    file = written(tmp_path, PEOPLE.replace(";", delimiter), encoding=encoding)

    report = read(engine, file)

    assert clean(engine, "name", "family_name", "phone", "postcode", "acquired_on") == [
        ("Ana Muñoz Gil", "Muñoz", "+34600123456", "08001", "1975-04-03")
    ]
    assert (report.rows, report.rejected, report.delimiter) == (1, 0, delimiter)


def test_a_spreadsheet_with_numbers_and_serial_dates(engine: DuckEngine, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (
        ["Código", "Nombre completo", "Teléfono", "CP", "Fecha de alta", "Nacimiento"],
        [7, "Ana Ruiz Gil", 600123456, 8001, date(2020, 1, 31), 27852],
    ):
        book.active.append(row)
    book.save(tmp_path / "people.xlsx")

    report = read(engine, tmp_path / "people.xlsx")

    assert clean(engine, "phone", "postcode", "acquired_on", "birth_on") == [
        ("+34600123456", "08001", "2020-01-31", "1976-04-02")
    ]
    assert engine.rows("SELECT source_key FROM party_rows").to_pylist() == [{"source_key": "7"}]
    assert report.notes["postcode.restored"] == 1


def test_a_header_below_a_title_and_rows_that_do_not_fit(engine: DuckEngine, tmp_path: Path) -> None:
    file = written(tmp_path, "código;nombre;correo\n1;Ana;a@x-y.es\n2;Eva;b@x-y.es;demasiado\n\n4;Luz;c@x-y.es\n")

    report = read(engine, file)

    assert (report.rows, report.rejected) == (3, 1)
    assert [row[0] for row in issues(engine)] == [3]
    assert engine.rows("SELECT row_number FROM party_rows ORDER BY 1").column(0).to_pylist() == [2, 5]


def test_what_cannot_be_read_is_named_with_row_and_column(engine: DuckEngine, tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "Código;Nombre;Correo;Teléfono;Alta;País\n"
        "1;Ana;mal;6,00123E+08;31/02/2020;Atlántida\n"
        ";Eva;b@x-y.es;;;España\n"
        "3;Luz;no@tiene.com;000000000;01/01/1900;España\n",
    )

    report = read(engine, file)

    assert issues(engine) == [
        (2, "Alta", "31/02/2020", False),
        (2, "Correo", "mal", False),
        (2, "País", "Atlántida", False),
        (2, "Teléfono", "6,00123E+08", False),
        (3, "Código", "", True),
    ]
    assert (report.rejected, report.set_aside) == (1, 4)
    assert {name for name in report.notes if name.endswith("placeholder")} == {
        "acquired_on.placeholder",
        "email.placeholder",
        "phone.placeholder",
    }


def test_rows_that_repeat_another_come_in_once(engine: DuckEngine, tmp_path: Path) -> None:
    report = read(engine, written(tmp_path, PEOPLE + PEOPLE.splitlines()[1] + "\n"))

    assert (report.rows, report.duplicates) == (2, 1)
    assert len(clean(engine, "name")) == 1


def test_organisations_are_told_from_persons(engine: DuckEngine, tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "id;nombre;nif;razón social\n1;Muebles López, S.L.;;\n2;Ana Ruiz;12345678Z;\n"
        "3;;B58378431;Aceros\n4;Eva;;Gil y Cía\n",
    )

    read(engine, file)

    assert clean(engine, "kind", "name", "contact") == [
        ("organisation", "Muebles López, S.L.", None),
        ("person", "Ana Ruiz", None),
        ("organisation", "Aceros", None),
        ("organisation", "Gil y Cía", "Eva"),
    ]


@pytest.mark.parametrize(
    ("consent", "contactable"),
    [
        ("sí;01/05/2024;web", "yes"),
        ("sí;;web", "no"),
        ("sí;01/05/2024;", "no"),
        ("no;01/05/2024;web", "no"),
        (";;", None),
    ],
)
def test_nobody_is_contactable_without_day_and_origin(
    engine: DuckEngine, tmp_path: Path, consent: str, contactable: str | None
) -> None:
    head = "id;email;Acepta publicidad;Fecha consentimiento;Origen consentimiento\n"
    report = read(engine, written(tmp_path, f"{head}1;a@x-y.es;{consent}\n"))

    assert clean(engine, "contactable") == [(contactable,)]
    assert report.not_contactable == (contactable == "no")
    raw = engine.rows("SELECT payload->'raw'->>'Acepta publicidad' AS cell FROM party_rows").to_pylist()
    assert raw[0]["cell"] == (consent.split(";")[0] or None)


def test_the_values_tell_columns_whose_headers_say_nothing(engine: DuckEngine, tmp_path: Path) -> None:
    report = read(engine, written(tmp_path, "id;a;b\n1;ana@ruizgil.es;600123456\n2;eva@ruizgil.es;611223344\n"))

    assert report.column("email") == "a"
    assert report.column("phone") == "b"
    assert any("confidence 60" in warning for warning in report.warnings)


def test_a_mapping_asked_for_wins_and_may_leave_a_column_out(engine: DuckEngine, tmp_path: Path) -> None:
    report = read(engine, written(tmp_path, PEOPLE), mapping={"acquisition_channel": "CP", "postcode": "", "phone": ""})

    assert report.column("phone") == ""
    assert clean(engine, "acquisition_channel", "phone") == [("08001", None)]


@pytest.mark.parametrize(
    ("mapping", "said"),
    [({"nose": "CP"}, "no column 'nose'"), ({"email": "Nada"}, "no column 'Nada'")],
)
def test_a_mapping_to_nothing_is_refused(
    engine: DuckEngine, tmp_path: Path, mapping: dict[str, str], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        read(engine, written(tmp_path, PEOPLE), mapping=mapping)


def test_a_file_that_names_nobody_is_refused(engine: DuckEngine, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No column tells one row from another"):
        read(engine, written(tmp_path, "color;peso\nrojo;3\n"))


def test_a_file_without_rows_is_refused(engine: DuckEngine, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no rows"):
        read(engine, written(tmp_path, "id;nombre;correo\n"))


def test_phones_without_a_country_are_those_of_where_they_are_valid(engine: DuckEngine, tmp_path: Path) -> None:
    file = written(tmp_path, "id,name,phone\n1,Ann Lee,020 7946 0958\n2,Bob Ray,07400 123456\n", name="uk.csv")

    report = read(engine, file)

    assert report.country == "GB"
    assert clean(engine, "phone", "family_name") == [("+442079460958", "Lee"), ("+447400123456", "Ray")]


def test_products_with_amounts_and_paths(engine: DuckEngine, tmp_path: Path) -> None:
    text = 'Ref;Descripción;Familia;PVP;Coste\nA1;Olla;Hogar > Cocina;"1.234,50 €";600\nA2;Pan;Comida;gratis;-1\n'

    report = read(engine, written(tmp_path, text), "products")

    assert clean(engine, "name", "category", "list_price_minor", "unit_cost_minor", "currency") == [
        ("Olla", "Hogar / Cocina", "123450", "60000", "EUR"),
        ("Pan", "Comida", None, None, None),
    ]
    assert [row[:3] for row in issues(engine)] == [(3, "Coste", "-1"), (3, "PVP", "gratis")]
    assert report.decimal == ","


def test_a_table_in_memory_is_read_too(engine: DuckEngine) -> None:
    table = pa.table({"customer id": [1, 2], "email": ["a@x-y.es", "b\x00@x-y.es"]})

    read(engine, table)

    assert engine.rows("SELECT source_key FROM party_rows ORDER BY 1").column(0).to_pylist() == ["1", "2"]


def test_spanish_is_spoken(engine: DuckEngine, tmp_path: Path) -> None:
    report = read(engine, written(tmp_path, "Código;Correo\n1;mal\n"), language="es")

    expected = engine.rows("SELECT expected FROM party_issues").to_pylist()
    assert expected == [{"expected": "una dirección de correo como ana@example.org"}]
    assert "Las filas sin país se toman como de ES." in report.warnings


@pytest.mark.parametrize(
    ("row", "comes_in"),
    [
        ("Total;;;;1.234,50", False),
        (";TOTAL GENERAL;;;1234", False),
        (";;;;1234", False),
        ("Suma;3;;3;1234", False),
        ("Subtotal Madrid;;;;12", False),
        ("Total;Total Energies S.L.;;;12", True),
        ("Total;;ana@ruiz-gil.es;;12", True),
        ("Total;;;600123456;12", True),
        ("8;Total;;;12", True),
        ("9;Suma Supermercados S.A.;;;12", True),
    ],
)
def test_a_row_of_totals_is_no_customer_and_says_so(
    engine: DuckEngine, tmp_path: Path, row: str, comes_in: bool
) -> None:
    file = written(tmp_path, f"Código;Nombre completo;Correo;Teléfono;Ventas\n7;Ana Muñoz;ana@munozgil.es;;1\n{row}\n")

    report = read(engine, file)
    named = row.replace(";", "").strip("0123456789.,") != ""

    assert (report.rows, report.rejected, report.totals) == (2, 1 - comes_in, int(named and not comes_in))
    assert len(clean(engine, "name")) == 1 + comes_in
    if report.totals:
        (said,) = engine.rows("SELECT row_number, expected, whole_row FROM party_issues").to_pylist()
        assert said == {"row_number": 3, "expected": "a row of its own: this one adds up the others", "whole_row": True}


@pytest.mark.parametrize(
    ("row", "comes_in"),
    [("TOTAL;;;;99", False), (";Total;;;99", False), ("Total;Colgate Total;;;9", True), ("P2;Total;;;9", True)],
)
def test_a_row_of_totals_is_no_product(engine: DuckEngine, tmp_path: Path, row: str, comes_in: bool) -> None:
    file = written(tmp_path, f"Referencia;Descripción;Familia;Coste;PVP\nP1;Taza;Menaje;1;2\n{row}\n")

    report = read(engine, file, kind="products")

    assert (report.rejected, report.totals) == (1 - comes_in, 1 - comes_in)


# A file that is mostly control characters is refused as binary.
WRITTEN = st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\r\t")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.text(WRITTEN, max_size=12), min_size=3, max_size=3), min_size=1))
def test_no_row_is_lost_whatever_its_cells_hold(
    tmp_path_factory: pytest.TempPathFactory, cells: list[list[str]]
) -> None:
    import csv

    folder = tmp_path_factory.mktemp("any")
    text = io.StringIO()
    rows = [[f"k{place}", *row] for place, row in enumerate(cells)]
    csv.writer(text, delimiter=";").writerows([["código", "nombre completo", "correo", "teléfono"], *rows])
    file = written(folder, text.getvalue())

    with DuckEngine(folder / "spill") as engine:
        report = read(engine, file, delimiter=";")
        came = engine.rows("SELECT source_key FROM party_rows").column(0).to_pylist()

    assert report.rows == len(rows)
    assert len(came) + report.rejected == len(rows)


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("cell", ['"\r', '"\n', '"\r"', '""\r\n"', "a\r\nb"])
def test_line_ends_and_quotes_within_a_cell_are_no_end_of_the_row(
    engine: DuckEngine, tmp_path: Path, cell: str, end: str
) -> None:
    quoted = cell.replace('"', '""')
    rows = ["código;nombre completo;correo", f'1;"{quoted}";a@ruiz-gil.es', "2;Eva Peña;e@ruiz-gil.es", ""]

    report = read(engine, written(tmp_path, end.join(rows)))

    assert (report.rows, report.rejected) == (2, 0)
    assert clean(engine, "email") == [("a@ruiz-gil.es",), ("e@ruiz-gil.es",)]


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        (["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"], "orders"),
        (["Fecha", "Pedido", "Cliente", "Importe"], "orders"),
        (["id", "Nombre", "Apellidos", "Email"], "customers"),
        (["Razón social", "CIF", "Población"], "customers"),
        (["SKU", "Descripción", "PVP", "Coste"], "products"),
        (["Código", "Familia", "Nombre", "Precio"], "products"),
    ],
)
def test_the_headers_tell_what_the_rows_are(headers: list[str], kind: str) -> None:
    assert columns.likeliest_kind(headers) == kind
