"""Sweeps: levels decided because a day has come, not because something happened; run again, they change nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from vinculo.programs.records.levels import deciding, groups
from vinculo.programs.records.models import LevelSet, Program

SIZE = 5_000
SMALL_HOUR = 3


@dataclass(frozen=True)
class Swept:
    """What a sweep did."""

    decided: int
    changed: int


def sweep(*, program_id: int, as_of: date, now: datetime, size: int = SIZE, everybody: bool = True) -> Swept:
    """Decide all levels of a programme that are due by a day, some thousands of members a transaction.

    Points and orders decide levels as they come, so only those are decided whose level ends, whose grant begins or
    ends, or who were never decided; but a set that counts orders is decided for all, unless not `everybody` is asked
    for: customers who were merged bring orders that nobody announces.
    """
    decided = changed = 0
    for level_set in LevelSet.objects.filter(program_id=program_id).select_related("program").order_by("pk"):
        rules = deciding.rules_of(level_set)
        if rules is None:
            continue
        due_by = None if everybody and level_set.basis != LevelSet.Basis.POINTS else as_of
        for pages in (unknown(level_set, size), standing(level_set, size, due_by), following(level_set, size)):
            after = 0
            while members := pages(after):
                decided += len(members)
                changed += len(deciding.decide(rules, members, as_of=as_of, now=now))
                after = members[-1]
    return Swept(decided, changed)


def sweep_all(*, now: datetime) -> Swept:
    """Sweep every programme that runs, on the day it is there; all who are counted by orders in the small hours."""
    decided = changed = 0
    for program in Program.objects.filter(state=Program.State.OPEN).order_by("pk"):
        there = now.astimezone(ZoneInfo(program.zone))
        done = sweep(program_id=program.pk, as_of=there.date(), now=now, everybody=there.hour == SMALL_HOUR)
        decided, changed = decided + done.decided, changed + done.changed
    return Swept(decided, changed)


Pages = Callable[[int], list[int]]


def unknown(level_set: LevelSet, size: int) -> Pages:
    """Page through members who were never decided."""
    return lambda after: deciding.unknown_members(level_set, after=after, size=size)


def standing(level_set: LevelSet, size: int, due_by: date | None) -> Pages:
    """Page through members who are due."""
    return lambda after: deciding.standing_members(level_set, after=after, size=size, due_by=due_by)


def following(level_set: LevelSet, size: int) -> Pages:
    """Page through members who may have a level from a group: a role begins or ends on a day too."""
    found = groups.followers_of(level_set)
    return lambda after: [each for each in found if each > after][:size]
