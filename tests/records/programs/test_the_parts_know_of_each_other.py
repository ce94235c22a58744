"""The parts know of each other: levels and segments in earning and in prices, rewards that pay, orders that raise."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from tests.make import club as shop
from tests.make import imports, rewards, served, store
from tests.make import members as standing

from vinculo.identify.records.models import SourceRecord
from vinculo.programs.records import standings
from vinculo.programs.records.earning import happenings
from vinculo.programs.records.levels import listening
from vinculo.programs.records.models import LevelSet, LevelStanding, Member, PointsPaid, Program, Unit
from vinculo.programs.records.rewards import catalogue, paying, redemptions, resolving, selectors
from vinculo.programs.records.rewards.paying import Payment
from vinculo.programs.records.rewards.redemptions import Wish
from vinculo.programs.records.rewards.resolving import Return
from vinculo.programs.records.rewards.selectors import Seer
from vinculo.programs.rewards.offers import Price, Standing


@pytest.fixture
def club(records: store.Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Program:
    # What is announced is followed at the moment it is announced: it is the last day of June 2024.
    monkeypatch.setattr("django.utils.timezone.now", lambda: shop.NOW)
    monkeypatch.setattr(settings, "IMPORTS_FOLDER", tmp_path / "imports")
    return shop.opened()


def by_money(of: Program) -> LevelSet:
    """Open levels by what was bought: 1, 5 and 15 euros."""
    return standing.level_set(of, basis="spend")


def rank(of: Member) -> int:
    """Return the rank of a member."""
    return LevelStanding.objects.get(member=of).rank


def test_orders_raise_levels_at_once_and_levels_open_rules(club: Program) -> None:
    by_money(club)
    ana, member = shop.joined(club)
    shop.rule(club, "gold", condition="level = gold", amount="fixed", factor="50")

    shop.bought(ana, "A1", shop.line(4_00), days_ago=2)
    first = rank(member)
    second = shop.bought(ana, "A2", shop.line(4_00), days_ago=1)
    gold = (rank(member), shop.balance(member))
    shop.bought(ana, "A3", shop.line(1_00))
    earned = shop.balance(member)
    shop.bought(ana, "R1", shop.back(second))

    assert (first, gold) == (1, (2, 0))
    # The second order made her gold: the third one earns. A purchase that came back leaves no trace.
    assert earned == 50
    assert rank(member) == 2
    shop.bought(ana, "R2", shop.back(shop.bought(ana, "A4", shop.line(11_00))))
    assert rank(member) == 2


def test_a_file_raises_levels_and_its_undo_lowers_them(club: Program) -> None:
    by_money(club)
    _ana, member = shop.joined(club)
    number = served.Identifier.objects.get(customer=member.customer, kind="source_key").value

    brought = imports.bring(
        imports.HEADER + f"F1;{number};01/06/2024;T1;Taza;Mesa;Lugo;España;1;20,00\n", source=served.source().code
    )
    listening.import_decide(import_id=brought.pk, now=shop.NOW)
    after = rank(member)
    imports.take_back(brought)
    listening.recount(now=shop.NOW)

    assert (after, rank(member)) == (3, 0)


def test_segments_of_the_published_run_open_rules_and_prices_at_every_door(club: Program) -> None:
    by_money(club)
    ana, member = shop.joined(club)
    luis, other = shop.joined(club, "Luis")
    shop.rule(club, "asleep", condition="segment = asleep", amount="fixed", factor="500")
    mug = rewards.Club(club, Unit.objects.get(program=club, code="points")).reward()
    for price in (Price(200, segment="asleep"), Price(150, level="silver")):
        catalogue.price_set(reward_id=mug.pk, price=price)
    assert standings.standing_of(member_id=member.pk) == Standing()

    served.published([{"customer_id": ana.pk, "rfmt_segment": "asleep"}, {"customer_id": luis.pk}])
    for number, buyer in enumerate((ana, luis)):
        shop.bought(buyer, f"A{number}", shop.line(6_00))

    assert [shop.balance(each) for each in (member, other)] == [500, 0]
    found = standings.standings_of(member_ids=[member.pk, other.pk])
    assert found[member.pk] == Standing(frozenset({"silver", "gold"}), frozenset({"asleep"}))
    assert found[other.pk].segments == frozenset({"champions"})
    LevelStanding.objects.filter(member=member).update(rank=0)
    (seen,) = selectors.offer_list(program_id=club.pk, seer=Seer(member_id=member.pk), now=shop.NOW)
    wish = Wish(club.pk, mug.code, member.pk, "test", "1")
    assert (seen.points, redemptions.redemption_reserve(wish, now=shop.NOW).points) == (200, 200)


def test_what_rewards_pay_of_an_order_earns_nothing(club: Program) -> None:
    ana, member = shop.joined(club)
    shop.rule(club, "spend", base="net_of_points")
    unit = Unit.objects.get(program=club, code="points")
    rewards.Club(club, unit).reward("five", kind="money_off", amount_minor=5_00, points=30)
    shop.bought(ana, "A1", shop.line(100_00))
    wish = Wish(club.pk, "five", member.pk, "test", "1", quantity=2)
    made = redemptions.redemption_reserve(wish, now=shop.NOW)

    payment = Payment(made.redemption_id, served.source().code, "A2")
    early = paying.redemption_pay(payment, now=shop.NOW)
    resolving.redemption_confirm(redemption_id=made.redemption_id, now=shop.NOW)
    paid = paying.redemption_pay(payment, now=shop.NOW)
    before = shop.balance(member)
    shop.bought(ana, "A2", shop.line(50_00))
    earned = shop.balance(member) - before
    other = paying.redemption_pay(Payment(made.redemption_id, served.source().code, "A1"), now=shop.NOW)
    again = paying.redemption_pay(payment, now=shop.NOW)
    back = resolving.redemption_return(Return(made.redemption_id, "1", 1), now=shop.NOW)

    assert (early.refused, paid.refused, other.refused) == ("redemption.reserved", "", "redemption.conflict")
    assert again.replayed
    assert earned == 40
    # One of the two came back: of the order five euros were paid with points, not ten.
    assert (shop.balance(member) - before, PointsPaid.objects.get().paid_minor) == (earned + back.points + 5, 5_00)


def test_birthdays_are_those_a_source_tells_unless_the_member_told(club: Program) -> None:
    people = [shop.joined(club, name) for name in ("Ana", "Luis", "Eva")]
    shop.rule(club, "birthday", trigger="birthday", amount="fixed", factor="100", grant_class="birthday")
    for customer, _member in people:
        key = served.Identifier.objects.get(customer=customer, kind="source_key").value
        for version, born in ((1, "1980-01-01"), (2, "1980-02-29")):
            SourceRecord.objects.create(
                source=served.source(), kind="customers", source_key=key, version=version, recorded_at=shop.NOW,
                payload={"clean": {"birth_on": born}},
            )  # fmt: skip
    happenings.birthday_tell(member_id=people[1][1].pk, month=3, day=1)
    served.customer("Nobody", number="X")

    on = shop.NOW.date().replace(year=2025, month=2, day=28)
    happenings.birthdays_award(program_id=club.pk, on=on, now=shop.NOW)
    first = [shop.balance(member) for _customer, member in people]
    happenings.birthdays_award(program_id=club.pk, on=on + timedelta(days=1), now=shop.NOW)

    assert first == [100, 0, 100]
    assert [shop.balance(member) for _customer, member in people] == [100, 100, 100]
