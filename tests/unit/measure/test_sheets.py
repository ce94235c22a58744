"""Sheets hold what they were given: figures as figures, days as days, texts as texts, and as many as there are."""

import io
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from vinculo.measure import sheets
from vinculo.measure.sheets import Cell

AT = datetime.fromisoformat("2024-01-02T03:04")
HEAD = ("name", "day", "amount", "share")


def book(rows: Sequence[Sequence[Cell]], formats: dict[int, int] | None = None) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(b"".join(sheets.as_workbook(iter(rows), formats))))


def cells(found: openpyxl.Workbook) -> list[tuple[object, ...]]:
    return [row for sheet in found.worksheets for row in sheet.iter_rows(values_only=True)]


def test_each_kind_of_cell_is_what_it_was() -> None:
    row: Sequence[Cell] = ("Ana", date(2024, 2, 29), -1234.5, Decimal("0.25"), 7, None, AT)

    found = book([(*HEAD, "n", "none", "at"), row], {2: sheets.AMOUNT, 3: sheets.SHARE})

    assert cells(found)[1] == ("Ana", datetime.fromisoformat("2024-02-29"), -1234.5, 0.25, 7, None, AT)
    assert [cell.data_type for cell in found.worksheets[0][2]] == ["s", "d", "n", "n", "n", "n", "d"]
    assert [cell.is_date for cell in found.worksheets[0][2]][:2] == [False, True]


@pytest.mark.parametrize("evil", ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("x")'])
def test_no_text_becomes_a_formula(evil: str) -> None:
    (cell,) = book([("name",), (evil,)]).worksheets[0][2]

    assert cell.data_type == "s"
    assert not str(cell.value).startswith(sheets.RISKY)


@pytest.mark.parametrize("text", ["http://a.es/" + "x" * 3000, "<b>&'\"", "ñ 🐋", "{=1}", " a "])
def test_a_text_stays_a_text(text: str) -> None:
    assert cells(book([("name",), (text,)]))[1] == (text,)


def test_what_a_workbook_cannot_hold_is_left_out_of_it() -> None:
    found = cells(book([("a", "b", "c"), ("x\0\x0by", float("nan"), "z" * 40_000)]))

    assert found[1] == ("xy", "nan", "z" * sheets.TEXT)


def test_a_moment_with_a_zone_is_written_as_the_clock_showed() -> None:
    assert cells(book([("at",), (AT.replace(tzinfo=UTC),)]))[1] == (AT,)


def test_what_one_sheet_cannot_hold_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "ROWS", 3)

    found = book([("n",), *((place,) for place in range(5))])

    assert [list(sheet.iter_rows(values_only=True)) for sheet in found.worksheets] == [
        [("n",), (0,), (1,)],
        [("n",), (2,), (3,)],
        [("n",), (4,)],
    ]


def test_nothing_makes_an_empty_workbook() -> None:
    assert cells(book([])) == []


def test_many_rows_cost_no_more_memory_than_few(tmp_path: Path) -> None:
    def many(count: int) -> Iterator[Sequence[Cell]]:
        yield HEAD
        for place in range(count):
            yield f"Customer {place}", date(2024, 1, 1), place / 100, 0.5

    def peak(count: int) -> int:
        tracemalloc.start()
        with (tmp_path / f"{count}.xlsx").open("wb") as file:
            for piece in sheets.as_workbook(many(count), {2: sheets.AMOUNT}):
                file.write(piece)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(100)
    few, lots = peak(1_000), peak(20_000)

    assert lots < 2 * few
    with closing(openpyxl.load_workbook(tmp_path / "20000.xlsx", read_only=True)) as found:
        assert sum(1 for _row in found.worksheets[0].iter_rows()) == 20_001
