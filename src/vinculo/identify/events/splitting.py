"""Splitting: the items of a batch told apart by their brackets alone, where the whole cannot be read.

Clients write what no JSON allows: `NaN`, half a character of two. One event like that must not sink the others.
"""

import json
import re
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

import msgspec

from vinculo.identify.events.limits import DEPTH

_MARKS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]', re.DOTALL)
_ESCAPES = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[dD][89a-fA-F][0-9a-fA-F]{2}|.)", re.DOTALL
)
_ENCODER = msgspec.json.Encoder(decimal_format="number")


class Split(NamedTuple):
    """A batch without its items, and the items as they were written."""

    envelope: str
    items: list[str]


def split(body: str) -> Split | None:
    """Return the items of the list `batch` of an object; nothing where there is no such list.

    >>> split('{"batch": [{"a": [1, NaN]}, {"b": "]"}], "sentAt": "x"}').items
    ['{"a": [1, NaN]}', '{"b": "]"}']
    """
    depth, key, begins = 0, "", -1
    cuts: list[int] = []
    previous = ""
    for mark in _MARKS.finditer(body):
        found = mark.group()
        if begins >= 0 and depth == 2 and found == ",":
            cuts.append(mark.start())
        elif found in ("[", "{"):
            depth += 1
            if depth == 2 and key == "batch" and found == "[" and begins < 0:
                begins = mark.end()
        elif found in ("]", "}"):
            depth -= 1
            if begins >= 0 and depth == 1:
                edges = [begins - 1, *cuts, mark.start()]
                items = [body[one + 1 : other].strip() for one, other in pairwise(edges)]
                return Split(body[:begins] + body[mark.start() :], [item for item in items if item])
        elif depth == 1 and found == ":":
            key = previous.strip('"')
        elif depth == 1 and found == ",":
            key = ""
        previous = found
    return None


def mended(item: str) -> str | None:
    """Return an item as JSON: half characters replaced, NaN and infinities null; nothing where it cannot be read.

    >>> mended('{"a": NaN, "b": 1.10}')
    '{"a":null,"b":1.10}'
    """
    whole = _ESCAPES.sub(lambda found: replaced(found.group()), item)
    try:
        read = json.loads(whole, parse_float=Decimal, parse_constant=lambda _name: None)
        return _ENCODER.encode(read).decode()
    except (ValueError, RecursionError, OverflowError, ArithmeticError):
        return None


def replaced(escape: str) -> str:
    """Return an escape, or the mark of replacement for half a character."""
    return "\\ufffd" if len(escape) == 6 and escape[1] == "u" else escape


def too_deep(item: str) -> bool:
    """Tell whether values are nested deeper than anybody needs."""
    if item.count("{") + item.count("[") <= DEPTH:
        return False
    depth = 0
    for mark in _MARKS.finditer(item):
        if mark.group() in "[{":
            depth += 1
            if depth > DEPTH:
                return True
        elif mark.group() in "]}":
            depth -= 1
    return False
