"""Movements: the roll-forward, from what was owed at the beginning of a period to what is owed at its end.

    opening + issued + transferred in + reinstated - redeemed + restored - expired - clawed back - cancelled
        +- corrected - transferred out = closing

In money every movement has the cost of the day on which it happened; what the balance became worth more or less
because the cost of a point changed is a line of its own, so that the column of money adds up as well.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from vinculo.programs.finance import allocation, rates

LINES = (
    *("issued", "transferred_in", "reinstated", "redeemed", "restored", "expired", "clawed_back", "cancelled"),
    *("corrected", "transferred_out", "unclassified"),
)
"""What moves points in and out of wallets; nothing may ever be unclassified."""
REVALUED = "revalued"
"""The line of money alone: the cost of a point changed."""


@dataclass(frozen=True)
class Movement:
    """Points that came in (above zero) or went out on one day, by line and by the class of grant or reward."""

    line: str
    by: str
    happened_on: date
    points: int
    transfers: int


@dataclass(frozen=True)
class Line:
    """One line of a roll-forward; out of wallets is below zero."""

    line: str
    by: str
    points: int
    minor: int
    transfers: int


@dataclass(frozen=True)
class Rollforward:
    """One unit from one cut-off to another; points and money each add up from opening to closing."""

    opening: int
    opening_minor: int
    lines: tuple[Line, ...]
    closing: int
    closing_minor: int

    @property
    def difference(self) -> tuple[int, int]:
        """Return what is lacking in points and in money; both are zero, or something is wrong."""
        points = self.opening + sum(line.points for line in self.lines) - self.closing
        minor = self.opening_minor + sum(line.minor for line in self.lines) - self.closing_minor
        return points, minor

    def total(self, line: str) -> int:
        """Return the points of one line over all its classes."""
        return sum(each.points for each in self.lines if each.line == line)


def roll(
    opening: int, movements: Iterable[Movement], *, cost: rates.Rates, opened_on: date, closed_on: date
) -> Rollforward:
    """Roll a balance forward over movements; the days are those whose cost the two balances have.

    >>> cost = rates.Rates([rates.Rate(date(2025, 1, 1), 1000), rates.Rate(date(2025, 2, 1), 2000)])
    >>> moves = [Movement("issued", "purchase", date(2025, 1, 9), 50, 1)]
    >>> found = roll(100, moves, cost=cost, opened_on=date(2025, 1, 1), closed_on=date(2025, 2, 1))
    >>> found.opening_minor, [(line.line, line.minor) for line in found.lines], found.closing_minor
    (100, [('issued', 50), ('revalued', 150)], 300)
    """
    points, transfers, worth = summed(movements, cost)
    closing = opening + sum(points.values())
    opening_exact, closing_exact = cost.worth(opening, opened_on), cost.worth(closing, closed_on)
    revalued = closing_exact - opening_exact - sum(worth.values())
    first, last = round(opening_exact), round(closing_exact)
    keys = sorted(points, key=lambda key: (LINES.index(key[0]), key[1]))
    # Without a change of cost there is nothing to revalue, and rounding falls to the lines.
    exact = [*(worth[key] for key in keys), *([revalued] if revalued else [])]
    minor = allocation.apportion(exact, last - first)
    lines = [Line(*key, points[key], amount, transfers[key]) for key, amount in zip(keys, minor, strict=False)]
    if revalued:
        lines.append(Line(REVALUED, "", 0, minor[-1], 0))
    return Rollforward(opening, first, tuple(lines), closing, last)


Key = tuple[str, str]


def summed(
    movements: Iterable[Movement], cost: rates.Rates
) -> tuple[Mapping[Key, int], Mapping[Key, int], Mapping[Key, Fraction]]:
    """Return points, transfers and unrounded cost by line and class."""
    points: dict[Key, int] = {}
    transfers: dict[Key, int] = {}
    worth: dict[Key, Fraction] = {}
    for each in movements:
        key = each.line, each.by
        points[key] = points.get(key, 0) + each.points
        transfers[key] = transfers.get(key, 0) + each.transfers
        worth[key] = worth.get(key, Fraction(0)) + cost.worth(each.points, each.happened_on)
    return points, transfers, worth
