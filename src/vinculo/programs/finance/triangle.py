"""Triangle: how many points of each month have been redeemed at each age, and how many will be in the end.

Chain ladder: a factor from one age to the next is the ratio of all redemptions up to both, over the months that have
reached the later one; the product of the factors still to come develops a month to its end. A month of which little
has developed says hardly anything of itself: it is given the rate of the others for what is to come (Bornhuetter and
Ferguson, with the rate of Cape Cod). Source: Gault, Llaguno and Ménard, "Loyalty Rewards and Gift Card Programs: Basic
Actuarial Estimation Techniques", Casualty Actuarial Society E-Forum, 2012; Mack, ASTIN Bulletin 23 (1993).

It assumes that points of every month are redeemed at the pace of those before: a new catalogue, a new rule of expiry
or a campaign breaks it, and the back-test shows by how much.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import accumulate

CHAIN, LEANT, KNOWN = "chain_ladder", "bornhuetter_ferguson", "closed"
DEVELOPED_ENOUGH = Fraction(1, 4)
"""From this share on a month speaks for itself."""
FINE = 10**12
"""Factors are kept to twelve decimals: exact ones grow without end."""


@dataclass(frozen=True)
class Cohort:
    """Points of one month: issued (without what was taken back), open still, and redeemed at each age in months."""

    month: date
    issued: int
    outstanding: int
    redeemed: tuple[int, ...]

    @property
    def cumulative(self) -> tuple[int, ...]:
        """Return the redemptions up to each age."""
        return tuple(accumulate(self.redeemed))

    @property
    def total(self) -> int:
        """Return all redemptions so far."""
        return sum(self.redeemed)


@dataclass(frozen=True)
class Projected:
    """What a month is expected to come to in the end."""

    cohort: Cohort
    developed: Fraction
    ultimate: Fraction
    method: str

    @property
    def rate(self) -> Fraction:
        """Return the share of the points that is redeemed in the end."""
        return self.ultimate / self.cohort.issued if self.cohort.issued > 0 else Fraction(0)


@dataclass(frozen=True)
class Development:
    """The factors from age to age, the share developed at each age, and the rate all months together point to."""

    factors: tuple[Fraction, ...]
    developed: tuple[Fraction, ...]
    rate: Fraction


def develop(cohorts: Sequence[Cohort]) -> Development:
    """Return how months develop.

    >>> grown = [Cohort(date(2025, 1, 1), 100, 0, (20, 20)), Cohort(date(2025, 2, 1), 100, 70, (30,))]
    >>> found = develop(grown)
    >>> found.factors, found.developed, round(float(found.rate), 4)
    ((Fraction(2, 1),), (Fraction(1, 2), Fraction(1, 1)), 0.4667)
    """
    ages = max((len(cohort.redeemed) for cohort in cohorts), default=0)
    factors = []
    for age in range(ages - 1):
        older = [cohort.cumulative for cohort in cohorts if len(cohort.redeemed) > age + 1]
        before, after = sum(each[age] for each in older), sum(each[age + 1] for each in older)
        factors.append(fine(Fraction(after, before)) if before > 0 else Fraction(1))
    developed = [Fraction(1)] if ages else []
    for factor in reversed(factors):
        developed.insert(0, fine(developed[0] / factor) if factor > 0 else Fraction(0))
    used = sum((cohort.issued * developed[len(cohort.redeemed) - 1] for cohort in cohorts if cohort.redeemed), 0)
    total = sum(cohort.total for cohort in cohorts)
    return Development(tuple(factors), tuple(developed), fine(Fraction(total) / used) if used else Fraction(1))


def fine(exact: Fraction) -> Fraction:
    """Return a fraction to twelve decimals."""
    return Fraction(round(exact * FINE), FINE)


def project(cohorts: Sequence[Cohort], development: Development | None = None) -> tuple[Projected, ...]:
    """Return what every month is expected to come to: between what was redeemed and what can still be."""
    found = development or develop(cohorts)
    return tuple(projected(cohort, found) for cohort in cohorts)


def projected(cohort: Cohort, development: Development) -> Projected:
    """Return what one month is expected to come to."""
    developed = share(development, len(cohort.redeemed) - 1) if cohort.redeemed else Fraction(0)
    if cohort.outstanding <= 0:
        return Projected(cohort, developed, Fraction(cohort.total), KNOWN)
    if developed >= DEVELOPED_ENOUGH:
        found, method = cohort.total / developed, CHAIN
    else:
        found, method = cohort.total + cohort.issued * development.rate * (1 - developed), LEANT
    highest = Fraction(cohort.total + cohort.outstanding)
    return Projected(cohort, developed, max(Fraction(cohort.total), min(found, highest)), method)


def share(development: Development, age: int) -> Fraction:
    """Return the share developed at an age; what is older than every month seen has developed."""
    return development.developed[age] if age < len(development.developed) else Fraction(1)


def rate(projections: Sequence[Projected]) -> Fraction:
    """Return the rate of redemption of all months together."""
    issued = sum(max(0, each.cohort.issued) for each in projections)
    return sum((each.ultimate for each in projections), Fraction(0)) / issued if issued else Fraction(1)


@dataclass(frozen=True)
class Backtested:
    """What an earlier triangle expected of a month by now, and what came."""

    month: date
    expected: Fraction
    actual: int

    @property
    def error(self) -> Fraction:
        """Return the error as a share of what came; above zero when more was expected."""
        return (self.expected - self.actual) / self.actual if self.actual else Fraction(0)


def backtest(then: Sequence[Cohort], now: Sequence[Cohort]) -> tuple[Backtested, ...]:
    """Return, for the months an earlier triangle knew, what it expected by now and what came.

    Redemptions that were still to come are expected at the pace of the earlier triangle: of its own ultimate, the
    share between the age a month had and the age it has.
    """
    development = develop(then)
    today = {cohort.month: cohort for cohort in now}
    found = []
    for each in project(then, development):
        reached = today.get(each.cohort.month)
        if reached is None or not reached.redeemed:
            continue
        left = 1 - each.developed
        later = share(development, len(reached.redeemed) - 1) - each.developed
        to_come = (each.ultimate - each.cohort.total) * (later / left if left else 1)
        found.append(Backtested(each.cohort.month, each.cohort.total + to_come, reached.total))
    return tuple(found)


def error(tested: Sequence[Backtested]) -> Fraction:
    """Return the error over all months as a share of what came."""
    actual = sum(each.actual for each in tested)
    return (sum((each.expected for each in tested), Fraction(0)) - actual) / actual if actual else Fraction(0)
