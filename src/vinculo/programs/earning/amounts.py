"""Amounts: exact whole-number arithmetic over columns; points are rounded once, and shared out to the last one."""

import math
from collections.abc import Iterable
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from vinculo.programs.earning.attributes import QUANTITY_SCALE
from vinculo.programs.earning.conditions import Integers
from vinculo.programs.earning.history import Lines, lengths
from vinculo.programs.earning.rules import Rule

SAFE, EXACT = 2**55, 2**53
"""Above it the columns hold Python's own numbers, which are slower and never overflow; up to 2**53 floats are exact."""
SHORT = 12
"""Lines of an order that are compared one with each other."""


def share(rule: Rule, minor: int) -> Fraction:
    """Return the points for one unit of what the columns hold: a minor unit, or a ten thousandth of a piece."""
    factor = Fraction(rule.factor)
    if rule.amount == "multiplier":
        return factor - 1
    return factor / {"per_money": minor, "per_piece": QUANTITY_SCALE}.get(rule.amount, 1)


def common(rules: Iterable[Rule], minor: int) -> int:
    """Return the denominator in which all that rules give is a whole number."""
    firsts, lasts = [1], [1]
    for rule in rules:
        (lasts if rule.amount == "multiplier" else firsts).append(share(rule, minor).denominator)
    return math.lcm(*firsts) * math.lcm(*lasts)


def times(column: Integers, by: int) -> Integers:
    """Multiply a column, exactly."""
    if by == 1:
        return column
    most = int(np.abs(column).max(initial=0)) * by
    return column * by if most < SAFE else column.astype(object) * by


def base(lines: Lines, name: str) -> Integers:
    """Return what a rule counts of each line, never below nothing.

    The net amount of a shop holds its tax: `net_of_tax` takes it out where it is told.
    """
    found = lines.numbers("gross" if name == "gross" else "net")
    if name in ("net_of_tax", "net_of_all"):
        found = found - lines.numbers("tax")
    if name in ("net_of_points", "net_of_all"):
        found = found - lines.numbers("paid")
    counted: Integers = np.maximum(found, 0)
    return counted


def rounded(parts: Integers, denominator: int, how: str) -> Integers:
    """Divide and round: `down`, `up`, or `half_even`."""
    if how == "up":
        return -(-parts // denominator)
    whole = parts // denominator
    if how == "down":
        return whole
    twice = (parts - whole * denominator) * 2
    up: Integers = whole + ((twice > denominator) | ((twice == denominator) & (whole % 2 == 1)))
    return up


def shared(totals: Integers, weights: Integers, starts: NDArray[np.intp]) -> Integers:
    """Share totals out among the lines of each run by their weights, whole and without a rest (largest remainder).

    Lines without any weight share alike; of equal remainders the earlier line gets the point.
    """
    sizes = lengths(starts, len(weights))
    found = np.repeat(totals, sizes)
    several = sizes > 1
    if not several.any():
        return found
    which = np.flatnonzero(np.repeat(several, sizes))
    part_sizes = sizes[several]
    part_starts = np.cumsum(part_sizes) - part_sizes
    found[which] = split(totals[several], weights[which], part_starts, part_sizes)
    return found


def split(totals: Integers, weights: Integers, starts: NDArray[np.intp], sizes: NDArray[np.intp]) -> Integers:
    """Share totals out among runs of several lines."""
    sums = np.add.reduceat(weights, starts)
    if not sums.all():
        weights = np.where(np.repeat(sums == 0, sizes), 1, weights)
        sums = np.where(sums == 0, sizes, sums)
    if int(np.abs(totals).max()) * int(np.abs(weights).max()) >= EXACT:
        totals, weights = totals.astype(object), weights.astype(object)
    product, whole = np.repeat(totals, sizes) * weights, np.repeat(sums, sizes)
    found, remainder = divided(product, whole)
    left = totals - np.add.reduceat(found, starts)
    if left.any():
        found = found + (ranked(remainder, starts, sizes) < np.repeat(left, sizes))
    whole_points: Integers = found.astype(np.int64)
    return whole_points


def divided(product: Integers, whole: Integers) -> tuple[Integers, Integers]:
    """Return the whole parts and the remainders; by way of floats, several times faster, where those are exact."""
    if product.dtype == object:
        return product // whole, product % whole
    found = (product / whole).astype(np.int64)
    remainder = product - found * whole
    over = remainder < 0
    if over.any():
        found, remainder = found - over, np.where(over, remainder + whole, remainder)
    return found, remainder


def ranked(remainder: Integers, starts: NDArray[np.intp], sizes: NDArray[np.intp]) -> Integers:
    """Return the rank of each remainder in its run, the largest first, of equals the earlier one.

    Runs are short: each line is compared with those after it, and only where some run is long, all are sorted.
    """
    longest = int(sizes.max())
    run = np.repeat(np.arange(len(starts)), sizes)
    rank = np.zeros(len(run), np.int64)
    if longest > SHORT:
        order = (
            np.lexsort((-remainder, run))
            if remainder.dtype != object
            else np.lexsort((-(remainder.astype(float)), run))
        )
        rank[order] = np.arange(len(run)) - np.repeat(starts, sizes)
        return rank
    for ahead in range(1, longest):
        together = run[ahead:] == run[:-ahead]
        larger = (remainder[ahead:] > remainder[:-ahead]) & together
        rank[:-ahead] += larger
        rank[ahead:] += together & ~larger
    return rank


def returned(points: int, *, pieces: int, back: int) -> int:
    """Return the points to take back of what a line earned when so many of its pieces came back.

    In proportion, rounded down, so that the member keeps the odd point; all of them when all pieces are back. The sum
    of any number of returns is what one return of them all would take. How far a wallet that has spent them gives
    points back is the policy of its unit, which the ledger keeps (`ledger.returning`).

    >>> [returned(10, pieces=3, back=back) for back in (0, 1, 2, 3, 4)]
    [0, 3, 6, 10, 10]
    """
    if pieces <= 0 or back >= pieces:
        return points
    return points * max(back, 0) // pieces
