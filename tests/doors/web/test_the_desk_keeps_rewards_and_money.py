"""The desk: who may do what with rewards, promises, suspects and money; figures are those of the books."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from tests.make import desk, staff, store
from tests.make.desk import Desk

from vinculo.measure.charts.reader import Reader
from vinculo.programs.records.earning import happenings
from vinculo.programs.records.finance import control, owing, selectors
from vinculo.programs.records.models import (
    Badge,
    LevelSet,
    Member,
    Promise,
    Redemption,
    RedemptionEstimate,
    Referral,
    Reward,
    RewardCode,
    Suggestion,
)
from vinculo.web import tags

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(scope="module")
def of_all(worker_database: store.Database) -> Iterator[Desk]:
    with store.shared():
        yield desk.full(days=60)


@pytest.fixture
def full(of_all: Desk, records: store.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(settings, "HOME_FOLDER", lambda *parts: made(tmp_path.joinpath(*parts)))
    return of_all


def made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(staff.User.objects.filter(username=role).first() or staff.user(role), backend=BACKEND)
    return client


def text(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def rows(answer: Any) -> list[list[str]]:
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


def test_money_is_shown_as_the_books_have_it_and_approved_by_two(full: Desk) -> None:
    finance, manager, analyst = signed_in("finance"), signed_in("relationship_manager"), signed_in("analyst")
    till = signed_in("till")
    money, program = "/programs/club/finance/", full.program
    until, reader = date(2026, 1, 1), Reader("en", "EUR")
    through = "?since=2025-01-01&through=2025-12-31"
    said = {"unit": full.year.unit.pk, "effective_on": timezone.localdate(), "rate": "80", "reason": "=1+1"}

    (owed,) = owing.liability(program_id=program.pk, until=until)
    (rolled,) = selectors.rollforward(program_id=program.pk, since=date(2025, 1, 1), until=until)
    liability = text(finance.get(f"{money}reports/liability/{through}"))
    sheet = rows(finance.get(f"{money}reports/rollforward/roll-points.csv{through}"))
    book = b"".join(finance.get(f"{money}reports/rollforward/roll-points.xlsx{through}").streaming_content)
    LevelSet.objects.create(
        program=program, code="main", name_en="Main", name_es="Principal", basis="orders", created_at=timezone.now()
    )
    grown = text(finance.get(f"{money}reports/breakage/{through}"))
    by_level = rows(finance.get(f"{money}reports/breakage/levels-points-main.csv{through}"))
    totals = text(finance.get(f"{money}reports/control/"))
    proposed = manager.post(f"{money}true-up/new/", said)
    estimate = RedemptionEstimate.objects.get(state="proposed")
    decide = f"{money}true-up/{estimate.pk}/decide/"
    own = manager.post(decide, {"verdict": "approve"}, follow=True)
    forbidden = analyst.post(decide, {"verdict": "approve"}).status_code
    still = RedemptionEstimate.objects.get(pk=estimate.pk).state
    other = finance.post(decide, {"verdict": "approve"}, follow=True)
    estimates = rows(finance.get(f"{money}tables/estimates.csv"))

    assert proposed.status_code == 302
    for minor in (owed.contract_minor, owed.accrued_minor, owed.current_minor, owed.noncurrent_minor):
        assert tags.exactly(minor, reader) in liability
    assert [int(row[2]) for row in sheet[1:]] == [
        rolled.roll.opening, *(line.points for line in rolled.roll.lines), rolled.roll.closing
    ]  # fmt: skip
    assert load_workbook(io.BytesIO(book)).active["C2"].value == rolled.roll.opening
    assert "by level of Main" in grown
    assert [(row[0], int(row[3])) for row in by_level[1:]] == [("no level", owed.outstanding)]
    assert control.control_totals(program_id=program.pk).clean
    assert "zero differences" in totals
    assert "Somebody else must approve it" in text(own)
    assert (forbidden, still) == (403, "proposed")
    assert "The estimate was approved." in text(other)
    assert "'=1+1" in estimates[1]
    assert {till.get(f"{money}{each}").status_code for each in ("", "reports/ageing/", "closes/")} == {403}
    assert manager.post(f"{money}closes/new/", {"last_day": "2025-12-31"}).status_code == 403


def test_a_period_is_closed_verified_and_handed_over(full: Desk) -> None:
    finance, money = signed_in("finance"), "/programs/club/finance/"
    last = date(2025, 12, 31)

    early = finance.post(f"{money}closes/new/", {"last_day": timezone.localdate() + timedelta(days=1)})
    finance.post(f"{money}closes/new/", {"last_day": last})
    verified = finance.post(f"{money}closes/verify/")
    number = re.search(r"closes/(\d+)/movements", verified.content.decode())
    assert number
    movements = b"".join(finance.get(f"{money}closes/{number[1]}/movements/").streaming_content)
    journal = rows(finance.get(f"{money}journal.csv?since=2025-01-01&through=2025-12-31"))
    rate = {"unit": full.year.unit.pk, "kind": "cost", "valid_from": "2025-12-01", "amount": "5"}
    refused = finance.post(f"{money}rates/new/", rate)

    assert early.status_code == 400
    assert "is not over yet" in text(early)
    assert "verified" in text(verified)
    assert movements[:2] == b"\x1f\x8b"
    debit, credit = (sum(Decimal(row[side] or 0) for row in journal[1:]) for side in (7, 8))
    assert debit == credit > 0
    assert refused.status_code == 400
    assert "is closed" in text(refused)


def test_suspects_are_decided_by_those_who_may(full: Desk) -> None:
    finance, steward = signed_in("finance"), signed_in("team_lead")
    said = {"referral": [full.suspected.pk], "note": "her sister", "verdict": "genuine"}

    shown = text(steward.get("/programs/club/fraud/"))
    refused = finance.post("/programs/club/fraud/", said).status_code
    unsaid = steward.post("/programs/club/fraud/", {**said, "note": ""}, follow=True)
    decided = steward.post("/programs/club/fraud/", said, follow=True)

    full.suspected.refresh_from_db()
    assert "They have the same e-mail" in shown
    assert refused == 403
    assert "says who he is and why" in text(unsaid)
    assert "1 referral was decided." in text(decided)
    assert (full.suspected.state, full.suspected.decided_by) == (Referral.State.WAITING, "team_lead")


def test_rewards_are_written_offered_and_taken_back(full: Desk) -> None:
    manager, analyst, till = signed_in("relationship_manager"), signed_in("analyst"), signed_in("till")
    rewards = "/programs/club/rewards/"
    said = {"code": "=tea", "kind": "money_off", "name_en": "Tea", "name_es": "Té", "unit": "points", "points": 100}
    said |= {"amount": "5.50", "taken": "at_use", "codes": "pool", "good_for_hours": 24}
    voucher = Reward.objects.get(code="voucher")
    mug = Redemption.objects.get(reward__code="mug")

    wrong = analyst.post(f"{rewards}new/", said)
    analyst.post(f"{rewards}new/", {**said, "code": "tea"})
    tea = Reward.objects.get(code="tea")
    alone = analyst.post(f"{rewards}{tea.pk}/state/", {"state": "offered"}).status_code
    manager.post(f"{rewards}{tea.pk}/state/", {"state": "offered"})
    limits = text(manager.get(f"{rewards}limits/"))
    file = io.BytesIO(b"code;expires_on\nMOON-2026-A;\nX;\nSUN-2026-A;\n")
    file.name = "codes.csv"
    brought = text(manager.post(f"{rewards}{voucher.pk}/codes/import/", {"file": file}))
    plan = manager.post(f"{rewards}{tea.pk}/codes/plan/", {"count": "2500"})
    written = plan.headers["Location"].partition("plan=")[2]
    texts = rows(manager.post(f"{rewards}{tea.pk}/codes/take/", {"plan": written}))
    again = manager.post(f"{rewards}{tea.pk}/codes/take/", {"plan": written})
    progress = manager.get(f"{rewards}{tea.pk}/codes/progress/?plan={written}")
    listed = text(manager.get(f"{rewards}redemptions/"))
    cancelled = manager.post(f"{rewards}redemptions/{mug.pk}/", {"move": "cancel", "key": "k"}, follow=True)

    assert wrong.status_code == 400
    tea.refresh_from_db()
    assert (tea.amount_minor, alone, tea.state) == (550, 403, "offered")
    assert "stopped" in limits
    assert "6 to 64 letters and digits" in brought
    assert (len(texts), again.status_code) == (2501, 400)
    assert RewardCode.objects.filter(reward=tea, state="free").count() == 2500
    assert progress.headers["HX-Refresh"] == "true"
    assert "Mug with a long name" in listed
    assert "Done: cancelled." in text(cancelled)
    assert {till.get(f"{rewards}{each}").status_code for each in ("", "redemptions/", "limits/")} == {403}
    assert till.post(f"{rewards}redemptions/{mug.pk}/", {"move": "return"}).status_code == 403


def test_a_segment_has_a_price_and_is_shown_by_its_name(full: Desk) -> None:
    analyst = signed_in("analyst")
    mug = Reward.objects.get(code="mug")
    page = f"/programs/club/rewards/{mug.pk}/"

    unknown = analyst.post(f"{page}prices/", {"price-segment": "champoins", "price-points": 5})
    known = analyst.post(f"{page}prices/", {"price-segment": "champions", "price-points": 5}, follow=True)

    assert unknown.status_code == 400
    assert mug.prices.get(segment="champions").points == 5
    assert '<th scope="row">Champions</th>' in known.content.decode()


def test_members_are_promised_asked_and_answered(full: Desk) -> None:
    manager, place = signed_in("relationship_manager"), "/programs/club/"
    owed = Promise.objects.get(state="broken", given_at=None)
    suggestion = Suggestion.objects.get()
    streak = {"code": "weekly", "name_en": "Week by week", "name_es": "Cada semana", "every": "week", "grace": "1"}
    streak |= {"begins_on": "2026-01-01", "rewards": "3:50", "unit": full.year.unit.pk, "badge": Badge.objects.get().pk}
    draft = {"code": "day", "name_en": "On the day", "name_es": "El día", "starts": "order.placed", "gift": "points"}
    draft |= {"keeps": "order.delivered", "measure": "on_the_day", "amount": 0, "unit": "points", "points": 10}

    soon = timezone.now() + timedelta(days=20)
    happenings.birthday_tell(member_id=Member.objects.latest("pk").pk, month=soon.month, day=soon.day)
    manager.post(f"{place}belonging/badges/new/", {"code": "y", "name_en": "Ten years", "name_es": "Diez", "years": 10})

    kept = text(manager.get(f"{place}promises/"))
    manager.post(f"{place}promises/{owed.pk}/exclude/", {"exclusion": "strike"})
    manager.post(f"{place}promises/guarantees/new/", {**draft, "late_news_minutes": 0})
    guarantees = text(manager.get(f"{place}promises/guarantees/"))
    answer = {"state": "done", "text": "From May on.", "published": "1"}
    manager.post(f"{place}belonging/suggestions/{suggestion.pk}/", answer)
    manager.post(f"{place}belonging/streaks/new/", streak)
    belonging = text(manager.get(f"{place}belonging/"))
    votes = text(manager.get(f"{place}belonging/votes/"))
    recognised = text(manager.get(f"{place}belonging/recognition/"))

    owed.refresh_from_db()
    suggestion.refresh_from_db()
    assert "50.0%" in kept or "0.0%" in kept
    assert (owed.state, owed.excluded) == ("excluded", "strike")
    assert "On the day" in guarantees
    assert (suggestion.state, suggestion.published) == ("done", True)
    assert "Week by week" in belonging
    assert "Trees" in votes
    assert "Member for 2 years" in recognised
    assert "Birthday" in recognised
    assert "Ten years y Customer for 10 years" in belonging
