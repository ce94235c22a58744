"""A period is closed for good: what comes late goes to the next one, and what is kept can be verified."""

import csv
import io
import shutil
import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from tests.make import finance as make
from tests.make import programs, store

from vinculo.programs.finance import rates
from vinculo.programs.records.finance import closing, control, journal, owing, selectors
from vinculo.programs.records.finance import services as finance
from vinculo.programs.records.models import PeriodClose

JANUARY, FEBRUARY, MARCH = date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)
FIRST_OF_MARCH = datetime(2025, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def year(records: store.Database) -> make.Year:
    """Return two months of a programme, with rates."""
    found = make.a_year(5, 59)
    make.worth(found.unit, date(2024, 12, 1))
    return found


def close(year: make.Year, last_day: date) -> PeriodClose:
    return closing.period_close(program_id=year.program.pk, last_day=last_day, author="eva", now=FIRST_OF_MARCH)


def test_what_is_written_late_goes_to_the_next_period_and_keeps_its_day(year: make.Year) -> None:
    program = year.program.pk
    closed = close(year, date(2025, 1, 31))
    (before,) = selectors.rollforward(program_id=program, since=JANUARY, until=FEBRUARY)
    (february,) = selectors.rollforward(program_id=program, since=FEBRUARY, until=MARCH)

    late = programs.post(year.wallets[0], "award", 77, happened_at=make.FIRST, grant_class="recovery")
    year.post([late], FIRST_OF_MARCH)

    assert selectors.rollforward(program_id=program, since=JANUARY, until=FEBRUARY) == (before,)
    (after,) = selectors.rollforward(program_id=program, since=FEBRUARY, until=MARCH)
    assert after.roll.total("issued") == february.roll.total("issued") + 77
    assert after.roll.opening == before.roll.closing == closed.closing["points"]
    (owed,) = owing.liability(program_id=program, until=MARCH)
    (then,) = owing.liability(program_id=program, until=FEBRUARY)
    january = Counter({each.pool.grant_class: each.pool.issued for each in owed.pools if each.pool.month == JANUARY})
    january.subtract({each.pool.grant_class: each.pool.issued for each in then.pools if each.pool.month == JANUARY})
    assert january["recovery"] >= 77
    assert control.control_totals(program_id=program).totals[0].wallets == owed.wallets
    assert closing.close_verify(close_id=closed.pk).holds
    second = close(year, date(2025, 2, 28))
    assert second.closing["points"] == after.roll.closing
    assert closing.close_verify(close_id=second.pk).holds


def test_files_that_were_touched_or_lost_are_found(year: make.Year) -> None:
    closed = close(year, date(2025, 1, 31))
    folder = settings.HOME_FOLDER("finance") / closed.folder
    whole = closing.close_verify(close_id=closed.pk)

    reports = folder / "reports.json"
    reports.chmod(0o600)
    reports.write_text(reports.read_text("utf-8").replace("2025", "2024", 1), "utf-8")
    touched = closing.close_verify(close_id=closed.pk)
    shutil.rmtree(folder)
    lost = closing.close_verify(close_id=closed.pk)

    assert whole.holds
    assert not touched.files_whole
    assert not lost.files_whole
    assert lost.journal_same


def test_a_journal_that_says_something_else_is_found(year: make.Year) -> None:
    closed = close(year, date(2025, 1, 31))

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO programs_transfer (posting_id, place, debit_id, credit_id, amount)"
            " SELECT posting_id, 9, debit_id, credit_id, 1 FROM programs_transfer WHERE posting_id = %s AND place = 0",
            [first(year)],
        )
    found = closing.close_verify(close_id=closed.pk)

    assert (found.files_whole, found.journal_same, found.balances_same) == (True, False, False)
    checked = control.control_totals(program_id=year.program.pk)
    assert not checked.clean
    assert {each.check for each in checked.exceptions} == {"balance", "amount"}
    with pytest.raises(finance.FinanceError, match="Control totals do not agree"):
        close(year, date(2025, 2, 28))


def first(year: make.Year) -> int:
    return next(outcome.posting_id for post, outcome in year.posts if post.kind == "award" and not outcome.refused)


def test_nothing_that_is_said_later_moves_a_closed_period(year: make.Year) -> None:
    close(year, date(2025, 1, 31))
    unit = year.unit.pk

    with pytest.raises(finance.FinanceError, match="closed"):
        close(year, date(2025, 1, 31))
    with pytest.raises(finance.FinanceError, match="not over"):
        close(year, date(2025, 3, 1))
    with pytest.raises(finance.FinanceError, match="closed"):
        finance.rate_set(
            unit_id=unit, rate=rates.Rate(date(2025, 1, 31), 9), kind="cost", author="eva", now=FIRST_OF_MARCH
        )
    with pytest.raises(finance.FinanceError, match="closed"):
        make.estimated(year.unit, date(2025, 1, 31), "0.5", now=FIRST_OF_MARCH)
    make.worth(year.unit, FEBRUARY, cost=500, now=FIRST_OF_MARCH)
    for statement in (
        "UPDATE programs_pointrate SET minor_per_1000 = 1",
        "DELETE FROM programs_periodclose",
        "UPDATE programs_campaignbudget SET points = 1",
    ):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_an_estimate_counts_when_somebody_else_approved_it(year: make.Year) -> None:
    program, unit = year.program.pk, year.unit.pk
    proposal = finance.Proposal(date(2025, 2, 28), Decimal("0.8"), "fewer are redeemed than before")
    first = make.estimated(year.unit, date(2024, 12, 31), "0.95")
    (before,) = owing.liability(program_id=program, until=MARCH)

    found = finance.estimate_propose(unit_id=unit, proposal=proposal, author="eva", now=FIRST_OF_MARCH)
    (waiting,) = owing.liability(program_id=program, until=MARCH)
    with pytest.raises(finance.FinanceError, match="waits"):
        finance.estimate_propose(unit_id=unit, proposal=proposal, author="ana", now=FIRST_OF_MARCH)
    with pytest.raises(finance.FourEyesError):
        finance.estimate_approve(estimate_id=found.pk, author="eva", now=FIRST_OF_MARCH)
    approved = finance.estimate_approve(estimate_id=found.pk, author="leo", now=FIRST_OF_MARCH)
    (after,) = owing.liability(program_id=program, until=MARCH)

    assert waiting == before
    assert approved.previous_id == first
    assert approved.owed_before_minor == before.contract_minor + before.accrued_minor
    assert approved.owed_after_minor == after.contract_minor + after.accrued_minor < approved.owed_before_minor
    with pytest.raises(finance.FinanceError, match="decided by leo"):
        finance.estimate_refuse(estimate_id=found.pk, author="ana", now=FIRST_OF_MARCH)
    with pytest.raises(DatabaseError, match="settled once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE programs_redemptionestimate SET rate = 0.1 WHERE id = %s", [found.pk])
    with pytest.raises(finance.FinanceError, match="share"):
        finance.estimate_propose(
            unit_id=unit, proposal=replace(proposal, rate=Decimal("1.2")), author="eva", now=FIRST_OF_MARCH
        )


