"""Referrals: members who bring members, rewarded on several levels, so that nobody gains by bringing himself.

A member is brought by one member at most, and only by one who joined before: the tree has no circle. What one referral
can cost is known beforehand, whatever the tree looks like.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from vinculo.foundation.errors import SettingsError
from vinculo.foundation.phrases import Phrase

DEPTH = 10
"""So many levels are rewarded at most."""
CERTAIN = ("same_customer", "not_new")
"""Reasons that settle the matter; the others are for somebody to look at."""
REASONS = {
    "same_customer": Phrase("It is the same customer"),
    "not_new": Phrase("Was a customer before"),
    "same_household": Phrase("They live in one household"),
    "same_address": Phrase("They have the same address"),
    "same_email": Phrase("They have the same e-mail"),
    "same_phone": Phrase("They have the same phone"),
    "same_payment": Phrase("They paid by the same means"),
    "velocity": Phrase("Too many in a short time"),
}
"""Why a referral is suspected, in words."""


class PlanError(SettingsError):
    """A plan of referrals has some rewards, and limits above zero."""

    code = "belonging.plan"


class Payout(NamedTuple):
    """What one member is due for a referral; level 0 is the one who was brought."""

    level: int
    member_id: int
    points: int


@dataclass(frozen=True)
class Plan:
    """What is given for a referral and when.

    >>> Plan(rewards=(100, 20), welcome=50).most
    170
    """

    rewards: tuple[int, ...]
    """Points for who brought the member, for who brought that one, and so on."""
    welcome: int = 0
    """Points for the member who was brought."""
    window_days: int = 30
    """Days after the first purchase in which it can be returned: nothing is given before they are over."""
    minimum_minor: int = 1
    """What the first purchase is worth at least, after returns."""
    cap: int = 10
    """Rewards a member gets at most in a calendar month."""
    velocity: int = 5
    velocity_days: int = 7
    """More referrals than this of one member in so many days are suspected."""

    def __post_init__(self) -> None:
        figures = (self.minimum_minor, self.cap, self.velocity, self.velocity_days)
        if not self.rewards or len(self.rewards) > DEPTH or min(*self.rewards, self.welcome, self.window_days) < 0:
            raise PlanError("A plan rewards 1 to {most} levels, none with less than nothing.", most=DEPTH)
        if min(figures) < 1:
            raise PlanError

    @property
    def most(self) -> int:
        """Return what one referral can cost at most, whoever stands above."""
        return self.welcome + sum(self.rewards)

    def payable_on(self, bought_on: date) -> date:
        """Return the day from which a referral is paid."""
        return bought_on + timedelta(days=self.window_days + 1)


def chain(parents: Mapping[int, int], member_id: int, depth: int) -> list[int]:
    """Return who brought a member, who brought that one, and so on, up to a depth.

    >>> chain({3: 2, 2: 1}, 3, depth=5)
    [2, 1]
    """
    found: list[int] = []
    while len(found) < depth and (above := parents.get(member_id)) is not None and above < member_id:
        found.append(above)
        member_id = above
    return found


def payouts(plan: Plan, referee_id: int, above: Sequence[int], given: Mapping[int, int]) -> list[Payout]:
    """Return what is due for a referral; who had as many rewards this month as there may be gets none.

    Rewards do not move up when somebody gets none: the total can only be less.
    """
    found = [Payout(0, referee_id, plan.welcome)]
    for level, (member_id, points) in enumerate(zip(above, plan.rewards, strict=False), 1):
        if given.get(member_id, 0) < plan.cap:
            found.append(Payout(level, member_id, points))
    return [each for each in found if each.points]


@dataclass(frozen=True)
class Signals:
    """What speaks against a referral."""

    shared: frozenset[str] = frozenset()
    """What the two have in common, as codes of `REASONS`."""
    recent: int = 0
    """How many the referrer brought in the days before, this one included."""


def reasons(plan: Plan, signals: Signals) -> tuple[str, ...]:
    """Return why a referral is suspected, the certain reasons first.

    >>> reasons(Plan((10,)), Signals(frozenset({"same_phone", "same_customer"}), recent=6))
    ('same_customer', 'same_phone', 'velocity')
    """
    found = {*signals.shared, *(("velocity",) if signals.recent > plan.velocity else ())}
    return tuple(each for each in REASONS if each in found)
