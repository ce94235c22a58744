"""Journal: what the general ledger is told of a period, as CSV; every row says which postings it stands on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from vinculo.foundation import money
from vinculo.identify.records.imports import rejected
from vinculo.programs.finance import entries, recognition
from vinculo.programs.finance.entries import Entry, Turn
from vinculo.programs.finance.recognition import Estimate, Pool
from vinculo.programs.records.finance import books, lives, owing, partners
from vinculo.programs.records.finance.books import Head, Window
from vinculo.programs.records.finance.partners import Partner
from vinculo.programs.records.models import Books

ISSUED, REDEEMED = ("issued", "taken_back"), ("redeemed", "expired")
SOURCES = {
    **dict.fromkeys((entries.DEFERRED, entries.RETURNED), ISSUED),
    **dict.fromkeys((entries.EARNED, entries.USED), REDEEMED),
    **dict.fromkeys((entries.ACCRUED_MORE, entries.ACCRUED_LESS), (*ISSUED, *REDEEMED)),
    entries.TRUED_UP: (),
    entries.PASSED_ON: ("passed_on",),
}
"""What of the lives of points each line stands on; a new estimate stands on none."""
COLUMNS = (
    *("entry", "date", "entity", "currency", "program", "unit", "account", "debit", "credit", "line", "grant_class"),
    *("points", "postings", "first_posting", "last_posting"),
)


@dataclass(frozen=True)
class Booked:
    """Report 8: one entry of a unit and the postings it stands on (`postings_of` names them all)."""

    head: Head
    entry: Entry
    points: int
    postings: int
    first_posting: int | None
    last_posting: int | None


def journal(
    *, program_id: int, since: date, until: date, last_posting: int | None = None, read: lives.Read = lives.of
) -> tuple[Booked, ...]:
    """Return the entries of a period: they move what is owed at its beginning to what is owed at its end."""
    heads = books.heads(program_id)
    if not heads:
        return ()
    window = period(heads[0], since, until, last_posting)
    until_then = read(heads, Window(window.since))
    before, _ = owing.pools_of(heads, until_then)
    after, _ = owing.pools_of(heads, until_then + read(heads, window))
    stands = traces(heads[0], window)
    used = partners.used(program_id, heads[0].zone, window)
    return tuple(
        booked(head, entry, stands)
        for head in heads
        for entry in (
            *entries.entries(turns(head, before[head.unit_id], after[head.unit_id], (since, until))),
            *entries.passed_on(sum(each.payable_minor for each in partners.partners_of([head], used) if each.agent)),
        )
    )


def partner_list(*, program_id: int, since: date, until: date) -> tuple[Partner, ...]:
    """Return what points brought in a period that were used for what partners deliver, by partner and role."""
    heads = books.heads(program_id)
    if not heads:
        return ()
    window = period(heads[0], since, until)
    until_then = lives.of(heads, Window(window.since))
    before, _ = owing.pools_of(heads, until_then)
    after, _ = owing.pools_of(heads, until_then + lives.of(heads, window))
    earned = {
        (head.unit_id, turn.after.pool.month): minor
        for head in heads
        for turn in turns(head, before[head.unit_id], after[head.unit_id], (since, until))
        for line, _debit, _credit, minor in entries.moved(turn)
        if line == entries.EARNED
    }
    return partners.partners_of(heads, partners.used(program_id, heads[0].zone, window), earned)


def period(head: Head, since: date, until: date, last_posting: int | None = None) -> Window:
    """Return the postings of a period."""
    start, end = (books.cutoff(head.program_id, day, head.zone, last_posting) for day in (since, until))
    return Window(end, start)


def turns(head: Head, before: Sequence[Pool], after: Sequence[Pool], days: tuple[date, date]) -> list[Turn]:
    """Return every pool at both ends of a period."""
    since, until = days
    old, new = books.estimates_of(head.unit_id, since), books.estimates_of(head.unit_id, until)
    at_start = recognition.in_force(old, books.day_before(since))
    at_end = recognition.in_force(new, books.day_before(until))
    earlier = {(pool.month, pool.grant_class): pool for pool in before}
    found = []
    for pool in after:
        was = earlier.get((pool.month, pool.grant_class))
        found.append(
            Turn(
                recognised(was, old, at_start) if was else None,
                recognised(was, old, at_end) if was else None,
                recognised(pool, new, at_end),
            )
        )
    return found


def recognised(pool: Pool, estimates: Sequence[Estimate], now: Estimate) -> recognition.Recognised:
    """Return what is recognised of a pool with the estimates of its time, and the one of now."""
    first = recognition.at_issue(estimates, pool.month)
    return recognition.recognise(pool, first=first, now=now.of(pool.month))


Trace = tuple[int, ...]
"""Points, postings, the first of them, the last."""


def traces(head: Head, window: Window) -> Mapping[tuple[int, str, str], Trace]:
    """Return what postings of a window add up to by unit, class of grant, and line of their lives."""
    text = f"""{told(head.program_id)}
        SELECT unit_id, grant_class, line, sum(amount)::bigint, count(DISTINCT posting_id), min(posting_id),
            max(posting_id)
        FROM told GROUP BY 1, 2, 3"""
    return {
        (unit, grant, line): tuple(figures)
        for unit, grant, line, *figures in books.rows(text, head.program_id, window, zone=head.zone)
    }


def told(program_id: int) -> str:
    """Return the query of the lives of points, those of partners whose agent we are told a second time."""
    if not partners.known(program_id):
        return f"WITH {books.query('lives')}, told AS (SELECT * FROM lives)"
    return f"""WITH {books.query("lives")}, {books.query("partners")}, told AS (
            SELECT unit_id, grant_class, posting_id, line, amount FROM lives
            UNION ALL SELECT unit_id, grant_class, posting_id, 'passed_on', amount FROM partners
            WHERE partner <> '' AND agent
        )"""


def booked(head: Head, entry: Entry, stands: Mapping[tuple[int, str, str], Trace]) -> Booked:
    """Return an entry with what it stands on."""
    found = [
        (line, stands[head.unit_id, entry.grant_class, line])
        for line in SOURCES[entry.line]
        if (head.unit_id, entry.grant_class, line) in stands
    ]
    points = sum(-trace[0] if line == "taken_back" else trace[0] for line, trace in found)
    return Booked(
        head,
        entry,
        points,
        sum(trace[1] for _, trace in found),
        min((trace[2] for _, trace in found), default=None),
        max((trace[3] for _, trace in found), default=None),
    )


def postings_of(
    *, program_id: int, since: date, until: date, unit_id: int, line: str, grant_class: str
) -> Sequence[tuple[int, str, int]]:
    """Return the postings an entry stands on: number, what became of points by it, and how many."""
    heads = books.heads(program_id)
    text = f"""{told(program_id)}
        SELECT posting_id, line, sum(amount)::bigint FROM told
        WHERE unit_id = %(unit)s AND grant_class = %(grant)s AND line = ANY(%(lines)s)
        GROUP BY 1, 2 ORDER BY 1, 2"""
    given = {"unit": unit_id, "grant": grant_class, "lines": list(SOURCES[line]), "zone": heads[0].zone}
    return [tuple(each) for each in books.rows(text, program_id, period(heads[0], since, until), **given)]


def journal_export(*, program_id: int, since: date, until: date) -> Iterator[bytes]:
    """Write the journal of a period as CSV, two rows an entry; no spreadsheet takes a cell for a formula."""
    accounts = Books.objects.filter(program_id=program_id).values_list("accounts", flat=True).first() or {}
    yield rejected.line(COLUMNS, ",")
    for number, found in enumerate(journal(program_id=program_id, since=since, until=until), start=1):
        for cells in lines(number, found, books.day_before(until), accounts):
            yield rejected.line([str(cell) for cell in cells], ",")


def lines(number: int, found: Booked, on: date, accounts: Mapping[str, str]) -> Iterable[Sequence[object]]:
    """Return both rows of an entry."""
    head, entry = found.head, found.entry
    amount = Decimal(entry.minor) / money.minor_per_major(head.currency)
    written = f"{amount:.{money.digits(head.currency)}f}"
    for account, debit, credit in ((entry.debit, written, ""), (entry.credit, "", written)):
        yield (
            *(number, on, head.entity, head.currency, head.program, head.unit, accounts.get(account, account)),
            *(debit, credit, entry.line, entry.grant_class, found.points, found.postings),
            *(found.first_posting or "", found.last_posting or ""),
        )
