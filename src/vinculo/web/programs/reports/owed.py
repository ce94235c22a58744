"""Owed: the contract liability and its sensitivity, what expires when, and what campaigns may still cost, as tables."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from vinculo.programs.finance.ageing import Bucket
from vinculo.programs.records.finance import owing, selectors
from vinculo.programs.records.finance.owing import Liability
from vinculo.programs.records.models import Program
from vinculo.web.programs.reports import words
from vinculo.web.programs.reports.asked import Period
from vinculo.web.programs.tables import DAY, MONEY, MONTH, POINTS, SHARE, Column, Table


def liability(program: Program, period: Period) -> list[Table]:
    """Return what is owed at the end of the last day."""
    found = owing.liability(program_id=program.pk, until=period.until)
    return [owed_table(found), sensitivity_table(found), *(pools_table(each) for each in found)]


def owed_table(found: tuple[Liability, ...]) -> Table:
    """Return what is owed by unit."""
    columns = [
        Column(_("Unit")),
        Column(_("Contract liability"), MONEY, _("Price of purchases that belongs to points and is not earned yet.")),
        Column(_("Accrued cost"), MONEY, _("Expected cost of points given without a purchase.")),
        Column(_("Current"), MONEY, _("Of both, what is expected to be redeemed within a year.")),
        Column(_("Non-current"), MONEY, _("Of both, what is expected to be redeemed later.")),
        Column(_("Outstanding points"), POINTS, _("Points that can still be redeemed.")),
        Column(_("Members owe"), POINTS, _("Points that were taken back and had been spent.")),
        Column(_("In wallets"), POINTS, _("Outstanding points less what members owe.")),
        Column(_("Redemption rate"), SHARE, _("The approved estimate in force; without one every point counts.")),
        Column(_("Without price"), POINTS, _("Grants of purchases whose price nobody told.")),
    ]
    rows = [
        [
            *(each.head.unit_name, each.contract_minor, each.accrued_minor, each.current_minor),
            *(each.noncurrent_minor, each.outstanding, each.owed_by_members, each.wallets, each.rate, each.unpriced),
        ]
        for each in found
    ]
    return Table("owed", _("What is owed"), columns, rows, note=exceeded(found))


def exceeded(found: tuple[Liability, ...]) -> str:
    """Say of which months more was redeemed than is expected in all."""
    count = sum(len(each.exceeded) for each in found)
    if not count:
        return ""
    return _("Of {count} months more was redeemed already than the estimate expects in all: look at it again.").format(
        count=count
    )


def sensitivity_table(found: tuple[Liability, ...]) -> Table:
    """Return what would be owed under other assumptions."""
    columns = [
        Column(_("Unit")),
        Column(_("If"), means=_("What is assumed otherwise.")),
        Column(_("Owed"), MONEY, _("Contract liability and accrued cost together.")),
        Column(_("Change"), MONEY),
    ]
    rows: list[list[Any]] = []
    for each in found:
        owed, said = each.contract_minor + each.accrued_minor, each.sensitivity
        rows += [
            [each.head.unit_name, _("as estimated"), owed, 0],
            [
                each.head.unit_name,
                _("one point more is redeemed of a hundred"),
                said.rate_up_minor,
                said.rate_up_minor - owed,
            ],
            [
                each.head.unit_name,
                _("one point less is redeemed of a hundred"),
                said.rate_down_minor,
                said.rate_down_minor - owed,
            ],
            [each.head.unit_name, _("a point costs a tenth more"), said.cost_up_minor, said.cost_up_minor - owed],
            [each.head.unit_name, _("a point costs a tenth less"), said.cost_down_minor, said.cost_down_minor - owed],
        ]
    return Table("sensitivity", _("If it were otherwise"), columns, rows)


def pools_table(found: Liability) -> Table:
    """Return what is owed by month and class of grant."""
    columns = [
        Column(_("Month"), MONTH, _("In which the points were given.")),
        Column(_("Class"), means=_("Why the points were given.")),
        Column(_("Issued"), POINTS, _("Without what was taken back.")),
        Column(_("Redeemed"), POINTS),
        Column(_("Expired"), POINTS),
        Column(_("Outstanding"), POINTS),
        Column(_("Allocated"), MONEY, _("Part of the price that belongs to the points, or their expected cost.")),
        Column(_("Recognised"), MONEY, _("What of it was earned, or used.")),
        Column(_("Owed"), MONEY),
    ]
    rows = [
        [
            *(each.pool.month, words.of(words.CLASSES, each.pool.grant_class), each.pool.issued, each.pool.redeemed),
            *(each.pool.expired, each.pool.outstanding),
            *(each.allocated_minor, each.recognised_minor, each.owed_minor),
        ]
        for each in reversed(found.pools)
    ]
    title = _("{unit} by month of issue").format(unit=found.head.unit_name)
    return Table(f"pools-{found.head.unit}", title, columns, rows, wide=True)


def ageing(program: Program, period: Period) -> list[Table]:
    """Return what expires when, and with whom points lie."""
    found = selectors.ageing(program_id=program.pk, until=period.until, now=timezone.now())
    tables = [concentration(found)]
    for each in found:
        unit, name = each.head.unit, each.head.unit_name
        buckets = [
            Column(_("Expires"), means=_("After the day of the report.")),
            Column(_("After"), DAY),
            Column(_("Up to"), DAY),
            Column(_("Points"), POINTS),
        ]
        rows = [[bucket_words(one, period), one.after, one.until, one.points] for one in each.buckets]
        tables.append(Table(f"ageing-{unit}", _("{unit} by day of expiry").format(unit=name), buckets, rows))
        months = [Column(_("Month"), MONTH), Column(_("Points"), POINTS, _("That expire in the month unless used."))]
        title = _("{unit}: upcoming expiry").format(unit=name)
        tables.append(Table(f"upcoming-{unit}", title, months, [list(one) for one in each.by_month]))
    return tables


def bucket_words(found: Bucket, period: Period) -> str:
    """Say within what time points expire."""
    if found.never:
        return _("Never")
    if found.after is None:
        return _("Should have expired")
    if found.until is None:
        return _("Later")
    return _("Within {days} days").format(days=(found.until - period.through).days)


def concentration(found: tuple[selectors.Ageing, ...]) -> Table:
    """Return with whom points lie."""
    columns = [
        Column(_("Unit")),
        Column(_("In lots"), POINTS, _("Points that are in lots, with or without a last day.")),
        Column(_("Outside lots"), POINTS, _("Held for rewards, less what members owe.")),
        Column(_("Members"), POINTS, _("Who hold points, as of today.")),
        Column(_("Dormant members"), POINTS, _("Who did nothing for twelve months.")),
        Column(_("Their points"), POINTS),
        Column(_("Their share"), SHARE),
        Column(_("Share of the top tenth"), SHARE, _("Of the tenth of members who hold most.")),
    ]
    rows = [
        [
            *(each.head.unit_name, each.in_lots, each.outside_lots, each.concentration.members),
            *(each.concentration.dormant_members, each.concentration.dormant_points),
            *(each.concentration.dormant_share, each.concentration.top_tenth_share),
        ]
        for each in found
    ]
    return Table("concentration", _("With whom points lie"), columns, rows)


def exposure(program: Program, period: Period) -> list[Table]:
    """Return what campaigns gave and may still cost."""
    found = selectors.exposure(program_id=program.pk, on=period.through)
    columns = [
        Column(_("Campaign")),
        Column(_("Unit")),
        Column(_("Issued"), POINTS, _("Points the campaign gave.")),
        Column(_("Taken back"), POINTS),
        Column(_("Pending"), POINTS),
        Column(_("Available"), POINTS),
        Column(_("Set aside"), POINTS, _("For rewards that are not used yet.")),
        Column(_("At most"), MONEY, _("If everybody redeems all that is outstanding, at what a point costs that day.")),
        Column(_("Budget"), POINTS, _("Points it may give, over all units.")),
        Column(_("Left"), POINTS, _("At zero the campaign gives no more.")),
    ]
    rows = [
        [
            *(each.campaign or _("none"), each.head.unit_name, each.issued, each.taken_back, each.pending),
            *(each.available, each.held, each.maximum_minor, each.budget, each.left),
        ]
        for each in found
    ]
    return [Table("exposure", _("Exposure by campaign"), columns, rows)]
