"""Rates: what a point costs and what it is worth, dated; a rate is never overwritten, a later one follows it.

*Cost* is what honouring a point costs the company (accruals of points given without a purchase, exposure). *Value* is
what a member can buy with it, its stand-alone value before the chance that it is redeemed (IFRS 15.B42).
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

COST, VALUE = "cost", "value"
KINDS = (COST, VALUE)
PER = 1_000
"""Rates are minor units for so many points: a point may well be worth less than a cent."""


@dataclass(frozen=True)
class Rate:
    """Minor units for 1,000 points from a day on."""

    valid_from: date
    minor_per_1000: int


class Rates:
    """The rates of one unit and kind in the order of their days; of two for one day the later given one holds.

    Before the first rate points are worth nothing: what a closed period said must not change by a rate set later.

    >>> rates = Rates([Rate(date(2025, 1, 1), 500), Rate(date(2025, 7, 1), 600)])
    >>> [rates.at(day) for day in (date(2024, 5, 1), date(2025, 6, 30), date(2025, 7, 1))]
    [0, 500, 600]
    >>> rates.worth(3, date(2025, 8, 1))
    Fraction(9, 5)
    """

    def __init__(self, rates: Iterable[Rate]) -> None:
        by_day = {rate.valid_from: rate.minor_per_1000 for rate in rates}
        self.days = sorted(by_day)
        self.rates = [by_day[day] for day in self.days]

    def at(self, day: date) -> int:
        """Return the minor units for 1,000 points on a day."""
        place = bisect_right(self.days, day)
        return self.rates[place - 1] if place else 0

    def worth(self, points: int, day: date) -> Fraction:
        """Return what points are worth at the rate of a day, in minor units and unrounded."""
        return Fraction(points * self.at(day), PER)
