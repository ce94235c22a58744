"""Recognition: what of a price belongs to points, and how much of it has been earned.

Points given with a purchase are a material right (IFRS 15.B39 to B43): part of the price is theirs,

    allocated = price * S_points / (S_goods + S_points),   S_points = value of the points * rate of redemption

so that breakage is in the estimate from the beginning (B42, B44 to B47). It becomes revenue as points are redeemed,

    revenue to date = allocated * redeemed to date / redemptions expected in all

and a new estimate changes revenue from then on by a cumulative catch-up. What was allocated stays (88). Points given
without a purchase have no price to share: what honouring them is expected to cost is accrued.

Pools are points of one month and class: the portfolio of IFRS 15.4. Every figure is rounded once a pool, so that
totals add up to the minor unit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction

from vinculo.programs.finance import allocation

PURCHASE = "purchase"
"""The class of grants that has a price to share."""
SURE = Fraction(1)
"""Without an estimate every point counts as one that will be redeemed: nothing becomes revenue by hope."""


@dataclass(frozen=True)
class Pool:
    """Points given in one month for one reason, as they stand at a cut-off.

    `issued` is without what was clawed back or cancelled; `price_minor` is what was paid for the purchases, without
    what was returned; `value` and `cost` are those of the points issued, at the rates of their days, in minor units.
    """

    month: date
    grant_class: str
    issued: int
    redeemed: int
    expired: int
    price_minor: int = 0
    value: Fraction = Fraction(0)
    cost: Fraction = Fraction(0)

    @property
    def outstanding(self) -> int:
        """Return the points that can still be redeemed."""
        return self.issued - self.redeemed - self.expired


@dataclass(frozen=True)
class Estimate:
    """The share of points expected to be redeemed in all, from a day on; months may have a rate of their own."""

    effective_on: date
    rate: Fraction
    by_month: Mapping[date, Fraction] = field(default_factory=dict)

    def of(self, month: date) -> Fraction:
        """Return the rate of the points of one month."""
        return self.by_month.get(month, self.rate)


def in_force(estimates: Sequence[Estimate], day: date) -> Estimate:
    """Return the last estimate that was effective on a day; before the first every point counts as redeemed."""
    return next((each for each in reversed(estimates) if each.effective_on <= day), Estimate(date.min, SURE))


def at_issue(estimates: Sequence[Estimate], month: date) -> Fraction:
    """Return the rate with which points of a month were first valued: the one in force at the end of the month."""
    last = (month.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return in_force(estimates, last).of(month)


@dataclass(frozen=True)
class Recognised:
    """What one pool comes to: the contract liability of purchases, or the accrued cost of other points.

    `allocated_minor` is the part of the price that belongs to points, of other points what honouring them is expected
    to cost; `recognised_minor` of it was earned, or used; `owed_minor` is the rest.
    """

    pool: Pool
    expected: Fraction
    allocated_minor: int
    recognised_minor: int

    @property
    def owed_minor(self) -> int:
        """Return what is owed still."""
        return self.allocated_minor - self.recognised_minor


def expected(pool: Pool, rate: Fraction) -> Fraction:
    """Return the redemptions expected in all: not fewer than there were, not more than there can be.

    >>> expected(Pool(date(2025, 1, 1), "purchase", 100, 60, 30), Fraction(95, 100))
    Fraction(70, 1)
    """
    return max(Fraction(pool.redeemed), min(pool.issued * rate, Fraction(pool.redeemed + max(0, pool.outstanding))))


def allocated(pool: Pool, rate: Fraction) -> int:
    """Return the part of the price that belongs to points; without a known price, their stand-alone value itself."""
    stand_alone = max(Fraction(0), pool.value * rate)
    if pool.price_minor <= 0:
        return round(stand_alone)
    return allocation.split(pool.price_minor, [pool.price_minor, stand_alone])[1]


def recognise(pool: Pool, *, first: Fraction, now: Fraction) -> Recognised:
    """Return what is recognised of a pool, with the rate that held when it was issued and the one that holds now.

    >>> pool = Pool(date(2025, 1, 1), "purchase", 10_000, 4_500, 0, price_minor=100_000, value=Fraction(10_000))
    >>> found = recognise(pool, first=Fraction(95, 100), now=Fraction(95, 100))
    >>> found.allocated_minor, found.recognised_minor, found.owed_minor
    (8676, 4110, 4566)
    """
    whole = expected(pool, now)
    # Of points not sold nothing was allocated: what they will cost follows the estimate of today.
    due = allocated(pool, first) if pool.grant_class == PURCHASE else round(cost_a_point(pool) * whole)
    # Once no point is left, all of it has been earned.
    done = due if whole <= pool.redeemed else round(Fraction(due) * pool.redeemed / whole)
    return Recognised(pool, whole, due, done)


def shown(gross_minor: int, payable_minor: int, *, agent: bool) -> int:
    """Return the revenue of what a partner delivers: all of it as principal, the commission as agent (IFRS 15.B35-B36).

    >>> shown(4_110, 4_050, agent=False), shown(4_110, 4_050, agent=True)
    (4110, 60)
    """
    return gross_minor - payable_minor if agent else gross_minor


def cost_a_point(pool: Pool) -> Fraction:
    """Return what one point of a pool costs, in minor units."""
    return pool.cost / pool.issued if pool.issued > 0 else Fraction(0)


@dataclass(frozen=True)
class Shift:
    """A change of assumptions: points of redemption rate in hundredths, cost in percent."""

    rate: Fraction = Fraction(0)
    cost: Fraction = Fraction(0)


def recognise_all(pools: Iterable[Pool], estimates: Sequence[Estimate], *, on: date) -> tuple[Recognised, ...]:
    """Return what is recognised of every pool with the estimate in force on a day."""
    current = in_force(estimates, on)
    return tuple(recognise(pool, first=at_issue(estimates, pool.month), now=current.of(pool.month)) for pool in pools)


def shifted(pools: Iterable[Pool], estimates: Sequence[Estimate], shift: Shift, *, on: date) -> int:
    """Return what would be owed if the rate of redemption of today, or the cost of a point, were another.

    Prices that were allocated stay allocated; a cost moves accruals only.
    """
    current, owed = in_force(estimates, on), 0
    for pool in pools:
        rate = max(Fraction(0), min(SURE, current.of(pool.month) + shift.rate))
        dearer = replace(pool, cost=pool.cost * (1 + shift.cost))
        owed += recognise(dearer, first=at_issue(estimates, pool.month), now=rate).owed_minor
    return owed


def within_a_year(found: Recognised, developed: Sequence[Fraction], age: int) -> int:
    """Return the part of what is owed that is expected to be redeemed in the twelve months to come.

    `developed` is the share of all redemptions reached at each age in months; beyond its end nothing is left to come,
    and without it everything is current: members may redeem whenever they like.
    """
    if not developed or age >= len(developed):
        return found.owed_minor
    reached, later = developed[max(0, age)], developed[min(age + 12, len(developed) - 1)]
    left = developed[-1] - reached
    return found.owed_minor if left <= 0 else round(Fraction(found.owed_minor) * (later - reached) / left)
