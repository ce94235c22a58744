"""Breakage: how the points of each month are redeemed by age, read from the journal, and how good the method was."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from vinculo.programs.finance import triangle as triangles
from vinculo.programs.records.finance import books, lives
from vinculo.programs.records.finance.books import Head, Window
from vinculo.programs.records.finance.lives import Lives
from vinculo.programs.records.models import Level


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
    *,
    program_id: int,
    until: date,
    grant_class: str = "",
    last_posting: int | None = None,
    read: lives.Read = lives.of,
) -> tuple[Breakage, ...]:
    """Return the triangle of every unit before a day, of all points or those of one class of grants."""
    heads = books.heads(program_id)
    if not heads:
        return ()
    earlier = a_year_before(until)
    start, end = (books.cutoff(program_id, day, heads[0].zone, last_posting) for day in (earlier, until))
    before = read(heads, Window(start), prices=False)
    since = read(heads, Window(end, start), prices=False)
    then, now = cohorts_of(before, earlier, grant_class), cohorts_of(before + since, until, grant_class)
    return tuple(grown(head, until, then[head.unit_id], now[head.unit_id]) for head in heads)


def grown(head: Head, until: date, then: Sequence[triangles.Cohort], now: Sequence[triangles.Cohort]) -> Breakage:
    """Return the triangle of some cohorts, and how good it was a year ago."""
    development = triangles.develop(now)
    projected = triangles.project(now, development)
    tested = triangles.backtest(then, now)
    return Breakage(head, until, projected, development, triangles.rate(projected), tested, triangles.error(tested))


@dataclass(frozen=True)
class OfLevel:
    """The triangle of the points that were earned at one level; the code is empty for those earned at none."""

    level: str
    breakage: Breakage


def triangle_by_level(*, program_id: int, level_set_id: int, until: date) -> tuple[OfLevel, ...]:
    """Return a triangle of every unit for each level at which points of it were earned, the lowest first.

    The level is that of who holds the points, on the day on which they were earned: so a month stays where it is when
    members rise or fall, and cohorts of all levels together are those of the whole, to the point.
    """
    heads = books.heads(program_id)
    if not heads:
        return ()
    earlier = a_year_before(until)
    start, end = (books.cutoff(program_id, day, heads[0].zone) for day in (earlier, until))
    before = lives.by_level(heads, Window(start), level_set=level_set_id)
    whole = before + lives.by_level(heads, Window(end, start), level_set=level_set_id)
    found = []
    for level in ("", *Level.objects.filter(level_set_id=level_set_id).order_by("rank").values_list("code", flat=True)):
        then, now = (cohorts_of(only(part, level), day) for part, day in ((before, earlier), (whole, until)))
        found += [
            (head.unit_id, OfLevel(level, grown(head, until, then[head.unit_id], now[head.unit_id])))
            for head in heads
            if now[head.unit_id]
        ]
    return tuple(each for _unit, each in sorted(found, key=lambda pair: pair[0]))


def only(lived: Lives, level: str) -> Lives:
    """Return what became of the points that were earned at one level."""
    return Lives(tuple(life for life in lived.lives if life.level == level), ())


def a_year_before(day: date) -> date:
    """Return the same day of the year before; of a leap day the one before it."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def months(earlier: date, later: date) -> int:
    """Return the age in months: how often the month changed."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def cohorts_of(lived: Lives, until: date, grant_class: str = "") -> Mapping[int, list[triangles.Cohort]]:
    """Return the cohorts by unit; ages go up to the last month that is complete."""
    last = books.day_before(until.replace(day=1)).replace(day=1)
    found: dict[tuple[int, date], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    redeemed: dict[tuple[int, date], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for life in lived.lives:
        if grant_class not in ("", life.grant_class):
            continue
        month = life.earned_on.replace(day=1)
        found[life.unit_id, month][life.line] += life.points
        if life.line == "redeemed" and life.month <= last:
            # What a booking of an earlier day did to later points counts at their beginning.
            redeemed[life.unit_id, month][max(0, months(month, life.month))] += life.points
    cohorts: dict[int, list[triangles.Cohort]] = defaultdict(list)
    for (unit, month), lines in sorted(found.items()):
        if month <= last:
            issued = lines["issued"] - lines["taken_back"]
            paid = redeemed[unit, month]
            left = issued - lines["redeemed"] - lines["expired"]
            ladder = tuple(paid.get(age, 0) for age in range(months(month, last) + 1))
            cohorts[unit].append(triangles.Cohort(month, issued, left, ladder))
    return cohorts
