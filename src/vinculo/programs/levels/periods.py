"""Periods: calendar and anniversary windows, one after the other.

A level rises on the day its count is reached, and is held until the end of the following period unless that one
confirms it. The fall waits for the days of grace.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from vinculo.programs.levels import standing, terms
from vinculo.programs.levels.standing import Case, Count, Held, NextFall, Standing
from vinculo.programs.levels.terms import Terms
from vinculo.programs.levels.windows import Period

FURTHEST = 120
"""So many periods ahead a fall is looked for."""
ONE = timedelta(days=1)


class Walk:
    """A walk through the periods of one member."""

    def __init__(self, case: Case) -> None:
        self.case, self.held = case, Held()
        self.period = case.period(case.first)
        self.earlier: int | None = None
        """The best level that the period before reached by its own count; none before the first."""
        self.best, self.closed, self.fallen = 0, False, False

    def standing(self) -> Standing:
        """Walk to the day and say how the member stands."""
        self.through()
        while (following := self.case.period(self.period.ends)).begins <= self.case.as_of:
            self.period, self.earlier = following, self.best
            self.best, self.closed, self.fallen = 0, False, False
            self.through()
        held = self.held
        assert held.evidence is not None  # the first stretch sets it
        counted, entries = standing.total(self.case.within(self.period, self.case.as_of))
        return Standing(
            held.rank, held.since, held.fell, held.evidence, self.period, counted, entries, self.next_fall()
        )

    def through(self) -> None:
        """Walk through a period, or as far as the day."""
        falls_on = self.falls_on(self.period)
        for begins, until, version in self.stretches(falls_on):
            if self.earlier is not None and not self.closed and begins >= falls_on:
                self.close(falls_on)
            found = self.case.within(self.period, until)
            reached = version.rank_for(standing.total(found)[0])
            self.best = max(self.best, reached)
            if reached > self.held.rank or (reached == self.held.rank and not self.fallen):
                day = crossing(found, version.threshold(reached), begins)
                self.held.take(reached, day, standing.evidence(version, reached, self.period, found))

    def stretches(self, falls_on: date) -> Iterator[tuple[date, date, Terms]]:
        """Yield the days in which one version is in force, split where a fall is decided, as first, last, version."""
        period, as_of = self.period, self.case.as_of
        cuts = {period.begins, falls_on, *(each.begins_on for each in self.case.versions)}
        begins = sorted(day for day in cuts if period.begins <= day < period.ends and (day <= as_of))
        for start, end in zip(begins, [*begins[1:], period.ends], strict=True):
            yield start, min(end - ONE, as_of), terms.in_force(self.case.versions, start)

    def falls_on(self, period: Period) -> date:
        """Return the day on which is decided what becomes of the level of the period before one."""
        days = terms.in_force(self.case.versions, period.begins - ONE).grace_days
        return min(period.begins + timedelta(days=days), period.ends - ONE)

    def close(self, day: date) -> None:
        """Decide what becomes of the level of the period before."""
        self.closed, last = True, self.period.begins - ONE
        version, rank = terms.in_force(self.case.versions, last), self.held.rank
        to = max(version.fallen(rank, qualified=self.earlier or 0), self.best)
        if to < rank:
            closed, self.fallen = self.case.period(last), True
            self.held.take(to, day, standing.evidence(version, rank, closed, self.case.within(closed, last)))

    def next_fall(self) -> NextFall | None:
        """Return the next fall if nothing more counts."""
        rank, best, period = self.held.rank, self.best, self.period
        if self.earlier is not None and not self.closed:
            version = terms.in_force(self.case.versions, period.begins - ONE)
            to = max(version.fallen(rank, qualified=self.earlier), best)
            if to < rank:
                return NextFall(self.falls_on(period), to)
        for _ in range(FURTHEST):
            version, period = terms.in_force(self.case.versions, period.ends - ONE), self.case.period(period.ends)
            nothing = terms.in_force(self.case.versions, period.begins).rank_for(0)
            to = max(version.fallen(rank, qualified=best), nothing)
            if to < rank:
                return NextFall(self.falls_on(period), to)
            if best == nothing:
                return None
            best = nothing
        return None


def crossing(found: Sequence[Count], threshold: int, begins: date) -> date:
    """Return the day on which a count reached a threshold."""
    counted = 0
    for each in found:
        counted += each.amount
        if counted >= threshold:
            return max(each.day, begins)
    return begins
