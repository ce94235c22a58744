"""Conditions: what was read of one, and what it asks of rows of columns; never text that anybody wrote."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vinculo.programs.earning.attributes import QUANTITY_SCALE, Attribute

Value = str | Decimal | date
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Words:
    """A column of texts: for each row the place of its word among those there are."""

    codes: NDArray[np.int32]
    vocabulary: Sequence[str]


class Rows(Protocol):
    """Rows whose attributes can be asked for by name."""

    @property
    def size(self) -> int:
        """Return how many there are."""
        ...

    @property
    def minor(self) -> int:
        """Return the minor units in one unit of the currency."""
        ...

    def numbers(self, name: str) -> Integers:
        """Return a column of numbers: money in minor units, dates in days, pieces in ten thousandths."""
        ...

    def words(self, name: str) -> Words:
        """Return a column of texts."""
        ...


@dataclass(frozen=True)
class Comparison:
    """One attribute compared: `=`, `!=`, `<`, `<=`, `>`, `>=`, `in`, `between`, `within`, or a `flag` that stands."""

    attribute: Attribute
    operator: str
    values: tuple[Value, ...] = ()
    at: int = field(default=0, compare=False)
    """Where it begins in the text, from 1."""


@dataclass(frozen=True)
class All:
    """Conditions that all hold; without any, what always holds."""

    parts: "tuple[Condition, ...]" = ()


@dataclass(frozen=True)
class Either:
    """Conditions of which at least one holds."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True)
class Negation:
    """A condition that does not hold."""

    part: "Condition"


Condition = Comparison | All | Either | Negation
Mask = Callable[[Rows], Flags]


def compiled(condition: Condition) -> Mask:
    """Return the function that tells for many rows at once whether a condition holds."""
    if isinstance(condition, Comparison):
        return compared(condition)
    if isinstance(condition, Negation):
        inner = compiled(condition.part)
        return lambda rows: ~inner(rows)
    parts = [compiled(part) for part in condition.parts]
    join = np.logical_and if isinstance(condition, All) else np.logical_or

    def joined(rows: Rows) -> Flags:
        found = np.full(rows.size, isinstance(condition, All))
        for part in parts:
            join(found, part(rows), out=found)
        return found

    return joined


def compared(asked: Comparison) -> Mask:
    """Return the function of one comparison."""
    name, kind = asked.attribute.name, asked.attribute.kind
    if kind == "flag":
        return lambda rows: rows.numbers(name) != 0
    if kind == "text":
        fits = text_test(asked)

        def of_words(rows: Rows) -> Flags:
            words = rows.words(name)
            allowed = np.fromiter(map(fits, words.vocabulary), np.bool_, len(words.vocabulary))
            return allowed[words.codes]

        return of_words

    def of_numbers(rows: Rows) -> Flags:
        column = rows.numbers(name)
        scaled = [number(value) * scale(kind, rows.minor) for value in asked.values]
        return among(column, asked.operator, scaled)

    return of_numbers


def text_test(asked: Comparison) -> Callable[[str], bool]:
    """Return the test of one word."""
    wanted = frozenset(map(str, asked.values))
    if asked.operator == "!=":
        return lambda word: word not in wanted
    if asked.operator == "within":
        inside = tuple(f"{value} / " for value in wanted)
        return lambda word: word in wanted or word.startswith(inside)
    return lambda word: word in wanted


def number(value: Value) -> Decimal:
    """Return a value as the number its column holds, but for the scale."""
    if isinstance(value, date):
        return Decimal((value - EPOCH).days)
    return Decimal(value)


def scale(kind: str, minor: int) -> int:
    """Return by how much a written number is multiplied in a column."""
    return {"money": minor, "pieces": QUANTITY_SCALE}.get(kind, 1)


def among(column: Integers, operator: str, values: Sequence[Decimal]) -> Flags:
    """Compare whole numbers with exact ones, which need not be whole."""
    first = values[0]
    if operator == "between":
        return (column >= math.ceil(first)) & (column <= math.floor(values[1]))
    if operator in ("in", "="):
        whole = [int(value) for value in values if value == int(value)]
        return np.isin(column, np.array(whole, np.int64))
    if operator == "!=":
        return column != int(first) if first == int(first) else np.ones(len(column), np.bool_)
    if operator == "<":
        return column < math.ceil(first)
    if operator == "<=":
        return column <= math.floor(first)
    return column > math.floor(first) if operator == ">" else column >= math.ceil(first)


def written(condition: Condition) -> str:
    """Return the text of a condition, which reads as itself again."""
    if isinstance(condition, Comparison):
        return written_comparison(condition)
    if isinstance(condition, Negation):
        return f"not ({written(condition.part)})"
    word = " and " if isinstance(condition, All) else " or "
    return word.join(
        f"({written(part)})" if isinstance(part, All | Either) else written(part) for part in condition.parts
    )


def written_comparison(asked: Comparison) -> str:
    """Return the text of one comparison."""
    name, values = asked.attribute.name, [literal(value) for value in asked.values]
    if asked.operator == "flag":
        return name
    if asked.operator == "in":
        return f"{name} in ({', '.join(values)})"
    if asked.operator == "between":
        return f"{name} between {values[0]} and {values[1]}"
    return f"{name} {asked.operator} {values[0]}"


def literal(value: Value) -> str:
    """Return how a value is written."""
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else "'" + value.replace("'", "''") + "'"


def unmet(condition: Condition, rows: Rows) -> list[Comparison]:
    """Return the comparisons for which no row satisfies a condition, the fewest that tell why; none when one does."""
    if compiled(condition)(rows).any():
        return []
    if isinstance(condition, Comparison):
        return [condition]
    if isinstance(condition, Negation):
        return comparisons(condition.part)
    failed = [found for part in condition.parts for found in unmet(part, rows)]
    # Each part holds for some row, and no row has them all.
    return failed or comparisons(condition)


def comparisons(condition: Condition) -> list[Comparison]:
    """Return all comparisons of a condition, in the order in which they are written."""
    if isinstance(condition, Comparison):
        return [condition]
    parts = (condition.part,) if isinstance(condition, Negation) else condition.parts
    return [found for part in parts for found in comparisons(part)]
