"""What one batch does: outcomes, balances, lots; both ways of posting."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from tests.make import programs as make

from vinculo.programs.records.ledger import members, services, verify
from vinculo.programs.records.models import Account, Lot, Posting, Transfer

pytestmark = pytest.mark.usefixtures("records")


def test_a_batch_is_decided_in_order_of_arrival() -> None:
    club = make.program()
    wallet = make.wallet(make.unit(club))
    posts = [make.post(wallet, "award", 100), make.post(wallet, "spend", 130), make.post(wallet, "award", 50)]

    outcomes = make.posted(club, *posts, make.post(wallet, "spend", 130))
    again = make.posted(club, *posts)

    assert [each.refused for each in outcomes] == ["", "points.insufficient", "", ""]
    assert [each.balance for each in outcomes] == [100, 100, 150, 20]
    assert [(each.posting_id, each.refused, each.balance) for each in again] == [
        (each.posting_id, each.refused, each.balance) for each in outcomes[:3]
    ]
    assert all(each.replayed for each in again)
    assert Posting.objects.count() == 4
    assert Transfer.objects.count() == 3
    assert Account.objects.get(pk=wallet).balance == 20
    assert list(Lot.objects.order_by("id").values_list("remaining", flat=True)) == [0, 20]


@pytest.mark.parametrize("alone", [False, True])
def test_an_award_is_spent_and_returned(alone: bool) -> None:
    club = make.program()
    unit = make.unit(club, return_policy="floor", floor=-50)
    wallet = make.wallet(unit)

    def act(*arguments: Any, **fields: Any) -> Any:
        post = make.post(wallet, *arguments, **fields)
        if alone:
            return services.points_post_one(program_id=club.pk, post=post, now=make.NOW)
        return make.posted(club, post)[0]

    award = act("award", 100)
    spend = act("spend", 80)
    returned = act("reverse", 90, refers_to=award.posting_id)
    more = act("reverse", 20, refers_to=award.posting_id)
    back = act("reverse", 0, refers_to=spend.posting_id)

    assert (returned.amount, returned.balance) == (70, -50)
    assert more.refused == "points.exceeds"
    assert (back.amount, back.balance) == (80, 30)
    assert Lot.objects.get().remaining == 30


def test_what_is_written_is_read_letter_by_letter() -> None:
    club = make.program()
    wallet = make.wallet(make.unit(club))
    texts = [
        "plain",
        "None",
        "\\N",
        r"back\slash",
        'a "quoted" one',
        "%s 100 %",
        "one\ttwo\nthree\rfour\x1ffive",
        "{a,b}",
        "ñ€😀",
    ]
    posts = [
        make.post(wallet, "award", number + 1, event=text, reference=text, author=text, details={"said": text})
        for number, text in enumerate(texts)
    ]

    first = make.posted(club, *posts[:5], *posts[5:])
    one_by_one = [make.posted(club, post)[0] for post in posts]
    other_key = make.posted(club, posts[2]._replace(event="N"))[0]

    assert [each.balance for each in first] == [1, 3, 6, 10, 15, 21, 28, 36, 45]
    assert one_by_one == [each._replace(replayed=True) for each in first]
    assert not other_key.replayed
    rows = Posting.objects.filter(pk__in=[each.posting_id for each in first]).order_by("pk")
    assert list(rows.values_list("event", "reference", "author", "details__said")) == [(text,) * 4 for text in texts]


def test_numbers_moments_and_days_are_read_as_they_were_asked() -> None:
    club = make.program()
    wallet = make.wallet(make.unit(club))
    asked: list[dict[str, Any]] = [
        {"happened_at": datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), "expires_on": date(1999, 12, 31)},
        {"happened_at": datetime(2026, 3, 1, 8, tzinfo=timezone(timedelta(hours=5))), "rule_id": 2**62},
        {"happened_at": datetime(2026, 3, 1, tzinfo=UTC), "rule_id": 1, "rule_version": 2**31 - 1},
    ]
    amounts = [1, 10**12, 7]
    posts = [
        make.post(wallet, "award", amount, **fields, details={"place": place} if place else {})
        for place, (amount, fields) in enumerate(zip(amounts, asked, strict=True))
    ]

    outcomes = make.posted(club, *posts)

    assert [each.refused for each in outcomes] == ["", "", ""]
    names = ("happened_at", "rule_id", "rule_version")
    rows = list(Posting.objects.order_by("pk").values_list(*names, "amount", "details"))
    details = [None, {"place": 1}, {"place": 2}]
    assert rows == [
        (*map(fields.get, names), amount, said) for fields, amount, said in zip(asked, amounts, details, strict=True)
    ]
    lots = list(Lot.objects.order_by("pk").values_list("earned_at", "expires_on"))
    assert lots[0] == (asked[0]["happened_at"], date(1999, 12, 31))
    assert [earned for earned, _last in lots[1:]] == [each["happened_at"] for each in asked[1:]]


def test_a_batch_that_was_posted_before_leaves_every_balance() -> None:
    club = make.program()
    wallets = [make.wallet(make.unit(club)), make.wallet(club.units.get())]
    posts = [make.post(wallet, "award", 10 * (place + 1)) for place, wallet in enumerate(wallets)]
    make.posted(club, *posts)

    again = make.posted(club, *posts)
    mixed = make.posted(club, posts[0], make.post(wallets[0], "award", 5), make.post(wallets[1], "spend", 500))

    assert [each.replayed for each in (*again, *mixed)] == [True, True, True, False, False]
    assert mixed[2].refused == "points.insufficient"
    assert [Account.objects.get(pk=wallet).balance for wallet in wallets] == [15, 20]
    assert verify.verify(club.pk) == []


@pytest.mark.parametrize("alone", [False, True])
def test_who_is_blocked_or_has_left_is_told_at_once(alone: bool) -> None:
    club = make.program()
    unit = make.unit(club)
    member = make.member(club)
    wallet = make.wallet(unit, member)

    def act(kind: str) -> str:
        post = make.post(wallet, kind, 10)
        if alone:
            return str(services.points_post_one(program_id=club.pk, post=post, now=make.NOW).refused)
        return str(make.posted(club, post)[0].refused)

    free = [act("award"), act("spend")]
    members.member_block(member_id=member.pk, blocked=True)
    blocked = [act("award"), act("spend")]
    members.member_block(member_id=member.pk, blocked=False)
    freed = act("spend")
    members.member_leave(member_id=member.pk, on=make.NOW.date(), now=make.NOW)
    left = [act("award"), act("spend")]

    assert free == ["", ""]
    assert blocked == ["", "wallet.blocked"]
    assert freed == ""
    assert left == ["wallet.closed", "wallet.closed"]
    make.wallet(make.unit(club, "other"), member)
    assert verify.verify(club.pk) == []


@pytest.mark.parametrize("alone", [False, True])
def test_the_day_is_that_of_the_zone_of_the_programme(alone: bool) -> None:
    club = make.program(zone="Pacific/Auckland")
    wallet = make.wallet(make.unit(club, expiry="age", expiry_months=1))
    evening = datetime(2026, 3, 1, 20, tzinfo=UTC)

    def earned() -> date | None:
        post = make.post(wallet, "award", happened_at=evening)
        if alone:
            number = services.points_post_one(program_id=club.pk, post=post, now=make.NOW).posting_id
        else:
            number = make.posted(club, post)[0].posting_id
        return Lot.objects.get(pk=number).expires_on

    there = earned()
    club.zone = "America/Lima"
    club.save()

    assert (there, earned()) == (date(2026, 4, 2), date(2026, 4, 1))
    assert verify.verify(club.pk) == []
