"""Lines that are more than the store holds are indexed when they are all in; nobody can tell by the result."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, ProgrammingError, connection, transaction
from tests.make.imports import HEADER, bring, described

from vinculo.identify.records.models import OrderLine
from vinculo.identify.records.orders import entities, lines

pytestmark = pytest.mark.usefixtures("records")
FIRST = (
    HEADER + "A1;C1;01/02/2024;P1;Taza;Menaje;web;España;2;9,00\nA1;C1;01/02/2024;P2;Plato;Menaje;web;España;1;4,50\n"
)
SECOND = HEADER + "".join(f"B{number};C{number};02/02/2024;P1;Taza;Menaje;web;España;1;4,50\n" for number in range(3))


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "IMPORTS_FOLDER", tmp_path / "imports")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a single line be many."""
    monkeypatch.setattr(lines, "MANY", 1)


def index() -> tuple[Any, ...]:
    """Return the file and the definition of the index of the lines in force."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_relation_filenode('identify_line_in_force'), pg_get_indexdef('identify_line_in_force'::regclass)"
        )
        return tuple(cursor.fetchone() or ())


@pytest.mark.usefixtures("few")
def test_an_index_made_at_once_is_the_index_that_was_there() -> None:
    file, definition = index()
    bring(FIRST)
    assert index()[0] != file
    assert index()[1] == definition
    line = OrderLine.objects.order_by("id").first()
    assert line is not None
    line.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        line.save(force_insert=True)


@pytest.mark.usefixtures("few")
def test_lines_are_the_same_whether_many_or_few_were_there() -> None:
    bring(FIRST, name="first.csv")
    file, _definition = index()
    bring(SECOND, name="second.csv")
    assert index()[0] != file, "three lines are more than two"
    file, _definition = index()
    bring(HEADER + "D1;C1;03/02/2024;P1;Taza;Menaje;web;España;1;4,50\n", name="third.csv")
    assert index()[0] == file, "one line is less than five"
    assert len(described()["lines"]) == 6


@pytest.mark.usefixtures("few")
def test_an_import_that_fails_leaves_the_index_and_the_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    bring(FIRST)
    before, held = index(), described()["lines"]

    def broken(_meeting: entities.Meeting) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(lines, "mend", broken)
    with pytest.raises(OSError, match="the disk is gone"):
        bring(SECOND, name="second.csv")
    assert index() == before
    assert described()["lines"] == held


def test_the_application_cannot_make_more_of_it_than_it_is() -> None:
    """The functions do one thing each as the owner of the lines; the application itself may not."""
    with (
        pytest.raises(ProgrammingError, match="must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DROP INDEX identify_line_in_force")
