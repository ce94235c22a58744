"""The gift club of the demonstration lives through orders of a year: real ones earn, and what is simulated says so."""

from datetime import timedelta

import pytest
from django.db.models import Sum
from tests.make import served

from vinculo.identify.records.membership import services as membership
from vinculo.identify.records.models import Customer
from vinculo.programs.records.finance import control, selectors
from vinculo.programs.records.ledger import verify
from vinculo.programs.records.models import (
    Account,
    EarnedAward,
    LevelChange,
    LevelStanding,
    Member,
    Posting,
    Program,
    Promise,
    Redemption,
    Referral,
    Rule,
    RuleVersion,
)
from vinculo.programs.records.rewards import control as rewarded
from vinculo.project.operation.club import promised, replay, simulated, terms

pytestmark = pytest.mark.usefixtures("records")
WEEKS = 34
NOW = served.NOW + timedelta(hours=20)
TOMORROW = NOW.date() + timedelta(days=1)


def bought_for_a_year() -> list[Customer]:
    """Let ten customers buy every few weeks; the first brings an order back five weeks later."""
    buyers = [served.customer(f"Buyer {place}", number=f"{place}") for place in range(10)]
    for week in range(0, WEEKS, 2):
        for place, buyer in enumerate(buyers):
            if week == 0 or (week // 2 + place) % (place // 2 + 2) == 0:
                line = {"product": "cup", "net_minor": 100_50 + 70_00 * place}
                served.order(buyer, f"{week}-{place}", days_ago=7 * (WEEKS - week) - place, lines=[line])
    sold = served.order(buyers[0], "sold", days_ago=7 * 25, lines=[{"product": "lamp", "net_minor": 900_00}])
    back = {"product": "lamp", "net_minor": -900_00, "returns": sold.lines.get()}
    served.order(buyers[0], "back", days_ago=7 * 20, lines=[back])
    return buyers


def lived() -> Program:
    """Let the club live through all of it."""
    replay.replay(source="shop", currency="EUR", now=NOW, progress=lambda _step, _share: None)
    return Program.objects.get(code=terms.CODE)


def rules_of(program: Program, code: str) -> list[int]:
    return list(Rule.objects.filter(program=program, code=code).values_list("pk", flat=True))


def test_real_orders_earn_and_expire_what_is_simulated_says_so_and_all_of_it_proves_true(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(simulated, "WISHES", 1)
    monkeypatch.setattr(simulated, "BROUGHT", 1)
    monkeypatch.setattr(promised, "LATE", 0.4)
    buyers = bought_for_a_year()
    membership.customers_merge(customer_ids=[buyers[8].pk, buyers[9].pk], survivor=buyers[8].pk, now=NOW)

    program = lived()

    assert verify.verify(program.pk) == []
    assert control.control_totals(program_id=program.pk).clean
    assert rewarded.differences(program_id=program.pk) == []
    (points, _status) = selectors.rollforward(program_id=program.pk, since=program.started_on, until=TOMORROW)
    wallets = Account.objects.filter(unit__code="points", member__isnull=False)
    assert points.roll.closing == wallets.aggregate(sum=Sum("balance"))["sum"]

    assert Member.objects.filter(program=program).count() == 9
    assert len(set(LevelStanding.objects.values_list("rank", flat=True))) > 1
    assert LevelChange.objects.filter(cause="reached").exists()
    assert RuleVersion.objects.filter(rule__program=program, state="active").count() == len(terms.RULES) > 12
    expired = Posting.objects.filter(kind="expire")
    assert expired.exists()
    assert all(posting.happened_at <= posting.recorded_at <= NOW for posting in Posting.objects.all())

    spent = EarnedAward.objects.filter(earning__event="sold", rule_id__in=rules_of(program, "spend"))
    (award,) = spent
    assert (award.given, award.taken) == (900, 900)
    taken = Posting.objects.get(kind="reverse", refers_to=award.posting_id)
    given = Posting.objects.get(pk=award.posting_id)
    assert timedelta(days=28) < taken.recorded_at - given.recorded_at < timedelta(days=42)

    redeemed = Redemption.objects.filter(program=program)
    assert redeemed.exists()
    assert set(redeemed.values_list("source", "place", "reserved_by")) == {("simulated", "simulated", "simulated")}
    assert set(Posting.objects.filter(kind="reserve").values_list("author", flat=True)) == {"simulated"}
    assert Referral.objects.exists()
    assert set(Referral.objects.values_list("note", flat=True)) == {"simulated"}
    promises = Promise.objects.filter(guarantee__program=program)
    broken = promises.filter(state="broken")
    stand = set(promises.values_list("guarantee__code", "state"))
    assert stand >= {(code, state) for code in terms.GUARANTEES for state in ("kept", "broken")}
    assert set(promises.values_list("origin", flat=True)) == {"simulated"}
    assert not broken.filter(given_at=None).exists()
    gifts = Posting.objects.filter(grant_class="guarantee", author="simulated", amount__in=(150, 300))
    assert set(broken.values_list("posting_id", flat=True)) == set(gifts.values_list("pk", flat=True))
    before = Posting.objects.count()
    lived()
    assert Posting.objects.count() == before
