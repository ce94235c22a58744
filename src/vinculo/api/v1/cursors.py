"""Cursors: where a page begins, sealed, so that nobody relies on what is in them; newcomers move no page."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.core import signing

from vinculo.api.v1.problems import Fault, FieldsInvalidError

Row = TypeVar("Row")
SALT = "vinculo.api.v1.cursor"


class CursorError(FieldsInvalidError):
    """The cursor is none of this list: begin without one."""

    code = "input.cursor"
    faults: tuple[Fault, ...] = ({"field": "query.cursor", "detail": "a cursor of this list"},)


def seal(name: str, *place: Any) -> str:
    """Return the cursor of a place in a list."""
    return signing.dumps([name, *place], salt=SALT)


def open_sealed(name: str, cursor: str) -> list[Any] | None:
    """Return the place that a cursor says, or nothing without one.

    Raises
    ------
    CursorError
        It is not one of ours, or of another list.
    """
    if not cursor:
        return None
    try:
        found, *place = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise CursorError from None
    if found != name:
        raise CursorError
    return list(place)


def page(
    name: str, rows: Sequence[Row], *, limit: int, place: Callable[[Row], Sequence[Any]]
) -> tuple[list[Row], str | None]:
    """Return a page of rows that were asked for one more than fit, and the cursor of the next."""
    shown = list(rows[:limit])
    return shown, seal(name, *place(shown[-1])) if len(rows) > limit else None
