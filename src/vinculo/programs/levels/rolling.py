"""Rolling: a window that every day looks back over its own months.

A level rises at once. It falls when the months before a day hold too little and the days of grace are over; one level
at a time means one a month.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from vinculo.programs.levels import terms
from vinculo.programs.levels.standing import Case, Evidence, Held, NextFall, Standing
from vinculo.programs.levels.terms import Terms
from vinculo.programs.levels.windows import add_months


class Walk:
    """A walk through the days on which something comes into the window of one member, leaves it, or is decided."""

    def __init__(self, case: Case) -> None:
        self.case, self.held = case, Held()
        comes = [each for each in case.counts if each.day <= case.as_of]
        goes = [(add_months(each.day, case.window.months), -each.amount, -each.entries) for each in comes]
        self.changes = sorted([*comes, *goes], key=lambda change: change[0])
        self.at, self.counted, self.entries = 0, 0, 0
        self.falls_on: date | None = None

    def standing(self) -> Standing:
        """Walk to the day and say how the member stands."""
        case, held = self.case, self.held
        days = {case.first, *(each.begins_on for each in case.versions), *(change[0] for change in self.changes)}
        ordered = sorted(day for day in days if day >= case.first)
        self.walk([day for day in ordered if day <= case.as_of], until=case.as_of)
        rank, since, fell, seen, counted, entries = (
            *(held.rank, held.since, held.fell, held.evidence),
            *(self.counted, self.entries),
        )
        assert seen is not None  # the first day sets it
        self.walk([day for day in ordered if day > case.as_of], until=date.max, above=rank)
        ahead = NextFall(held.since or case.as_of, held.rank) if held.rank < rank else None
        return Standing(rank, since, fell, seen, case.period(case.as_of), counted, entries, ahead)

    def walk(self, days: Sequence[date], *, until: date, above: int = 0) -> None:
        """Go from day to day, as long as the level is not below another one."""
        waiting = list(reversed(days))
        while (waiting or self.falls_on is not None) and self.held.rank >= above:
            day = min([*waiting[-1:], *([self.falls_on] if self.falls_on is not None else [])])
            if day > until:
                return
            if waiting and waiting[-1] == day:
                waiting.pop()
            self.settle(day)

    def settle(self, day: date) -> None:
        """Decide on one day."""
        while self.at < len(self.changes) and self.changes[self.at][0] <= day:
            _day, amount, entries = self.changes[self.at]
            self.counted, self.entries, self.at = self.counted + amount, self.entries + entries, self.at + 1
        version, rank = terms.in_force(self.case.versions, day), self.held.rank
        reached = version.rank_for(self.counted)
        if reached >= rank:
            self.falls_on = None
            self.held.take(reached, day, self.evidence(version, reached, day))
            return
        self.falls_on = self.falls_on or day + timedelta(days=version.grace_days)
        if self.falls_on <= day:
            to = version.fallen(rank, qualified=reached)
            if to < rank:
                self.held.take(to, day, self.evidence(version, rank, day))
            self.falls_on = add_months(day, 1) if reached < to < rank else None

    def evidence(self, version: Terms, rank: int, day: date) -> Evidence:
        """Return what speaks for a level on a day, or against it."""
        needs, window = version.threshold(rank), self.case.period(day)
        return Evidence(window, self.counted, self.entries, needs, version.version, version.fall, version.grace_days)
