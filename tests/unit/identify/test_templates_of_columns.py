"""Templates of columns: what headers are known by, and blanks whose columns are read for certain."""

import csv
from pathlib import Path

import pytest

from vinculo.foundation import language
from vinculo.identify.parties import columns, reading
from vinculo.identify.templates import blanks, headers
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.reading import orders


@pytest.mark.parametrize("spoken", blanks.LANGUAGES)
@pytest.mark.parametrize("kind", blanks.COLUMNS)
def test_a_filled_blank_is_read_as_it_was_meant(tmp_path: Path, kind: str, spoken: str) -> None:
    file, described = tmp_path / "blank.csv", blanks.COLUMNS[kind]
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=blanks.DELIMITERS[spoken])
        writer.writerows(blanks.lines(kind, language=spoken, translate=language.translator(spoken)))
        writer.writerow([column.example(spoken) for column in described])

    with DuckEngine(tmp_path / "spill") as engine:
        if kind == "orders":
            found = orders.parted(file, engine=engine)[1]
            read = engine.rows("SELECT product_id, net_minor FROM order_lines").to_pylist()
        else:
            found = reading.read(file, engine=engine, kind=kind)  # type: ignore[assignment] # alike in what is asked
            read = engine.rows("SELECT source_key FROM party_rows").to_pylist()

    assert {item.target: item.column for item in found.mapping} == {
        column.target: column.header(spoken) for column in described
    }
    assert min(item.confidence for item in found.mapping) > columns.UNSURE
    assert columns.likeliest_kind(found.headers) == kind
    assert (found.rows, found.rejected, len(read)) == (1, 0, 1)
    assert not [said for said in found.warnings if "confidence" in said]


def test_headers_are_known_again_in_another_order_and_another_file(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("Código;Correo;Ventas\n1;a@b.es;3\n", encoding="cp1252")
    second.write_text("VENTAS;correo;CODIGO\n" + "3;a@b.es;1\n" * 40_000, encoding="utf-8")

    found = [headers.fingerprint(headers.of_file(file, tmp_path)) for file in (first, second)]

    assert found[0] == found[1] != headers.fingerprint(["Código", "Correo"])
    assert headers.fitting({"email": "Correo", "phone": "Teléfono", "name": ""}, ["CORREO"]) == {
        "email": "Correo",
        "name": "",
    }
