"""Breakage: how the points of each month are redeemed by age, read from the journal, and how good the method was."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from vinculo.programs.finance import triangle as triangles
from vinculo.programs.records.finance import books
from vinculo.programs.records.finance.books import Head, Window


@dataclass(frozen=True)
class Breakage:
    """Report 3: how the points of each month are redeemed, what they come to, how good the method was a year ago."""

    head: Head
    until: date
    projected: tuple[triangles.Projected, ...]
    development: triangles.Development
    rate: Fraction
    """Share of all points that is redeemed in the end."""
    tested: tuple[triangles.Backtested, ...]
    """What the triangle of a year ago expected by now; empty for a younger programme."""
    error: Fraction


def triangle(
    *, program_id: int, until: date, grant_class: str = "", last_posting: int | None = None
) -> tuple[Breakage, ...]:
    """Return the triangle of every unit before a day, of all points or those of one class of grants."""
    heads = books.heads(program_id)
    if not heads:
        return ()
    earlier = a_year_before(until)
    now, then = (
        cohorts_of(heads, Window(books.cutoff(program_id, day, heads[0].zone, last_posting)), day, grant_class)
        for day in (until, earlier)
    )
    found = []
    for head in heads:
        cohorts = now[head.unit_id]
        development = triangles.develop(cohorts)
        projected = triangles.project(cohorts, development)
        tested = triangles.backtest(then[head.unit_id], cohorts)
        found.append(
            Breakage(head, until, projected, development, triangles.rate(projected), tested, triangles.error(tested))
        )
    return tuple(found)


def a_year_before(day: date) -> date:
    """Return the same day of the year before; of a leap day the one before it."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def months(earlier: date, later: date) -> int:
    """Return the age in months: how often the month changed."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def cohorts_of(
    heads: Sequence[Head], window: Window, until: date, grant_class: str = ""
) -> Mapping[int, list[triangles.Cohort]]:
    """Return the cohorts by unit; ages go up to the last month that is complete."""
    last = books.day_before(until.replace(day=1)).replace(day=1)
    found: dict[tuple[int, date], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    redeemed: dict[tuple[int, date], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    rows = books.rows(by_age(), heads[0].program_id, window, zone=heads[0].zone, grant_class=grant_class)
    for unit, month, happened, line, amount in rows:
        found[unit, month][line] += amount
        if line == "redeemed" and happened <= last:
            # What a booking of an earlier day did to later points counts at their beginning.
            redeemed[unit, month][max(0, months(month, happened))] += amount
    cohorts: dict[int, list[triangles.Cohort]] = defaultdict(list)
    for (unit, month), lines in sorted(found.items()):
        if month <= last:
            issued = lines["issued"] - lines["taken_back"]
            paid = redeemed[unit, month]
            left = issued - lines["redeemed"] - lines["expired"]
            ladder = tuple(paid.get(age, 0) for age in range(months(month, last) + 1))
            cohorts[unit].append(triangles.Cohort(month, issued, left, ladder))
    return cohorts


def by_age() -> str:
    """Return the query of what became of points by the month in which they were earned, and the month it happened."""
    return f"""WITH {books.query("lives")}
        SELECT unit_id, date_trunc('month', earned_at AT TIME ZONE %(zone)s)::date,
            date_trunc('month', happened_at AT TIME ZONE %(zone)s)::date, line, sum(amount)::bigint
        FROM lives WHERE %(grant_class)s = '' OR grant_class = %(grant_class)s GROUP BY 1, 2, 3, 4"""
