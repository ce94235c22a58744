"""Development: the triangle of breakage, what each month comes to, and how good the method was, as tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from vinculo.measure.charts.reader import Reader
from vinculo.programs.records.finance import breakage
from vinculo.programs.records.finance.books import Head
from vinculo.programs.records.finance.breakage import Breakage, OfLevel
from vinculo.programs.records.levels import selectors as levels
from vinculo.programs.records.models import Level, LevelSet, Program
from vinculo.web import shell
from vinculo.web.programs.reports import words
from vinculo.web.programs.reports.asked import Period
from vinculo.web.programs.tables import FACTOR, MONTH, POINTS, SHARE, Column, Table


def triangle(program: Program, period: Period) -> list[Table]:
    """Return how points of each month are redeemed, unit by unit."""
    tables: list[Table] = []
    for found in breakage.triangle(program_id=program.pk, until=period.until):
        tables += [ultimate(found), ages(found), factors(found), tested(found)]
    for level_set in levels.set_list(program_id=program.pk):
        tables += of_levels(level_set, period)
    return tables


def of_levels(level_set: LevelSet, period: Period) -> list[Table]:
    """Return how points are redeemed by the level at which they were earned: in sum, and the triangle of each."""
    program, names = level_set.program_id, {each.code: str(each) for each in Level.objects.filter(level_set=level_set)}
    found = breakage.triangle_by_level(program_id=program, level_set_id=level_set.pk, until=period.until)
    units = {each.breakage.head.unit: each.breakage.head for each in found if any(redeemed(each.breakage))}
    tables = []
    for unit, head in units.items():
        mine = [each for each in found if each.breakage.head.unit == unit]
        tables.append(by_level(head, level_set, mine, names))
        for each in mine:
            named = f"{head.unit_name}, {names.get(each.level) or _('no level')}"
            tables.append(ages(each.breakage, f"triangle-{unit}-{level_set.code}-{each.level or '0'}", named))
    return tables


def redeemed(found: Breakage) -> list[int]:
    """Return what was redeemed of each month."""
    return [each.cohort.total for each in found.projected]


def by_level(head: Head, level_set: LevelSet, found: Sequence[OfLevel], names: Mapping[str, str]) -> Table:
    """Return what the points of each level come to; all levels together are the whole."""
    columns = [
        Column(_("Level"), means=_("On the day on which the points were earned.")),
        Column(_("Issued"), POINTS, _("Without what was taken back.")),
        Column(_("Redeemed"), POINTS, _("Up to the last month that is complete.")),
        Column(_("Outstanding"), POINTS),
        Column(_("Expected in the end"), POINTS),
        Column(_("Redemption rate"), SHARE, _("Share of the issued points that is redeemed in the end.")),
        Column(_("Breakage"), SHARE, _("Share of the issued points that is never redeemed.")),
    ]
    rows = [
        [
            names.get(each.level) or _("no level"),
            sum(month.cohort.issued for month in each.breakage.projected),
            sum(redeemed(each.breakage)),
            sum(month.cohort.outstanding for month in each.breakage.projected),
            sum(month.ultimate for month in each.breakage.projected),
            *(each.breakage.rate, 1 - each.breakage.rate),
        ]
        for each in found
    ]
    title = _("{unit}: by level of {set}").format(unit=head.unit_name, set=level_set)
    note = _("Points issued, redeemed and outstanding of all levels together are those of the whole.")
    return Table(f"levels-{head.unit}-{level_set.code}", title, columns, rows, note=note)


def ultimate(found: Breakage) -> Table:
    """Return what each month comes to."""
    columns = [
        Column(_("Month"), MONTH, _("In which the points were given.")),
        Column(_("Issued"), POINTS, _("Without what was taken back.")),
        Column(_("Redeemed"), POINTS, _("Up to the last month that is complete.")),
        Column(_("Outstanding"), POINTS),
        Column(_("Developed"), SHARE, _("Share of all redemptions to be expected that points of this age have seen.")),
        Column(_("Expected in the end"), POINTS),
        Column(_("Redemption rate"), SHARE, _("Share of the issued points that is redeemed in the end.")),
        Column(_("Breakage"), SHARE, _("Share of the issued points that is never redeemed.")),
        Column(_("Method")),
    ]
    rows: list[list[Any]] = [
        [
            *(each.cohort.month, each.cohort.issued, each.cohort.total, each.cohort.outstanding, each.developed),
            *(each.ultimate, each.rate, 1 - each.rate, words.of(words.METHODS, each.method)),
        ]
        for each in found.projected
    ]
    note = _("Of all points {rate} is redeemed in the end.").format(rate=percent(found.rate))
    return Table(f"cohorts-{found.head.unit}", found.head.unit_name, columns, rows, note=note)


def percent(share: Any) -> str:
    """Write a share with one decimal, to stand in a sentence."""
    return Reader(shell.language(), "").share(float(share), 1)


def ages(found: Breakage, code: str = "", name: str = "") -> Table:
    """Return the triangle: redemptions up to each age."""
    most = max((len(each.cohort.redeemed) for each in found.projected), default=0)
    columns = [Column(_("Month"), MONTH), *(Column(str(age), POINTS) for age in range(most))]
    rows = [padded(each.cohort.month, each.cohort.cumulative, most) for each in found.projected]
    title = _("{unit}: redeemed up to each age").format(unit=name or found.head.unit_name)
    return Table(
        code or f"triangle-{found.head.unit}",
        title,
        columns,
        rows,
        note=_("Ages are months after the month of issue."),
        wide=True,
    )


def padded(month: Any, values: Sequence[int], most: int) -> list[Any]:
    """Return a row of the triangle."""
    return [month, *values, *[None] * (most - len(values))]


def factors(found: Breakage) -> Table:
    """Return the factors from age to age."""
    grown = found.development
    columns = [
        Column(_("Age in months")),
        Column(_("Developed"), SHARE, _("Share of all redemptions that has come by this age.")),
        Column(_("Factor to the next"), FACTOR, _("All redemptions up to the next age by those up to this one.")),
    ]
    rows = [
        [age, share, grown.factors[age] if age < len(grown.factors) else None]
        for age, share in enumerate(grown.developed)
    ]
    return Table(
        f"factors-{found.head.unit}", _("{unit}: development").format(unit=found.head.unit_name), columns, rows
    )


def tested(found: Breakage) -> Table:
    """Return what the triangle of a year ago expected by now, and what came."""
    columns = [
        Column(_("Month"), MONTH),
        Column(_("Expected a year ago"), POINTS, _("By the triangle as it was a year before.")),
        Column(_("Came"), POINTS),
        Column(_("Error"), SHARE, _("As a share of what came; above zero when more was expected.")),
    ]
    rows = [[each.month, each.expected, each.actual, each.error] for each in found.tested]
    note = (
        _("Over all months the error is {error}.").format(error=percent(found.error))
        if rows
        else _("The programme is too young: a year ago there was no triangle.")
    )
    title = _("{unit}: back-test").format(unit=found.head.unit_name)
    return Table(f"backtest-{found.head.unit}", title, columns, rows, note=note)
