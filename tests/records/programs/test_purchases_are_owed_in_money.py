"""What orders earn is owed in money, at the price that was paid for them, and nothing is owed when they came back."""

from datetime import date

import pytest
from tests.make import club as shop
from tests.make import finance as books
from tests.make import programs, rewards, store

from vinculo.identify.records.models import OrderLine
from vinculo.programs.finance import entries
from vinculo.programs.records.earning import orders
from vinculo.programs.records.finance import control, journal, owing
from vinculo.programs.records.finance.owing import Liability
from vinculo.programs.records.models import Posting, Program
from vinculo.programs.records.rewards import redemptions, resolving
from vinculo.programs.records.rewards.redemptions import Wish
from vinculo.programs.records.rewards.resolving import Return

AFTER_ALL = date(2100, 1, 1)


@pytest.fixture
def club(records: store.Database) -> Program:
    made = shop.opened(return_policy="floor", floor=-1_000)
    for unit in made.units.all():
        books.worth(unit, date(2024, 1, 1), value=1_000 if unit.spendable else 0)
    return made


def test_revenue_of_partners_rewards_is_gross_as_principal_and_the_commission_as_agent(records: store.Database) -> None:
    """IE267 to IE269 of IFRS 15: 8,676 belong to points, and 4,110 are earned with 4,500 of them; a point costs 0.9."""
    program = programs.program()
    club = rewards.Club(program, programs.unit(program))
    books.worth(club.unit, date(2026, 1, 1))
    books.estimated(club.unit, date(2026, 1, 1), "0.95")
    ana = club.member(0)
    club.award(programs.wallet(club.unit, ana), 10_000, details={"price_minor": 100_000})
    year = {"program_id": program.pk, "since": date(2026, 1, 1), "until": date(2027, 1, 1)}
    taken = []
    for code, agent, pieces in (("air", True, 2), ("hotel", False, 1)):
        said = {"kind": "partner", "partner_code": code, "agent": agent, "points": 1_500, "cost_minor": 1_350}
        club.reward(code, **said, codes="none", taken="at_once")
        wish = Wish(program.pk, code, ana.pk, "test", code, pieces)
        taken.append(redemptions.redemption_reserve(wish, now=programs.NOW))

    def told() -> list[tuple[str, bool, int, int, int, int]]:
        found = journal.partner_list(**year)
        return [(each.partner, each.agent, each.points, each.gross_minor, each.payable_minor, each.revenue_minor)
                for each in found]  # fmt: skip

    partners, booked = told(), journal.journal(**year)
    (passed,) = (each for each in booked if each.entry.line == entries.PASSED_ON)
    traced = journal.postings_of(
        **year, unit_id=club.unit.pk, line=entries.PASSED_ON, grant_class=passed.entry.grant_class
    )
    resolving.redemption_return(Return(taken[0].redemption_id, "1", 1), now=programs.NOW)

    assert partners == [("air", True, 3_000, 2_740, 2_700, 40), ("hotel", False, 1_500, 1_370, 1_350, 1_370)]
    moved = entries.balances([each.entry for each in booked])
    assert moved[entries.CONTRACT] == -4_566
    assert (moved[entries.POINTS], moved[entries.PARTNERS]) == (-(4_110 - 2_700), -2_700)
    assert (passed.points, passed.postings) == (3_000, 1) == (traced[0][2], len(traced))
    assert told() == [("air", True, 1_500, 1_370, 1_350, 20), ("hotel", False, 1_500, 1_370, 1_350, 1_370)]


def owed(club: Program) -> Liability:
    """Return what is owed for the points that are spent."""
    return owing.liability(program_id=club.pk, until=AFTER_ALL)[0]


def price(club: Program) -> int:
    """Return what was paid for all purchases of which points are held."""
    assert [each.unpriced for each in owing.liability(program_id=club.pk, until=AFTER_ALL)] == [0, 0]
    return sum(each.pool.price_minor for each in owed(club).pools)


def test_orders_of_a_shop_are_owed_for_at_their_prices_until_they_come_back(club: Program) -> None:
    ana, _member = shop.joined(club)
    luis, _other = shop.joined(club, "Luis")
    shop.rule(club, "spend")
    shop.rule(club, "toys", trigger="product", subject=["oso"], amount="per_piece", factor="7")
    shop.rule(club, "standing", unit="status")
    shop.rule(club, "gift", amount="fixed", factor="20", grant_class="promotion", condition="order_net >= 100")

    first = shop.bought(ana, "A1", shop.line(100_00, "mesa", 3), shop.line(5_55, "oso"), days_ago=60)
    seen = [price(club)]
    shop.bought(luis, "L1", shop.line(40_00, tax_minor=7_00))
    orders.order_paid(program_id=club.pk, source=first.source.code, number="L2", paid_minor=10_00, now=shop.NOW)
    second = shop.bought(luis, "L2", shop.line(30_00))
    seen.append(price(club))
    before = owed(club)
    third = shop.bought(ana, "A2", shop.line(77_77, "mesa"), shop.line(22_22, "oso", 3), days_ago=1)
    seen.append(price(club))
    shop.bought(ana, "R1", shop.back(third, row=2, pieces=1, of=3))
    seen.append(price(club))
    shop.bought(ana, "R2", shop.back(third, row=1), shop.back(third, row=2, pieces=2, of=3))

    assert seen == [105_55, 105_55 + 33_00 + 20_00, 158_55 + 99_99, 158_55 + 99_99 - 741]
    # I9 in money: bought and brought back is as if it had never been.
    after = owed(club)
    assert (price(club), after.contract_minor, after.accrued_minor) == (
        158_55,
        before.contract_minor,
        before.accrued_minor,
    )
    assert after.contract_minor > 0
    OrderLine.objects.filter(order=second).update(net_minor=50_00, gross_minor=50_00)
    orders.orders_settle(order_ids=[second.pk], now=shop.NOW)
    assert price(club) == 158_55 + 20_00
    OrderLine.objects.filter(order__in=[first, second]).delete()
    orders.orders_settle(order_ids=[first.pk, second.pk], now=shop.NOW)
    assert price(club) == 33_00
    assert control.control_totals(program_id=club.pk).clean
    status = Posting.objects.filter(kind="award", account__unit__code="status")
    assert {each.details["price_minor"] for each in status} == {0}
