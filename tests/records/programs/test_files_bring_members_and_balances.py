"""Members and opening balances of another system come in once; bad rows are told, good ones kept."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from tests.make import programs, served, store

from vinculo.programs.files import reading
from vinculo.programs.records.files import balances, members
from vinculo.programs.records.models import Account, Member, Posting, Program

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MEMBERS = "Tarjeta;Número de cliente;Correo;Alta\n9001;C1;;2024-05-01\n;C2;;\n9001;C3;;\n9003;nobody;;\n9004;C4;;May\n"
BALANCES = """card,unit,points,expires_on
9001,,500,2026-12-31
9001,,300,never
9001,,300,never
9002,,5,
9001,,-5,
9001,stars,5,
"""


@pytest.fixture
def club(records: store.Database) -> Program:
    made = programs.program()
    programs.unit(made, expiry="age", expiry_months=12)
    for number in range(1, 5):
        served.customer(f"Customer {number}", number=f"C{number}", country="Spain")
    return made


def nothing(_share: float) -> None:
    """Take no notice of progress."""


def let_in(club: Program, text: str) -> Any:
    rows = list(reading.rows(text, members.NEEDED))
    return members.members_import(program_id=club.pk, rows=rows, today=date(2026, 3, 2), progress=nothing)


def opened(club: Program, text: str, name: str = "opening") -> Any:
    rows = list(reading.rows(text, balances.NEEDED))
    return balances.balances_import(program=club, name=name, rows=rows, now=NOW, progress=nothing)


def test_members_join_once_and_bad_rows_say_what_is_wrong(club: Program) -> None:
    first, again = let_in(club, MEMBERS), let_in(club, MEMBERS)
    written = b"".join(members.members_export(program_id=club.pk)).decode()
    back = let_in(club, written)

    assert (first.rows, first.new, first.known) == (5, 2, 0)
    assert (again.new, again.known, back.new, back.known) == (0, 2, 0, 2)
    assert {(each.row, each.column, each.found) for each in first.bad} == {
        (4, "card", "9001"),
        (5, "customer", "nobody"),
        (6, "joined_on", "May"),
    }
    assert Member.objects.get(number="9001").joined_on == date(2024, 5, 1)
    assert written.splitlines()[1] == "9001,C1,person,active,2024-05-01,"


def test_balances_are_posted_once_with_their_last_days(club: Program) -> None:
    let_in(club, MEMBERS)

    first, again = opened(club, BALANCES), opened(club, BALANCES)
    changed = opened(club, "card,points,expires_on\n9001,501,2026-12-31\n")
    written = b"".join(balances.balances_export(program_id=club.pk)).decode()

    assert (first.new, first.points, again.new, again.known) == (2, 800, 0, 2)
    assert [(each.row, each.column) for each in sorted(first.bad, key=lambda bad: bad.row)] == [
        (4, "card"),
        (5, "card"),
        (6, "points"),
        (7, "unit"),
    ]
    assert changed.bad[0].expected == "Something else was posted under this key before."
    assert written.splitlines() == [
        "card,unit,points,expires_on",
        "9001,points,500,2026-12-31",
        "9001,points,300,never",
    ]
    assert Account.objects.get(member__number="9001", kind="wallet").balance == 800
    assert set(Posting.objects.filter(outcome="").values_list("grant_class", flat=True)) == {"import"}


def test_no_cell_that_is_written_is_a_formula(club: Program) -> None:
    programs.member(club, number="=1+1")

    written = b"".join(members.members_export(program_id=club.pk)).decode()

    assert "'=1+1" in written


def test_a_file_without_what_it_needs_is_refused() -> None:
    with pytest.raises(reading.NoColumnError):
        list(reading.rows("name;colour\nAna;red\n", members.NEEDED))
