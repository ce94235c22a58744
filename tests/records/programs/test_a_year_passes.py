"""A year of the ledger in seconds: the clock is given, time does what it does to points."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings, strategies
from tests.make import programs as make
from tests.make import store

from vinculo.programs.ledger import expiry
from vinculo.programs.ledger.expiry import Policy
from vinculo.programs.records.ledger import members, pools, selectors, services, statements, sweeps, verify, wallets
from vinculo.programs.records.models import Account, Member, Posting, Program

pytestmark = pytest.mark.usefixtures("records")


def at(month: int, day: int, hour: int = 12, year: int = 2027) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def act(club: Program, moment: datetime, *post: Any, **fields: Any) -> Any:
    made = make.post(*post, happened_at=moment, **fields)
    return services.points_post(program_id=club.pk, posts=[made], now=moment)[0]


def night(club: Program, day: date) -> int:
    moment = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    sweeps.release(club.pk, moment)
    return sweeps.expire(club.pk, day, moment)


def test_every_night_of_a_year() -> None:
    club = make.program(zone="Europe/Madrid")
    unit = make.unit(club, expiry="age", expiry_months=1, expiry_rounding="day", grace_days=2)
    wallet = make.wallet(unit)
    # A leap day before it, the last day of a month, and half an hour that is another day in Madrid.
    act(club, at(2, 29, year=2028), wallet, "award", 10)
    act(club, at(1, 31), wallet, "award", 100)
    act(club, datetime(2027, 3, 31, 22, 30, tzinfo=UTC), wallet, "award", 1000)
    waiting = act(club, at(4, 1), wallet, "award", 7, pending_until=at(4, 15))
    never = act(club, at(4, 1), wallet, "award", 5, pending_event="delivered 9", pending_until=at(5, 1))
    act(club, at(4, 1), wallet, "reserve", 40, pending_until=at(4, 3))
    lost: dict[date, int] = {}

    day = date(2027, 1, 1)
    while day < date(2028, 4, 10):
        if amount := night(club, day):
            lost[day] = amount
        day += timedelta(days=1)

    # 31 January and a month is 28 February, and two days of grace. What was set aside until 3 April has the same day,
    # and goes when it comes back. Then 1 April in Madrid, with what was released; and 29 February and a month.
    assert lost == {date(2027, 3, 3): 60, date(2027, 4, 4): 40, date(2027, 5, 4): 1007, date(2028, 4, 1): 10}
    of = [waiting.posting_id, never.posting_id]
    kinds = dict(Posting.objects.filter(refers_to__in=of).values_list("refers_to", "kind"))
    assert kinds == {waiting.posting_id: "release", never.posting_id: "timeout"}
    assert selectors.balance_of(wallet) == 0
    assert verify.verify(club.pk) == []


def test_a_return_after_expiry_costs_nothing() -> None:
    club = make.program()
    wallet = make.wallet(make.unit(club, return_policy="floor", floor=-500))
    award = act(club, at(1, 10), wallet, "award", 100, expires_on=date(2027, 2, 10))
    night(club, date(2027, 2, 11))

    back = act(club, at(3, 1), wallet, "reverse", 100, refers_to=award.posting_id)

    assert (back.amount, back.balance) == (100, 0)
    assert verify.verify(club.pk) == []


def test_a_return_after_redemption_follows_the_policy() -> None:
    club = make.program()
    rest = {}
    for policy, floor in (("pending", 0), ("balance", 0), ("floor", -500)):
        wallet = make.wallet(make.unit(club, policy, return_policy=policy, floor=floor))
        award = act(club, at(1, 10), wallet, "award", 100)
        act(club, at(1, 11), wallet, "spend", 70)
        back = act(club, at(1, 12), wallet, "reverse", 0, refers_to=award.posting_id)
        rest[policy] = (back.refused, back.amount, back.balance)

    assert rest == {
        "pending": ("points.nothing_left", 0, 30),
        "balance": ("", 30, 0),
        "floor": ("", 100, -70),
    }
    assert verify.verify(club.pk) == []


def test_a_redemption_taken_back_has_its_old_last_day() -> None:
    club = make.program()
    wallet = make.wallet(make.unit(club))
    act(club, at(1, 1), wallet, "award", 50, expires_on=date(2027, 6, 30))
    act(club, at(1, 1), wallet, "award", 50, expires_on=date(2027, 3, 31))
    spend = act(club, at(1, 2), wallet, "spend", 70)

    act(club, at(1, 3), wallet, "reverse", 40, refers_to=spend.posting_id)
    twice = act(club, at(1, 3), wallet, "reverse", 40, refers_to=spend.posting_id)
    rest = act(club, at(1, 3), wallet, "reverse", 0, refers_to=spend.posting_id)

    assert twice.refused == "points.exceeds"
    assert rest.amount == 30
    assert make.losses(wallet) == [(date(2027, 3, 31), 50), (date(2027, 6, 30), 50)]


def test_what_several_wallets_lose_is_told_at_once_and_apart() -> None:
    club = make.program()
    dated = make.wallet(make.unit(club, expiry="age", expiry_months=12))
    idle = make.wallet(make.unit(club, "idle", expiry="inactivity", expiry_months=6))
    empty = make.wallet(make.unit(club, "none", expiry="none"))
    act(club, at(1, 31), dated, "award", 100)
    act(club, at(1, 31), idle, "award", 40)
    act(club, at(1, 31), idle, "award", 2, expires_on=date(2027, 3, 1))
    act(club, at(1, 31), empty, "award", 7)
    wallets = list(Account.objects.select_related("unit").filter(pk__in=[dated, idle, empty]))

    with CaptureQueriesContext(connection) as asked:
        found = selectors.expiring_of(wallets)

    told = {wallet: [(each.on, each.amount) for each in days] for wallet, days in found.items()}
    assert told == {
        dated: [(date(2028, 1, 31), 100)],
        idle: [(date(2027, 3, 1), 2), (date(2027, 7, 31), 40)],
        empty: [],
    }
    assert len(asked) == 1


def test_inactivity_loses_points_and_activity_keeps_them() -> None:
    club = make.program()
    unit = make.unit(club, expiry="inactivity", expiry_months=6)
    idle, active = make.wallet(unit), make.wallet(unit)
    for wallet in (idle, active):
        act(club, at(1, 31), wallet, "award", 100)
    act(club, at(5, 1), active, "spend", 1)

    # Half a year after 31 January is 31 July.
    lost = [night(club, date(2027, 7, 31)), night(club, date(2027, 8, 1)), night(club, date(2027, 8, 1))]

    assert lost == [0, 100, 0]
    assert (selectors.balance_of(idle), selectors.balance_of(active)) == (0, 99)
    assert make.losses(active) == [(date(2027, 11, 1), 99)]
    assert verify.verify(club.pk) == []


@given(
    expires=strategies.sampled_from(["none", "age", "calendar", "inactivity"]),
    months=strategies.integers(0, 40),
    rounding=strategies.sampled_from(["day", "month", "quarter", "year"]),
    day=strategies.sampled_from(["02-29", "12-31", "06-30", "01-01"]),
    earned=strategies.dates(date(2020, 1, 1), date(2032, 12, 31)),
)
@settings(max_examples=200, deadline=None)
def test_the_database_knows_the_same_last_day(expires: str, months: int, rounding: str, day: str, earned: date) -> None:
    with statements.cursor() as cursor:
        told = cursor.execute("SELECT programs_last_day(%s, %s, %s, %s, %s)", [expires, months, rounding, day, earned])
        found = told.fetchone()

    assert found == (expiry.last_day(Policy(expires, months, rounding, day), earned),)


def test_a_household_shares_points_by_its_terms(records: store.Database) -> None:
    club = make.program()
    unit = make.unit(club)
    home = members.member_join(program_id=club.pk, customer_id=None, on=date(2027, 1, 1), kind="pool")
    ana, leo = (members.member_join(program_id=club.pk, customer_id=None, on=date(2027, 1, 1)) for _each in range(2))
    pools.pool_open(pool=home, contribution_percent=80, monthly_cap=50, leaving="return")
    own = wallets.wallet_open(member_id=ana.pk, unit_id=unit.pk, now=at(1, 1))
    act(club, at(1, 2), own, "award", 100, expires_on=date(2027, 9, 30))
    for each in (ana, leo):
        pools.pool_enter(member_id=each.pk, pool_id=home.pk, now=at(1, 3))
    shared = wallets.wallet_open(member_id=leo.pk, unit_id=unit.pk, now=at(1, 3))

    parts = pools.shares_of(member_id=ana.pk, unit_id=unit.pk, amount=50, now=at(1, 4))
    spent = [act(club, at(1, 5), shared, "spend", amount, member_id=leo.pk) for amount in (30, 30)]
    next_month = act(club, at(2, 5), shared, "spend", 30, member_id=leo.pk)
    members.member_leave(member_id=ana.pk, on=date(2027, 3, 1), now=at(3, 1))

    assert parts == [(shared, 40), (own, 10)]
    assert [each.refused for each in spent] == ["", "points.cap"]
    assert next_month.refused == ""
    # The same points, with the day they had: what is left of them goes along.
    assert selectors.balance_of(shared) == 0
    assert make.losses(own) == [(date(2027, 9, 30), 40)]
    assert Member.objects.get(pk=ana.pk).state == "left"
    assert act(club, at(3, 2), own, "spend", 1).refused == "wallet.closed"
    assert [each.pk for each in members.member_find(program_id=club.pk, text=leo.number)] == [leo.pk]
    assert Account.objects.filter(kind="wallet", balance__lt=0).count() == 0
    assert verify.verify(club.pk) == []
