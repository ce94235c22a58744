"""Shares: a whole number of minor units divided so that nothing is lost."""

from collections.abc import Sequence
from decimal import Decimal


def shared(whole: int, weights: Sequence[Decimal]) -> list[int]:
    """Divide a whole in proportion to weights; what rounding leaves goes where most was cut off, the first of equals.

    >>> shared(100, [Decimal(1), Decimal(1), Decimal(1)]), shared(-5, [Decimal(1), Decimal(3)]), shared(7, [Decimal(0)])
    ([34, 33, 33], [-1, -4], [7])
    """
    if not weights:
        return []
    total = sum(weights)
    even = [Decimal(1)] * len(weights) if total <= 0 else list(weights)
    total = sum(even)
    sign = -1 if whole < 0 else 1
    exact = [abs(whole) * each / total for each in even]
    parts = [int(each) for each in exact]
    order = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in order[: abs(whole) - sum(parts)]:
        parts[place] += 1
    return [sign * part for part in parts]
