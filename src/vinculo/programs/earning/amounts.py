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

SAFE = 2**55
"""Above it the columns hold Python's own numbers, which are slower and never overflow."""


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
    return whole + ((twice > denominator) | ((twice == denominator) & (whole % 2 == 1)))


def shared(totals: Integers, weights: Integers, starts: NDArray[np.intp]) -> Integers:
    """Share totals out among the lines of each run by their weights, whole and without a rest (largest remainder).

    Lines without any weight share alike; of equal remainders the earlier line gets the point.
    """
    sizes = lengths(starts, len(weights))
    sums = np.add.reduceat(weights, starts) if len(starts) else weights[:0]
    weights = np.where(np.repeat(sums == 0, sizes), 1, weights)
    sums = np.where(sums == 0, sizes, sums)
    each, whole = np.repeat(totals, sizes), np.repeat(sums, sizes)
    if int(np.abs(totals).max(initial=0)) * int(np.abs(weights).max(initial=0)) >= SAFE:
        each, weights = each.astype(object), weights.astype(object)
    product = each * weights
    found = product // whole
    remainder = product - found * whole
    left = totals - np.add.reduceat(found, starts) if len(starts) else totals
    if np.any(left):
        run = np.repeat(np.arange(len(starts)), sizes)
        order = np.lexsort((-remainder.astype(np.float64 if remainder.dtype == object else np.int64), run))
        rank = np.empty(len(run), np.int64)
        rank[order] = np.arange(len(run)) - np.repeat(starts, sizes)
        found = found + (rank < np.repeat(left, sizes))
    whole_parts: Integers = found.astype(np.int64)
    return whole_parts
