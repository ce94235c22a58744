"""Questions about the few postings that are more than an award or a spend of one wallet read no others."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.make import programs as make

from vinculo.programs.records import tasks
from vinculo.programs.records.finance import books
from vinculo.programs.records.finance import selectors as finance
from vinculo.programs.records.ledger import selectors, statements, sweeps, verify
from vinculo.programs.records.models import Account
from vinculo.programs.records.rules import budgets

CAMPAIGN = {"program": 1, "campaign": "spring", "campaigns": ["spring"]}
QUESTIONS = {
    "reservations that are over": (
        sweeps._WAITING,
        {"program": 1, "now": make.NOW, "since": make.NOW - timedelta(7), "resolving": sweeps.RESOLVING},
    ),
    "what a wallet received": (selectors._HISTORY, {"account": 1, "before": selectors.FIRST_PAGE, "limit": 20}),
    "what a campaign gave": (finance.GIVEN, CAMPAIGN),
    "what a campaign gave besides orders": (
        budgets._ELSEWHERE,
        {**CAMPAIGN, "starts_at": make.NOW - timedelta(30), "ends_at": make.NOW},
    ),
    "what campaigns may still cost": (books.query("exposure"), CAMPAIGN),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_only_what_is_rare_is_read(records: None, question: str) -> None:
    statement, facts = QUESTIONS[question]
    club = make.program()
    wallet = make.wallet(make.unit(club))
    make.posted(club, *(make.post(wallet) for _each in range(200)))

    with statements.cursor() as cursor:
        cursor.execute("ANALYZE programs_posting")
        cursor.execute("SET LOCAL enable_seqscan TO off")
        plan = "\n".join(line for (line,) in cursor.execute(f"EXPLAIN {statement}", facts))

    assert "programs_posting_rare" in plan, plan


def test_a_reservation_is_given_up_in_minutes_and_one_that_was_missed_within_the_hour(records: None) -> None:
    club = make.program()
    wallet = make.wallet(make.unit(club))
    ended = (timezone.now() - timedelta(minutes=1), timezone.now() - timedelta(days=5))
    make.posted(club, make.post(wallet, "award", 100))
    make.posted(club, *(make.post(wallet, "reserve", 30, pending_until=each) for each in ended))

    def available() -> int:
        return Account.objects.get(pk=wallet).balance or 0

    tasks.points_release(0)
    soon = available()
    tasks.points_expire(0)

    assert (soon, available()) == (70, 100)
    assert verify.verify(club.pk) == []
