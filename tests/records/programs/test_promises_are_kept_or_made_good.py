"""A promise that is broken is made good without anybody asking, once, whatever the order of the news."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from tests.make import rewards as made
from tests.make import served, store
from tests.make.rewards import NOW, Club

from vinculo.foundation.errors import InputError, SettingsError
from vinculo.identify.records.orders import placing
from vinculo.identify.records.rights import collection, erasure
from vinculo.programs.guarantees.happening import Happening
from vinculo.programs.records import facts
from vinculo.programs.records.guarantees import promises, published, selectors
from vinculo.programs.records.guarantees.promises import Swept
from vinculo.programs.records.guarantees.published import GuaranteeDraft
from vinculo.programs.records.guarantees.selectors import Asked
from vinculo.programs.records.models import Guarantee, Posting, Promise, Redemption, Reward
from vinculo.programs.records.rewards import selectors as rewards
from vinculo.programs.records.rewards import stock, till
from vinculo.programs.records.rewards.till import Presented

HOUR = timedelta(hours=1)
DUE = NOW + 24 * HOUR
OFFICE = {day: [["09:00", "14:00"], ["16:00", "20:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


@pytest.fixture
def club(records: store.Database) -> Club:
    return made.club()


def answer(club: Club, code: str = "answer", **fields: object) -> Guarantee:
    """Promise an answer within 24 hours."""
    values = {
        "name_en": "Answer in a day",
        "name_es": "Respuesta en un día",
        "starts": "case.opened",
        "keeps": "case.answered",
        "measure": "hours",
        "amount": 24,
        "points": 200,
    }
    draft = GuaranteeDraft(**{**values, **fields})  # type: ignore[arg-type]
    found = published.guarantee_create(program_id=club.program.pk, code=code, draft=draft, now=NOW)
    published.guarantee_publish(guarantee_id=found.pk, day=date(2026, 1, 1))
    return found


def tell(club: Club, event: str, at: datetime, customer: int | None = None, **fields: object) -> Promise:
    told = Happening(club.program.pk, event, "case 1", at, customer, **fields)  # type: ignore[arg-type]
    (number,) = promises.event_tell(told, now=at)
    return Promise.objects.get(pk=number)


def test_a_broken_promise_is_made_good_once_without_being_asked_for(club: Club) -> None:
    customer = made.customer()
    ana = club.member(points=100, customer=customer)
    guarantee = answer(club)
    promise = tell(club, "case.opened", NOW, customer.pk)

    with made.heard(facts.guarantee_broken) as told:
        swept = [promises.sweep_all(now=at)["club"] for at in (DUE, DUE + HOUR, DUE + 2 * HOUR)]

    promise.refresh_from_db()
    assert swept == [Swept(), Swept(1, 1, 0), Swept()]
    assert (promise.state, promise.given_at, club.points(ana)) == ("broken", DUE + HOUR, 300)
    assert told == [{"promise_id": promise.pk, "guarantee_id": guarantee.pk, "customer_id": customer.pk}]
    posting = Posting.objects.get(pk=promise.posting_id)
    assert (posting.kind, posting.grant_class, posting.reference) == ("award", "guarantee", "case 1")


def test_a_promise_kept_in_time_gives_nothing(club: Club) -> None:
    customer = made.customer()
    ana = club.member(points=100, customer=customer)
    answer(club)
    tell(club, "case.opened", NOW, customer.pk)

    kept = tell(club, "case.answered", DUE)
    again = tell(club, "case.answered", DUE + 5 * HOUR)

    assert (kept.state, again.state, again.kept_at) == ("kept", "kept", DUE)
    assert promises.sweep(program_id=club.program.pk, now=DUE + 48 * HOUR) == Swept()
    assert club.points(ana) == 100


def test_the_order_of_the_news_changes_nothing(club: Club) -> None:
    customer = made.customer()
    club.member(points=0, customer=customer)
    found = set()
    for number, news in enumerate(permutations(("opened", "answered", "again"))):
        guarantee = answer(club, f"answer{number}", starts=f"opened{number}", keeps=f"answered{number}")
        for each in news:
            at = {"opened": NOW, "answered": NOW + HOUR, "again": DUE + HOUR}[each]
            event = f"{'opened' if each == 'opened' else 'answered'}{number}"
            told = Happening(club.program.pk, event, "case", at, customer.pk)
            promises.event_tell(told, now=DUE + HOUR)
        promise = Promise.objects.get(guarantee=guarantee)
        found.add((promise.state, promise.started_at, promise.due_at, promise.kept_at))

    assert found == {("kept", NOW, DUE, NOW + HOUR)}


def test_an_answer_that_comes_too_late_is_made_good_at_once(club: Club) -> None:
    customer = made.customer()
    ana = club.member(points=0, customer=customer)
    answer(club, late_news_minutes=600)
    tell(club, "case.opened", NOW, customer.pk)

    assert promises.sweep(program_id=club.program.pk, now=DUE + 9 * HOUR) == Swept()
    late = tell(club, "case.answered", DUE + HOUR)

    assert (late.state, club.points(ana)) == ("broken", 200)


def test_what_was_given_stays_when_the_promise_was_kept_after_all(club: Club) -> None:
    customer = made.customer()
    ana = club.member(points=0, customer=customer)
    answer(club)
    tell(club, "case.opened", NOW, customer.pk)
    promises.sweep(program_id=club.program.pk, now=DUE + HOUR)

    promise = tell(club, "case.answered", NOW + HOUR)

    assert (promise.state, promise.given_at, club.points(ana)) == ("kept", DUE + HOUR, 200)


def test_hours_of_service_and_holidays_count(club: Club) -> None:
    customer = made.customer()
    told = published.hours_set(program_id=club.program.pk, name="office", told=OFFICE, holidays=["2026-03-03"])
    answer(club, measure="hours", amount=8, service_hours_id=told.pk)

    promise = tell(club, "case.opened", datetime(2026, 3, 2, 17, 0, tzinfo=UTC), customer.pk)

    # Two hours on Monday until 20:00 in Madrid, Tuesday is a holiday, five on Wednesday morning, one after 16:00.
    assert promise.due_at == datetime(2026, 3, 4, 16, 0, tzinfo=UTC)
    with pytest.raises(SettingsError):
        published.hours_set(program_id=club.program.pk, name="odd", told={"mon": [["14:00", "09:00"]]})


def test_the_day_that_was_promised_ends_where_the_programme_runs(club: Club) -> None:
    customer = made.customer()
    answer(club, measure="on_the_day", starts="order.placed", keeps="order.delivered")

    promise = tell(club, "order.placed", NOW, customer.pk, promised_on=date(2026, 3, 29))

    # That night clocks go forward in Madrid.
    assert promise.due_at == datetime(2026, 3, 29, 22, 0, tzinfo=UTC)


def test_a_reward_is_given_to_who_is_no_member_and_points_when_he_becomes_one(club: Club) -> None:
    customer = made.customer()
    club.reward("ten", kind="money_off", amount_minor=1_000, stock=0)
    answer(club, "refund", gift="money_off", reward="ten", starts="refund.asked", keeps="refund.paid", points=0)
    answer(club)
    for event in ("refund.asked", "case.opened"):
        tell(club, event, NOW, customer.pk)

    first = promises.sweep(program_id=club.program.pk, now=DUE + HOUR)
    owed = {each.not_given for each in selectors.promise_list(program_id=club.program.pk, asked=Asked(owed=True))}
    club.member(points=0, customer=customer)
    stock.stock_add(reward_id=Reward.objects.get().pk, pieces=1)
    second = promises.sweep(program_id=club.program.pk, now=DUE + 2 * HOUR)

    assert (first, second) == (Swept(2, 0, 2), Swept(0, 2, 0))
    assert owed == {"member.unknown", "reward.out_of_stock"}
    text = rewards.redemptions_of(customer_ids=[customer.pk])[0].code
    used = till.code_use(Presented(club.program.pk, text, ["till:1"]), now=DUE + 3 * HOUR)
    assert used.reward is not None
    assert (used.refused, used.reward.amount_minor, Redemption.objects.get().points) == ("", 1_000, 0)


def test_only_published_reasons_exclude_a_promise(club: Club) -> None:
    customer = made.customer()
    club.member(points=0, customer=customer)
    answer(club, exclusions=("strike",))
    promise = tell(club, "case.opened", NOW, customer.pk)

    with pytest.raises(InputError, match="no reason"):
        promises.promise_exclude(promise_id=promise.pk, exclusion="rain", now=NOW)
    excluded = promises.promise_exclude(promise_id=promise.pk, exclusion="strike", now=NOW)

    assert excluded.state == "excluded"
    assert promises.sweep(program_id=club.program.pk, now=DUE + HOUR) == Swept()


def test_terms_hold_once_they_are_public_and_only_then(club: Club) -> None:
    customer = made.customer()
    guarantee = answer(club)
    draft = GuaranteeDraft("Soon", "Pronto", "case.opened", "case.answered", "hours", 1, points=1)

    changed = published.guarantee_change(guarantee_id=guarantee.pk, draft=draft)
    published.guarantee_end(guarantee_id=guarantee.pk, day=date(2026, 3, 2))

    assert (changed.name_es, changed.amount, changed.points) == ("Pronto", 24, 200)
    assert selectors.guarantee_get(guarantee_id=guarantee.pk).published_to == date(2026, 3, 2)
    told = Happening(club.program.pk, "case.opened", "case 1", NOW, customer.pk)
    assert promises.event_tell(told, now=NOW) == []
    assert list(selectors.guarantee_list(program_id=club.program.pk, public_on=date(2026, 3, 2))) == []
    for wrong in ({"points": 0}, {"keeps": "case.opened"}, {"amount": 0}, {"gift": "money_off", "reward": "none"}):
        with pytest.raises(InputError):
            answer(club, "wrong", **wrong)


def test_what_was_kept_is_counted_by_month_and_told_to_the_customer(club: Club) -> None:
    customer = made.customer()
    club.member(points=0, customer=customer)
    guarantee = answer(club)
    for number, kept in enumerate((True, True, False, None)):
        at = NOW if kept is not None else NOW + timedelta(days=40)
        promise = Happening(club.program.pk, "case.opened", f"case {number}", at, customer.pk)
        promises.event_tell(promise, now=NOW)
        if kept:
            promises.event_tell(Happening(club.program.pk, "case.answered", f"case {number}", NOW + HOUR), now=NOW)
    promises.sweep(program_id=club.program.pk, now=NOW + timedelta(days=3))

    counted = selectors.kept_counts(program_id=club.program.pk, begins=date(2026, 3, 1), ends=date(2026, 5, 1))
    mine = selectors.promises_of(customer_ids=[customer.pk])

    assert [(each.month, each.kept, each.broken, each.pending, each.given) for each in counted] == [
        (date(2026, 4, 1), 0, 0, 1, 0),
        (date(2026, 3, 1), 2, 1, 0, 1),
    ]
    assert [each.kept_share for each in counted] == [None, 2 / 3]
    assert ({each.guarantee_id for each in counted}, mine[0].state, len(mine)) == ({guarantee.pk}, "open", 4)


def test_an_order_starts_the_clock_and_an_erasure_stops_it(club: Club) -> None:
    customer = made.customer()
    ana = club.member(points=500, customer=customer)
    answer(club, "delivery", starts="order.placed", keeps="order.delivered", measure="days", amount=2)
    club.reward()
    code = club.reserve(ana).code
    line = placing.NewLine(quantity=Decimal(1), net_minor=1_000, description="Tea")
    order = placing.NewOrder(served.source(), "A-1", NOW, "EUR", customer.pk, lines=[line])
    placing.order_place(order=order, now=NOW)

    (promise,) = selectors.promises_of(customer_ids=[customer.pk])
    collected = dict(collection.collected(customer_ids=[customer.pk]))
    erasure.person_erase(customer_ids=[customer.pk], now=NOW)

    assert (promise.reference, promise.origin, promise.started_at) == ("A-1", served.source().code, NOW)
    assert [each["reference"] for each in collected["promises"]] == ["A-1"]
    assert [(each["points"], each["state"]) for each in collected["redemptions"]] == [(300, "reserved")]
    assert promises.sweep(program_id=club.program.pk, now=NOW + timedelta(days=9)) == Swept()
    (held,) = rewards.redemptions_of(customer_ids=[customer.pk])
    assert (bool(code), held.code) == (True, "")


def test_two_sweeps_at_once_give_once(own_records: store.Database) -> None:
    club = made.club()
    customer = made.customer()
    ana = club.member(points=0, customer=customer)
    answer(club)
    for number in range(20):
        told = Happening(club.program.pk, "case.opened", f"case {number}", NOW, customer.pk)
        promises.event_tell(told, now=NOW)

    swept = made.together(lambda _number: promises.sweep(program_id=club.program.pk, now=DUE + HOUR), 6)

    assert sum(each.given for each in swept) == 20
    assert club.points(ana) == 4_000
