"""Streams: the kinds of entries of a timeline, each in an order of its own, and how far a reader has come in each.

Every stream is read on from the entry that was shown last of it. So nothing is lost or shown twice between two pages,
whatever comes in meanwhile and however the moments of two kinds compare.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from vinculo.foundation.errors import InputError

KINDS: dict[str, tuple[str, ...]] = {
    "orders": ("order",),
    "visits": ("event",),
    "consents": ("consent", "right"),
    "leads": ("lead",),
    "relations": ("link",),
    "identity": ("merge",),
    "changes": ("change",),
    "sources": ("arrival", "birth"),
}
"""What a reader may ask for, each with the streams it is read from."""
STREAMS = tuple(stream for streams in KINDS.values() for stream in streams)
WALL_CLOCK = ("order",)
"""Streams that keep the clock of where something took place, as orders do; all others keep moments."""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Position(NamedTuple):
    """The place of an entry in its stream: its moment and its number."""

    at: datetime
    id: int


def written(positions: Mapping[str, Position]) -> str:
    """Write how far a reader has come, as an address holds it.

    >>> written({"order": Position(datetime(2026, 5, 1, tzinfo=UTC), 71)})
    'order.hi3r85c000.1z'
    >>> read(_) == {"order": Position(datetime(2026, 5, 1, tzinfo=UTC), 71)}
    True
    """
    return "~".join(
        f"{stream}.{digits((at - _EPOCH) // timedelta(microseconds=1))}.{digits(number)}"
        for stream, (at, number) in sorted(positions.items())
    )


def read(text: str) -> dict[str, Position]:
    """Read how far a reader has come.

    Raises
    ------
    InputError
        Nobody has written this.
    """
    found = {}
    for part in filter(None, text.split("~")):
        try:
            stream, moment, number = part.split(".")
            known = Position(_EPOCH + timedelta(microseconds=int(moment, 36)), int(number, 36))
        except (ValueError, OverflowError):
            known, stream = None, ""
        if known is None or stream not in STREAMS or not 0 <= known.id < 2**63:
            raise InputError("There is no such place in the timeline: open it again from the customer.")
        found[stream] = known
    return found


def digits(number: int) -> str:
    """Write a number in the digits of base 36; times before 1970 are negative."""
    sign, number = "-" * (number < 0), abs(number)
    found = ""
    while number or not found:
        number, digit = divmod(number, 36)
        found = _DIGITS[digit] + found
    return sign + found
