"""Redemptions that other systems got wrong, as their users told them, and how they end here.

Each test names the report it follows. Together they are the part of the public suite that is about redeeming.
"""

from datetime import date

import pytest
from tests.make import programs, store
from tests.make import rewards as made
from tests.make.rewards import LATER, NOW, Club

from vinculo.programs.records.models import Lot, Posting
from vinculo.programs.records.rewards import control, redemptions, resolving
from vinculo.programs.records.rewards.resolving import Redeemed, Return


@pytest.fixture
def club(records: store.Database) -> Club:
    found = made.club()
    found.reward("euro", kind="money_off", amount_minor=100, points=1)
    found.reward("pen", points=10, stock=20)
    return found


def bought(club: Club, member: programs.Member, reward: str, quantity: int) -> Redeemed:
    """Pay with points at the till."""
    done = club.reserve(member, reward, quantity=quantity)
    return resolving.redemption_confirm(redemption_id=done.redemption_id, place="till 1", now=NOW)


def refunded(done: Redeemed, key: str, quantity: int = 0) -> Redeemed:
    """Take the purchase, or pieces of it, back."""
    return resolving.redemption_return(Return(done.redemption_id, key, quantity=quantity), now=LATER)


def agree(club: Club) -> bool:
    return control.differences(program_id=club.program.pk) == []


def test_a_refund_does_not_charge_the_points_again(club: Club) -> None:
    """Follow odoo #212922: refunding an order paid with points took them a second time."""
    ana = club.member(points=100)
    done = bought(club, ana, "euro", 40)

    refunded(done, "refund 1")

    assert club.points(ana) == 100


def test_a_refund_of_something_else_leaves_the_points_alone(club: Club) -> None:
    """Follow odoo #221928: refunding the goods and not the reward took the points again."""
    ana = club.member(points=100)
    bought(club, ana, "euro", 40)
    wallet = programs.wallet(club.unit, ana)
    earned = club.award(wallet, 60)

    # The goods come back, with the points they earned; the money off was used and stays so.
    taken = programs.post(wallet, "reverse", amount=60, refers_to=earned)
    (outcome,) = programs.posted(club.program, taken)

    assert (outcome.refused, club.points(ana)) == ("", 60)


def test_after_a_refund_the_next_reward_costs_what_it_costs(club: Club) -> None:
    """Follow odoo #177312: lines of a refund were counted in the purchase after it."""
    ana = club.member(points=10)
    refunded(bought(club, ana, "pen", 1), "refund 1")

    again = bought(club, ana, "pen", 1)

    assert (again.state, again.points, club.points(ana)) == ("confirmed", 10, 0)


def test_fewer_pieces_cost_fewer_points(club: Club) -> None:
    """Follow odoo #242816 and PrestaShop/loyalty #23: two of three pieces went, and three were paid."""
    ana = club.member(points=30)
    done = bought(club, ana, "pen", 3)

    part = refunded(done, "one pen", quantity=1)

    assert (part.points, club.points(ana), agree(club)) == (10, 10, True)


def test_a_return_restores_the_points_that_were_redeemed_with_their_last_day(club: Club) -> None:
    """Follow erpnext #30242: points were wrong after the return of an invoice that redeemed some."""
    ana = club.member(points=0)
    wallet = programs.wallet(club.unit, ana)
    for points, day in ((7, date(2026, 6, 30)), (30, date(2027, 6, 30))):
        club.award(wallet, points, expires_on=day)
    done = bought(club, ana, "pen", 2)

    refunded(done, "return")

    left = Lot.objects.filter(account_id=wallet).order_by("expires_on").values_list("expires_on", "remaining")
    assert list(left) == [(date(2026, 6, 30), 7), (date(2027, 6, 30), 30)]


def test_what_comes_back_is_what_was_said(club: Club) -> None:
    """Follow spree-loyalty-points #8: fewer points were credited on receipt than the return named."""
    ana = club.member(points=100)
    done = bought(club, ana, "pen", 9)

    told = [refunded(done, f"box {number}", quantity=pieces) for number, pieces in enumerate((2, 3, 4))]

    assert ([each.points for each in told], club.points(ana)) == ([20, 30, 40], 100)
    assert refunded(done, "box 9", quantity=1).refused == "redemption.returned"


def test_points_are_checked_and_taken_in_the_same_wallet(club: Club) -> None:
    """Follow erpnext #59050: the total was checked, another kind of points was taken, and they never ran out."""
    ana = club.member(points=106)
    wallet = programs.wallet(club.unit, ana)
    club.award(wallet, 3, source="other documents")

    answers = [bought(club, ana, "euro", 50).refused for _ in range(4)]
    third = club.reserve(ana, "euro", quantity=50)

    assert (third.refused, club.points(ana)) == ("points.insufficient", 9)
    assert [bool(each) for each in answers] == [False, False, True, True]


def test_an_event_that_is_delivered_again_pays_nothing_again(club: Club) -> None:
    """Follow AnthropicBots/compressor #1481: a subscriber without a key in the database paid twice on replay."""
    ana = club.member(points=100)
    wish = club.wish(ana, "pen", source="shop", key="order 17")

    delivered = [redemptions.redemption_reserve(wish, now=NOW) for _ in range(3)]
    for _ in range(3):
        resolving.redemption_confirm(redemption_id=delivered[0].redemption_id, key="order 17", now=NOW)
        refunded(delivered[0], "refund 17", quantity=1)

    assert [each.replayed for each in delivered] == [False, True, True]
    kinds = Posting.objects.filter(source="rewards").order_by("id").values_list("kind", flat=True)
    assert (list(kinds), club.points(ana)) == (["reserve", "confirm", "reverse"], 100)


@pytest.mark.parametrize("first", ["expired", "cancelled"])
def test_points_of_a_payment_that_never_came_go_back_once(club: Club, first: str) -> None:
    """Follow mollie/magento2 #928: they did not come back when the payment expired; put right, they came back twice."""
    ana = club.member(points=100)
    done = club.reserve(ana, "pen", quantity=5)

    def expire() -> None:
        resolving.redemptions_expire(program_id=club.program.pk, now=LATER)

    def cancel() -> None:
        resolving.redemption_cancel(redemption_id=done.redemption_id, now=NOW)

    for act in (expire, cancel, expire) if first == "expired" else (cancel, expire, cancel):
        act()

    assert (club.points(ana), agree(club)) == (100, True)
    assert resolving.redemption_confirm(redemption_id=done.redemption_id, now=NOW).refused == f"redemption.{first}"
