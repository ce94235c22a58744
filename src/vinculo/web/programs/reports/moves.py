"""Moves: the roll-forward, what the general ledger is told, and the totals that must agree, as tables."""

from django.utils.translation import gettext as _

from vinculo.programs.records.finance import control, journal, selectors
from vinculo.programs.records.models import Program
from vinculo.web.programs import layout
from vinculo.web.programs.reports import words
from vinculo.web.programs.reports.asked import Period
from vinculo.web.programs.tables import MONEY, POINTS, Column, Table, Tag


def rollforward(program: Program, period: Period) -> list[Table]:
    """Return the roll-forward, a table a unit."""
    found = selectors.rollforward(program_id=program.pk, since=period.since, until=period.until)
    columns = [
        Column(_("Line"), means=_("What moved points into wallets, or out of them, in the period.")),
        Column(_("Class"), means=_("Why points were given, or for what kind of reward they were taken.")),
        Column(_("Points"), POINTS, _("Out of wallets is below zero; pending points and points set aside count.")),
        Column(_("Money"), MONEY, _("At the cost of a point on the day of each movement.")),
        Column(_("Movements"), POINTS, _("Transfers of the journal behind the line.")),
    ]
    return [
        Table(
            f"roll-{each.head.unit}",
            each.head.unit_name,
            columns,
            [
                [_("Opening balance"), "", each.roll.opening, each.roll.opening_minor, None],
                *(
                    [
                        words.of(words.LINES, line.line),
                        words.of(words.CLASSES, line.by),
                        line.points,
                        line.minor,
                        line.transfers,
                    ]
                    for line in each.roll.lines
                ),
                [_("Closing balance"), "", each.roll.closing, each.roll.closing_minor, None],
            ],
            note=_("Opening and all lines add up to the closing balance; what is lacking: {points} points.").format(
                points=each.roll.difference[0]
            ),
            totals=1,
        )
        for each in found
    ]


def entries(program: Program, period: Period) -> list[Table]:
    """Return what the general ledger is told of the period."""
    found = journal.journal(program_id=program.pk, since=period.since, until=period.until)
    columns = [
        Column(_("Entry")),
        Column(_("Unit")),
        Column(_("Class"), means=_("Why the points were given.")),
        Column(_("Debit")),
        Column(_("Credit")),
        Column(_("Amount"), MONEY),
        Column(_("Points"), POINTS, _("Points of the postings behind the entry.")),
        Column(_("Postings"), POINTS, _("Postings of the ledger the entry stands on.")),
        Column(_("First posting"), means=_("Number in the ledger.")),
        Column(_("Last posting"), means=_("Number in the ledger.")),
    ]
    rows = [
        [
            words.of(words.BOOKED, each.entry.line),
            each.head.unit_name,
            words.of(words.CLASSES, each.entry.grant_class),
            words.of(words.ACCOUNTS, each.entry.debit),
            words.of(words.ACCOUNTS, each.entry.credit),
            each.entry.minor,
            each.points,
            each.postings,
            each.first_posting,
            each.last_posting,
        ]
        for each in found
    ]
    note = _("The entries move what is owed at the beginning of the period to what is owed at its end.")
    return [Table("entries", _("Entries for the general ledger"), columns, rows, note=note), *partners(program, period)]


def partners(program: Program, period: Period) -> list[Table]:
    """Return what points brought that were used for what partners deliver, where there are any."""
    found = journal.partner_list(program_id=program.pk, since=period.since, until=period.until)
    columns = [
        Column(_("Partner")),
        Column(_("Unit")),
        Column(_("We are"), means=_("The principal has all of the revenue, an agent the commission (IFRS 15).")),
        Column(_("Points"), POINTS, _("Used for its rewards, less those given back.")),
        Column(_("Of purchases"), POINTS, _("Points given with a purchase: only they bring revenue.")),
        Column(_("Earned"), MONEY, _("What these points brought, gross.")),
        Column(_("Owed to partners"), MONEY, _("The cost of the rewards that were used, for the points of purchases.")),
        Column(_("Revenue"), MONEY, _("As principal what was earned, as agent less what the partner gets.")),
    ]
    rows = [
        [
            *(each.partner, each.head.unit_name, _("agent") if each.agent else _("principal")),
            *(each.points, each.of_purchases, each.gross_minor, each.payable_minor, each.revenue_minor),
        ]
        for each in found
    ]
    return [Table("partners", _("Partners' rewards"), columns, rows)] if rows else []


def totals(program: Program, period: Period) -> list[Table]:
    """Return the control totals and whatever does not agree, as they are now."""
    found = control.control_totals(program_id=program.pk)
    columns = [
        Column(_("Unit")),
        Column(_("Wallets"), POINTS, _("What wallets, pending and held points say they hold.")),
        Column(_("Postings"), POINTS, _("The sum of the transfers of the journal.")),
        Column(_("Lots"), POINTS, _("What is left in lots, and what is held for rewards.")),
        Column(_("Members owe"), POINTS, _("Balances below zero, where returns may go so far.")),
        Column(_("Difference"), POINTS, _("Wallets less postings; it must be zero.")),
        Column(_("Result")),
    ]
    rows = [
        [
            *(each.head.unit_name, each.wallets, each.postings, each.lots, each.debts),
            each.wallets - each.postings,
            Tag(_("agree"), "good") if each.agree else Tag(_("do not agree"), "bad"),
        ]
        for each in found.totals
    ]
    wrong = [[layout.spoken(each.said())] for each in found.exceptions]
    clean = _("The list of exceptions is empty: zero differences.") if not wrong else ""
    return [
        Table("totals", _("The same points counted three times"), columns, rows),
        Table("exceptions", _("Exceptions"), [Column(_("What does not agree"))], wrong, note=clean),
    ]
