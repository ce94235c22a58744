"""Challenges: something to be done within some days, by those who joined in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from vinculo.foundation.errors import SettingsError


class Goal(StrEnum):
    """What is counted."""

    ORDERS = "orders"
    SPEND = "spend"
    PRODUCTS = "products"
    EVENTS = "events"


class Deed(NamedTuple):
    """What a member did on a day, as the goal counts it."""

    day: date
    amount: int


class ChallengeError(SettingsError):
    """A challenge has a target and some days to reach it."""

    code = "belonging.challenge"


@dataclass(frozen=True)
class Challenge:
    """How much is to be done, from one day to another (both included)."""

    target: int
    begins_on: date
    ends_on: date

    def __post_init__(self) -> None:
        if self.target < 1 or self.ends_on < self.begins_on:
            raise ChallengeError

    def progress(self, deeds: Iterable[Deed], *, joined_on: date, as_of: date) -> "Progress":
        """Return how far a member is: what was done since joining counts, and nothing from before.

        >>> week = Challenge(3, date(2024, 6, 3), date(2024, 6, 9))
        >>> week.progress([Deed(date(2024, 6, 4), 2), Deed(date(2024, 6, 8), 1)], joined_on=date(2024, 6, 3),
        ...               as_of=date(2024, 6, 9))
        Progress(done=3, target=3, reached_on=datetime.date(2024, 6, 8))
        """
        first, last = max(self.begins_on, joined_on), min(self.ends_on, as_of)
        done, reached_on = 0, None
        for each in sorted(deeds):
            if first <= each.day <= last:
                done += each.amount
                if reached_on is None and done >= self.target:
                    reached_on = each.day
        return Progress(done, self.target, reached_on)


class Progress(NamedTuple):
    """What was done of what is to be done."""

    done: int
    target: int
    reached_on: date | None

    @property
    def share(self) -> float:
        """Return what was done of the target, 1 at most."""
        return min(self.done / self.target, 1.0)