def test_the_journal_is_written_for_the_general_ledger(year: make.Year) -> None:
    program = year.program.pk
    make.estimated(year.unit, date(2024, 12, 31), "0.95")
    finance.books_set(
        program_id=program, entity='=HYPERLINK("evil")', accounts={"contract_liability": "4385", "goods_revenue": "-70"}
    )

    text = b"".join(journal.journal_export(program_id=program, since=date(2024, 11, 1), until=FEBRUARY)).decode()

    rows = list(csv.DictReader(io.StringIO(text)))
    assert all(row["entity"] == '\'=HYPERLINK("evil")' for row in rows)
    assert {"4385", "-70", "points_revenue"} <= {row["account"] for row in rows}
    debit, credit = (sum(Decimal(row[side] or 0) for row in rows) for side in ("debit", "credit"))
    assert debit == credit > 0
    (owed,) = owing.liability(program_id=program, until=FEBRUARY)
    booked = sum(Decimal(row["credit"] or 0) - Decimal(row["debit"] or 0) for row in rows if row["account"] == "4385")
    assert booked * 100 == owed.contract_minor
    assert all(int(row["postings"]) for row in rows)
    with pytest.raises(finance.FinanceError, match="There is no account"):
        finance.books_set(program_id=program, entity="Club", accounts={"bank": "1"})


@pytest.mark.usefixtures("records")
def test_the_example_of_ifrs_15_is_what_the_ledger_comes_to() -> None:
    """IE267 to IE270 once more, through the write path: yen have no minor units, and a point is worth one."""
    program = programs.program(currency="JPY", started_on=JANUARY)
    unit = programs.unit(program)
    make.worth(unit, date(2024, 12, 1), value=1_000)
    make.estimated(unit, date(2024, 12, 1), "0.95")
    wallet = programs.wallet(unit)

    def act(kind: str, amount: int, year: int, **fields: object) -> None:
        moment = datetime(year, 1, 15, tzinfo=UTC)
        programs.posted(program, programs.post(wallet, kind, amount, happened_at=moment, **fields), now=moment)

    act("award", 10_000, 2025, grant_class="purchase", details={"price_minor": 100_000})
    act("spend", 4_500, 2025, reward_class="money_off")
    (one,) = owing.liability(program_id=program.pk, until=date(2026, 1, 1))
    act("spend", 4_000, 2026, reward_class="money_off")
    make.estimated(unit, date(2026, 12, 31), "0.97", now=make.FIRST + timedelta(days=700))
    (two,) = owing.liability(program_id=program.pk, until=date(2027, 1, 1))

    assert (one.pools[0].allocated_minor, one.pools[0].recognised_minor, one.contract_minor) == (8_676, 4_110, 4_566)
    assert (two.pools[0].recognised_minor - one.pools[0].recognised_minor, two.contract_minor) == (3_493, 1_073)
    assert one.wallets == 5_500


def test_a_close_waits_for_what_is_being_written(own_records: store.Database) -> None:
    program = programs.program(started_on=JANUARY)
    unit = programs.unit(program)
    wallet, other = programs.wallet(unit), programs.wallet(unit)
    moment = datetime(2025, 1, 10, tzinfo=UTC)
    closed: list[PeriodClose] = []

    def close_it() -> None:
        closed.append(
            closing.period_close(program_id=program.pk, last_day=date(2025, 1, 31), author="eva", now=FIRST_OF_MARCH)
        )
        connection.close()

    closer = threading.Thread(target=close_it)
    with transaction.atomic():
        (written,) = programs.posted(program, programs.post(wallet, happened_at=moment), now=moment)
        closer.start()
        while not waiting(own_records):
            assert closer.is_alive()
    closer.join()
    programs.posted(program, programs.post(other, amount=7, happened_at=moment), now=FIRST_OF_MARCH)

    assert closed[0].last_posting_id >= written.posting_id
    assert closed[0].closing == {"points": 100}
    assert closing.close_verify(close_id=closed[0].pk).holds


def waiting(database: store.Database) -> bool:
    """Tell whether somebody waits for the accounts."""
    with psycopg.connect(database.environment["DATABASE_URL"]) as watcher:
        found = watcher.execute("SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'programs_account'::regclass")
        return found.fetchone() is not None
