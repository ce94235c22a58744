"""Allocation: an amount divided into whole minor units, so that the parts add up to it.

Source: IFRS 15 paragraphs 74 and 76 (relative stand-alone selling prices), B39 to B43 (material rights).
"""

from collections.abc import Sequence
from fractions import Fraction
from math import floor

Exact = int | Fraction


def apportion(exact: Sequence[Exact], total: int) -> list[int]:
    """Round exact parts to integers that add up to a total (largest remainder; of equal ones the first).

    The total is what the parts add up to, rounded; a unit or two more or less is spread the same way. Parts that are
    nothing stay nothing as long as another part can take the difference.

    >>> apportion([Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)], 1)
    [1, 0, 0]
    >>> apportion([Fraction(-5, 2), 0, Fraction(1, 2)], -2)
    [-2, 0, 0]
    """
    parts = [floor(each) for each in exact]
    order = sorted(range(len(parts)), key=lambda at: (exact[at] == 0, parts[at] - exact[at]))
    lacking = total - sum(parts)
    takers = [at for at in order if exact[at] != 0] or order
    if not takers:
        assert not lacking, "an amount needs somebody to take it"
        return parts
    whole, rest = divmod(lacking, len(takers))
    for place, at in enumerate(takers):
        parts[at] += whole + (place < rest)
    return parts


def split(total: int, weights: Sequence[Exact]) -> list[int]:
    """Divide an amount in proportion to weights that are not negative; without any weight the first takes it all.

    >>> split(100_000, [100_000, 9_500])
    [91324, 8676]
    """
    assert all(weight >= 0 for weight in weights), "a weight below zero has no part"
    whole = sum(weights)
    if not whole:
        return [total, *([0] * (len(weights) - 1))]
    return apportion([Fraction(total) * Fraction(weight) / Fraction(whole) for weight in weights], total)
