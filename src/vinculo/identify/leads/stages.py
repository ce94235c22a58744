"""Stages of a lead: the moves that may be made, and what a history of moves comes to.

Interest, qualified, and the opportunity with its quote and its order, then converted; lost from anywhere. A lead may
go on by more than one stage at once, and back with a reason.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

INTEREST, QUALIFIED, QUOTE, ORDER, CONVERTED, LOST = "interest", "qualified", "quote", "order", "converted", "lost"
OPEN = (INTEREST, QUALIFIED, QUOTE, ORDER)
"""Stages of a lead that is still pursued, in their order."""
WAY = (*OPEN, CONVERTED)
"""The whole way."""
STAGES = (*WAY, LOST)


@dataclass(frozen=True)
class Step:
    """A move from a stage (none at the beginning) to another, and when it was made."""

    from_stage: str
    to_stage: str
    happened_at: datetime


def needs_reason(before: str, after: str) -> bool:
    """Tell whether a move must say why: a loss, a step back, and what was over taken up again.

    >>> needs_reason("interest", "order"), needs_reason("quote", "qualified"), needs_reason("lost", "interest")
    (False, True, True)
    """
    return after == LOST or before in (LOST, CONVERTED) or (bool(before) and WAY.index(after) < WAY.index(before))


def may_move(before: str, after: str) -> bool:
    """Tell whether a lead can go from a stage to another: anywhere but where it is, and from a sale nowhere but back.

    >>> may_move("interest", "lost"), may_move("converted", "lost"), may_move("lost", "lost"), may_move("", "quote")
    (True, False, False, True)
    """
    if after not in STAGES or before == after:
        return False
    return not (before == CONVERTED and after == LOST)


def replay(steps: Iterable[Step]) -> str:
    """Return the stage a history leads to; nothing before its first step.

    Raises
    ------
    ValueError
        A step does not begin where the one before it ended.
    """
    stage = ""
    for step in steps:
        if step.from_stage != stage:
            raise ValueError(f"{step.from_stage} is not {stage}")
        stage = step.to_stage
    return stage


def furthest(steps: Iterable[Step]) -> int:
    """Return how far a lead ever came, as a place on the way; whoever skips a stage has passed it.

    >>> from datetime import datetime, UTC
    >>> at = datetime(2024, 1, 1, tzinfo=UTC)
    >>> furthest([Step("", "interest", at), Step("interest", "quote", at), Step("quote", "lost", at)])
    2
    """
    return max((WAY.index(step.to_stage) for step in steps if step.to_stage in WAY), default=0)


@dataclass(frozen=True)
class Passage:
    """How many reached a stage, and what part of those went on to the next."""

    stage: str
    reached: int
    went_on: int | None
    """Of those, how many reached the next stage; nothing at the end of the way."""

    @property
    def share(self) -> float | None:
        """Return the part that went on; nothing when nobody came so far."""
        return None if self.went_on is None or not self.reached else self.went_on / self.reached


def passages(furthest_counts: Sequence[int]) -> list[Passage]:
    """Return the passages of leads, given how many came to each place of the way and no further.

    >>> [(each.stage, each.reached, each.share) for each in passages([5, 3, 0, 0, 2])][:3]
    [('interest', 10, 0.5), ('qualified', 5, 0.4), ('quote', 2, 1.0)]
    """
    reached = [sum(furthest_counts[place:]) for place in range(len(WAY))]
    return [
        Passage(stage, reached[place], reached[place + 1] if place + 1 < len(WAY) else None)
        for place, stage in enumerate(WAY)
    ]
