"""Closing: a period ends for good, its extract is kept in the home with its hashes, and can be verified years later."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from vinculo.programs.finance.cutoffs import Cutoff
from vinculo.programs.records.finance import books, control, extracts
from vinculo.programs.records.finance.books import Window
from vinculo.programs.records.finance.services import FinanceError
from vinculo.programs.records.models import PeriodClose, Posting, Program


def period_close(*, program_id: int, last_day: date, author: str, now: datetime) -> PeriodClose:
    """Close everything up to the end of a day; what is written later of days before belongs to the next period.

    It waits for postings that are being written, takes note of the last one, and lets others go on; the extract is
    made of what was there. Control totals must agree.

    Raises
    ------
    FinanceError
        The day is not over, was closed already, or control totals do not agree.
    """
    with transaction.atomic():
        program = Program.objects.select_for_update(of=("self",), no_key=True).get(pk=program_id)
        since = first_open_day(program)
        if not author:
            raise FinanceError("Say who closes the period.")
        if last_day < since:
            raise FinanceError("The period up to {last} is closed already.", last=since - timedelta(days=1))
        if now.astimezone(ZoneInfo(program.zone)).date() <= last_day:
            raise FinanceError("The day {day} is not over yet: close up to an earlier one.", day=last_day)
        found = control.control_totals(program_id=program_id)
        if not found.clean:
            raise FinanceError(
                "Control totals do not agree ({count} exceptions): put them right first.", count=len(found.exceptions)
            )
        last = last_posting(program_id)
        until = last_day + timedelta(days=1)
        window = Window(
            books.cutoff(program_id, until, program.zone, last), books.cutoff(program_id, since, program.zone, last)
        )
        made = extracts.write(program, (since, until), window, totals=found, now=now)
        return PeriodClose.objects.create(
            program=program,
            closed_from=window.since.until,
            closed_until=window.until.until,
            last_day=last_day,
            last_posting_id=last,
            postings=made.postings,
            closing=closing(program_id, window.until),
            folder=made.folder,
            movements_sha256=made.movements_sha256,
            reports_sha256=made.reports_sha256,
            author=author,
            closed_at=now,
        )


def first_open_day(program: Program) -> date:
    """Return the day after the last closed one; of a programme that closed nothing, the day of its first posting."""
    last = books.closed_through(program.pk)
    if last is not None:
        return last + timedelta(days=1)
    first = (
        Posting.objects.filter(program=program, outcome="")
        .order_by("happened_at")
        .values_list("happened_at", flat=True)
    )
    moment = first.first()
    day = moment.astimezone(ZoneInfo(program.zone)).date() if moment else program.started_on
    return min(day, program.started_on)


def last_posting(program_id: int) -> int:
    """Return the number of the last posting, once nobody is writing one with a smaller number.

    Whoever posts locks wallets before taking numbers: this waits for all of them, and lets go at once.
    """
    point = transaction.savepoint()
    try:
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE programs_account IN EXCLUSIVE MODE")
            cursor.execute("SELECT coalesce(max(id), 0) FROM programs_posting")
            return int(cursor.fetchone()[0])
    finally:
        transaction.savepoint_rollback(point)


def closing(program_id: int, cutoff: Cutoff) -> dict[str, int]:
    """Return what wallets hold at a cut-off, by unit."""
    held = books.balances(program_id, Window(cutoff))
    return {head.unit: held.get(head.unit_id, 0) for head in books.heads(program_id)}


@dataclass(frozen=True)
class Verified:
    """What was found of a closed period: whether its files are what was written, and the journal still says so."""

    close_id: int
    files_whole: bool
    journal_same: bool
    balances_same: bool

    @property
    def holds(self) -> bool:
        """Tell whether everything is as it was when the period was closed."""
        return self.files_whole and self.journal_same and self.balances_same


def close_verify(*, close_id: int) -> Verified:
    """Read the files of a closed period again, and the journal, and compare both with the hashes that were kept."""
    found = PeriodClose.objects.get(pk=close_id)
    earlier = PeriodClose.objects.filter(program=found.program, closed_until=found.closed_from).first()
    since = Cutoff(found.closed_from, earlier.last_posting_id if earlier else found.last_posting_id)
    until = Cutoff(found.closed_until, found.last_posting_id)
    said = found.movements_sha256, found.postings
    return Verified(
        close_id=found.pk,
        files_whole=extracts.whole(found.folder, found.movements_sha256, found.reports_sha256),
        journal_same=extracts.digest(found.program_id, Window(until, since)) == said,
        balances_same=closing(found.program_id, until) == found.closing,
    )


def closes_verify(*, program_id: int) -> list[Verified]:
    """Verify all closed periods of a programme, earliest first."""
    found = PeriodClose.objects.filter(program_id=program_id).order_by("closed_until")
    return [close_verify(close_id=number) for number in found.values_list("pk", flat=True)]
