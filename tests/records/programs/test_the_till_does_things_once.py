"""What an assistant does at the till is done once, can be undone, and stays within what she may give."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from tests.make import finance as books
from tests.make import programs, served, store
from tests.make.club import balance, bought, joined, line, rule
from tests.make.rewards import AT_ONCE, together

from vinculo.foundation import actor
from vinculo.programs.records.earning.receipts import SOURCE
from vinculo.programs.records.finance import control, owing
from vinculo.programs.records.ledger import services, verify
from vinculo.programs.records.models import (
    HandGrant,
    Member,
    PointsPaid,
    Posting,
    Program,
    TillAction,
    TillPurchase,
)
from vinculo.programs.records.rewards import catalogue
from vinculo.programs.records.rewards.catalogue import RewardDraft
from vinculo.programs.records.till import byhand, finding, paying, purchases, redeeming, standing, undoing
from vinculo.programs.records.till.actions import RefusedError
from vinculo.programs.till import refusals

NOW = served.NOW
AUTHORS = ("eva", "leo", "pia")


@pytest.fixture
def club(records: store.Database) -> Iterator[Program]:
    made = running()
    with actor.acting("eva"):
        yield made


def running() -> Program:
    made = programs.program(started_on=date(2024, 1, 1), zone="Europe/Madrid")
    programs.unit(made)
    programs.unit(made, "status", spendable=False, qualifying=True)
    rule(made, "spend")
    rule(made, "standing", unit="status")
    return made


def booked(member: Member, amount: int, number: str, key: str = "") -> TillAction:
    made: TillAction = purchases.book(member, amount_minor=amount, number=number, key=key or f"k{number}", now=NOW)
    return made


def returned(member: Member, number: str, back: int = 0, key: str = "r") -> TillAction:
    made: TillAction = purchases.give_back(member, number=number, back_minor=back, key=key, now=NOW)
    return made


def undone(of: Program, action: TillAction, key: str) -> TillAction:
    made: TillAction = undoing.undo(program_id=of.pk, action_id=action.pk, key=key, now=NOW)
    return made


def test_a_receipt_earns_what_was_shown_once_and_gives_it_back_in_parts(club: Program) -> None:
    ana, member = joined(club)

    shown = purchases.would_earn(member, amount_minor=25_50, now=NOW)
    first = booked(member, 25_50, "T-1", "k")
    again = booked(member, 25_50, "T-1", "k")
    twice = booked(member, 25_50, "T-1", "other")
    bought(ana, "WEB-1", line(10_00))
    web = booked(member, 10_00, "WEB-1")
    steps = [balance(member)]
    for key, back in (("r1", 5_50), ("r1", 5_50), ("r2", 99_00), ("r3", 0)):
        returned(member, "T-1", back, key)
        steps.append(balance(member))

    assert (shown.points, first.points, first.balance) == ({"points": 25, "status": 25}, 25, 25)
    assert (again.pk, twice.refused, web.refused) == (first.pk, "purchase.booked", "purchase.elsewhere")
    # 25 and 10 points; of 5.50 out of 25.50 a fifth goes back, rounded down; all of them in the end.
    assert steps == [35, 30, 30, 30, 10]
    assert returned(member, "WEB-1", key="r4").refused == "return.elsewhere"
    assert TillAction.objects.get(key="r2").refused == "return.amount"
    assert balance(member, "status") == 10


def test_only_the_last_of_ones_own_is_undone_by_postings_of_its_own(club: Program) -> None:
    _ana, member = joined(club)
    first, second = booked(member, 10_00, "T-1"), booked(member, 20_00, "T-2")
    back = returned(member, "T-2", 10_00)

    early = undone(club, first, "u0")
    steps = [balance(member)]
    for number, action in enumerate((back, second, first)):
        undone(club, action, f"u{number + 1}")
        undone(club, action, f"u{number + 1}")
        steps.append(balance(member))
    with actor.acting("luis"):
        others = undone(club, booked_by("eva", member), "u9")
    late = undoing.undo(
        program_id=club.pk, action_id=booked(member, 5_00, "T-4").pk, key="u10", now=NOW + timedelta(hours=13)
    )

    assert early.refused == "undo.later"
    assert steps == [20, 30, 10, 0]
    assert (others.refused, late.refused) == ("undo.over", "undo.over")
    # The number is free again, and what was undone is in the journal with what undid it.
    assert booked(member, 12_00, "T-1", "new").refused == ""
    assert Posting.objects.filter(kind="reverse", outcome="").count() >= 3
    assert not TillPurchase.objects.filter(number="T-2").exists()


def booked_by(author: str, member: Member) -> TillAction:
    with actor.acting(author):
        return booked(member, 10_00, "T-3")


def test_a_limit_of_points_by_hand_holds_and_above_it_somebody_else_agrees(club: Program) -> None:
    _ana, member = joined(club)
    byhand.limit_set(program_id=club.pk, day_points=500)

    def given(points: int, key: str, reason: str = "cold coffee") -> Any:
        return byhand.give(member, points=points, grant_class="recovery", reason=reason, key=key, now=NOW)

    first = given(300, "h1")
    over = given(201, "h2")
    undone(club, over, "u1")
    waits = given(400, "h3")
    wrong = [given(0, "h4").refused, given(5, "h5", " ").refused]
    grant = byhand.waiting(club.pk).get()
    with pytest.raises(refusals.RefusalError):
        byhand.decide(grant_id=grant.pk, agreed=True, now=NOW)
    with actor.acting("luis"):
        byhand.decide(grant_id=grant.pk, agreed=True, now=NOW)
    rest = given(200, "h6")

    assert (first.points, over.details["waits"], waits.details["waits"]) == (300, True, True)
    assert wrong == ["hand.amount", "hand.reason"]
    # What two people gave is nobody's own: the rest of the limit is there still, and not a point more.
    assert (rest.points, balance(member)) == (200, 900)
    assert given(1, "h7").details["waits"]
    assert set(HandGrant.objects.filter(decided_by="luis").values_list("author", "state")) == {("eva", "given")}
    assert Posting.objects.get(event=f"grant:{grant.pk}").author == "eva"


def test_what_was_undone_but_spent_before_counts_in_the_limit(club: Program) -> None:
    _ana, member = joined(club)
    byhand.limit_set(program_id=club.pk, day_points=100)
    action = byhand.give(member, points=100, grant_class="recovery", reason="late", key="h1", now=NOW)
    programs.posted(club, programs.post(wallet_of(club, member), "spend", 80, happened_at=NOW, reward_class="product"))

    undone(club, action, "u1")
    again = byhand.give(member, points=100, grant_class="recovery", reason="late", key="h2", now=NOW)
    little = byhand.give(member, points=20, grant_class="recovery", reason="late", key="h3", now=NOW)

    assert balance(member) == 20
    assert (again.details["waits"], little.details["waits"]) == (True, False)


def test_sixteen_at_once_never_give_more_than_the_limit(own_records: store.Database) -> None:
    club = running()
    members = [joined(club, name)[1] for name in ("Ana", "Luis", "Eva")]
    byhand.limit_set(program_id=club.pk, day_points=500)

    def give(number: int, author: str, key: str = "") -> TillAction:
        work = partial(
            byhand.give, members[number % 3], points=30 + number, grant_class="recovery", reason="late", now=NOW,
            key=key or f"{author}{number}", takes=number % 7 == 3,
        )  # fmt: skip
        with actor.acting(author):
            made: TillAction = services.retried(work)
        return made

    def everything(number: int) -> None:
        first = give(number, "eva")
        assert give(number, "eva").pk == first.pk
        assert give(5, "pia", "one page").details == {"waits": False, "asked": 35}
        if number % 4 == 0:
            # What is taken back makes room again, while others are giving.
            with actor.acting("eva"), suppress(RefusedError):
                undoing.undo(program_id=club.pk, action_id=first.pk, key=f"u{number}", now=NOW)
        give(number + AT_ONCE, "eva")
        give(number, "leo")

    programs.posted(club, *(programs.post(wallet_of(club, each), amount=10_000) for each in members))
    together(everything)

    alone = HandGrant.objects.filter(state="given", decided_by="")
    sums = {name: sum(each.points - each.taken_back for each in alone.filter(author=name)) for name in AUTHORS}
    assert sums["pia"] == 35
    # Nobody gave more than the limit alone, and as much of it as fits was given.
    assert all(500 - 30 - 2 * AT_ONCE < sums[name] <= 500 for name in ("eva", "leo")), sums
    assert byhand.waiting(club.pk).count() > 0
    assert not HandGrant.objects.filter(state="waiting").exclude(posting_id=None).exists()
    grants = [each for each in HandGrant.objects.exclude(posting_id=None) if each.member_id]
    net = sum((each.points - each.taken_back) * (-1 if each.takes else 1) for each in grants)
    assert sum(balance(each) for each in members) == 30_000 + net
    assert verify.verify(club.pk) == []


def wallet_of(club: Program, member: Member) -> int:
    unit = standing.unit_of(club.pk)
    assert unit is not None
    return programs.wallet(unit, member)


def test_a_reward_is_redeemed_once_and_given_back(club: Program) -> None:
    _ana, member = joined(club)
    booked(member, 1_000_00, "T-1")
    draft = RewardDraft("money_off", "5 € off", "5 € menos", points=400, amount_minor=500)
    catalogue.reward_offer(reward_id=catalogue.reward_create(program_id=club.pk, code="five", draft=draft, now=NOW).pk)

    def redeemed(key: str, quantity: int = 1) -> Any:
        return redeeming.redeem(member, reward="five", quantity=quantity, key=key, now=NOW)

    first, again, too_many = redeemed("a"), redeemed("a"), redeemed("b", 2)
    offers = standing.offers(member, balance=600, now=NOW)
    back = undone(club, first, "u")

    assert (first.points, first.balance, again.pk) == (-400, 600, first.pk)
    assert too_many.refused == "points.insufficient"
    assert [(each.reward.code, each.points, each.missing) for each in offers] == [("five", 400, 0)]
    assert (back.points, balance(member)) == (400, 1000)


def test_what_rewards_pay_of_a_receipt_earns_nothing_and_is_no_price(club: Program) -> None:
    _ana, member = joined(club)
    rule(club, "spend", base="net_of_points")
    for unit in club.units.all():
        books.worth(unit, date(2024, 1, 1), cost=500 if unit.spendable else 0, value=1_000 if unit.spendable else 0)
    booked(member, 500_00, "T-0")
    for code, kind in (("five", {"amount_minor": 5_00}), ("tenth", {"percentage_bp": 10_00})):
        draft = RewardDraft(
            "money_off" if code == "five" else "percentage", code, code, points=20, **kind, taken="at_use"
        )
        made = catalogue.reward_create(program_id=club.pk, code=code, draft=draft, now=NOW)
        catalogue.reward_offer(reward_id=made.pk)

    def redeemed(reward: str, key: str, receipt: str = "") -> TillAction:
        made: TillAction = redeeming.redeem(member, reward=reward, quantity=1, receipt=receipt, key=key, now=NOW)
        return made

    def paid(number: str) -> tuple[int, int, int]:
        """Return what rewards paid of a receipt, the price it stands for, and the points it holds."""
        before = PointsPaid.objects.filter(source=SOURCE, number=number).values_list("paid_minor", flat=True).first()
        told = Posting.objects.filter(reference=number, outcome="", account__unit__code="points")
        price = sum(each.details.get("price_minor", 0) * (1 if each.kind == "award" else -1) for each in told)
        return before or 0, price, purchases.held(TillPurchase.objects.get(number=number))

    used = [redeemed("five", "a"), redeemed("tenth", "b")]
    waiting = paying.open_of(member, now=NOW)
    shown = purchases.would_earn(member, amount_minor=40_00, paid_minor=9_00, now=NOW)
    sold = purchases.book(
        member, amount_minor=40_00, number="T-1", pays=[each.pk for each in waiting], key="c", now=NOW
    )
    steps = [paid("T-1")]
    twice = purchases.book(member, amount_minor=9_00, number="T-2", pays=[waiting[0].pk], key="d", now=NOW)
    late = redeemed("five", "e", "T-1")
    steps.append(paid("T-1"))
    undone(club, late, "u1")
    steps.append(paid("T-1"))
    returned(member, "T-1", 20_00)
    steps.append(paid("T-1"))

    assert (shown.points["points"], sold.details["paid"], twice.refused) == (31, 9_00, "pay.used")
    assert [each.subject_id for each in used] == [each.pk for each in waiting]
    assert (late.details["receipt"], redeemed("five", "f", "T-9").refused) == ("T-1", "purchase.unknown")
    # 40 less 5 and a tenth; 5 more that are taken back again; then half of the goods.
    assert steps == [(9_00, 31_00, 31), (14_00, 26_00, 26), (9_00, 31_00, 31), (9_00, 15_50, 16)]
    # A receipt that never was lets its rewards pay for another one.
    undone(club, TillAction.objects.get(key="r"), "u2")
    undone(club, sold, "u3")
    again = purchases.book(member, amount_minor=4_00, number="T-3", pays=[waiting[0].pk], key="g", now=NOW)
    assert (again.details["paid"], paid("T-3"), PointsPaid.objects.count()) == (4_00, (4_00, 0, 0), 1)
    owed = owing.liability(program_id=club.pk, until=date(2100, 1, 1))
    assert [each.unpriced for each in owed] == [0, 0]
    assert sum(each.pool.price_minor for each in owed[0].pools) == 500_00
    assert control.control_totals(program_id=club.pk).clean


def test_members_are_found_by_card_phone_email_and_name(club: Program) -> None:
    _ana, member = joined(club, "Ana Ruiz")
    served.customer("Ana Luz", number="C99", country="Spain")

    def names(text: str) -> list[str]:
        return [each.name for each in finding.find(program_id=club.pk, text=text).people]

    assert names(member.number) == names("ana") == names("RUI") == ["Ana Ruiz"]
    assert names("a") == names("zzz") == []


def test_every_refusal_of_the_till_is_said_in_words() -> None:
    assert all(str(refusals.sentence(code)).endswith(".") for code in refusals.SENTENCES)
    assert str(refusals.sentence("wallet.blocked")) == "The member is blocked."
