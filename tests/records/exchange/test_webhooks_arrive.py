"""Webhooks arrive, signed, at least once and under one name, however the receiver behaves."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from tests.make import integrations, store
from tests.make.integrations import Receiver

from vinculo.exchange import retries
from vinculo.exchange.records import courier, deliveries, endpoints, outbox, tasks
from vinculo.exchange.records.models import Delivery, Endpoint, Event
from vinculo.foundation.errors import InputError

START = datetime.now(tz=UTC)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime.now(tz=UTC) + timedelta(seconds=1)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def receiver(records: store.Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setattr(settings, "WEBHOOKS_LOCAL", True)
    with integrations.receiving() as found:
        yield found


@pytest.fixture
def clock() -> Clock:
    return Clock()


def endpoint(receiver: Receiver, *wanted: str, name: str = "shop") -> Endpoint:
    return endpoints.endpoint_create(name=name, url=receiver.address, wanted=wanted, now=START - timedelta(days=1))


def happen(count: int = 1, kind: str = "customer.changed") -> list[Event]:
    return [outbox.event_write(kind, subject="customers/1", data={"customer_id": at}) for at in range(count)]


def work(clock: Clock, *, seconds: float = 5) -> datetime | None:
    return courier.work_off(clock=clock, random=Random(1), seconds=seconds)


def test_an_event_is_signed_so_that_others_can_verify_it(receiver: Receiver, clock: Clock) -> None:
    made = endpoint(receiver)
    (event,) = happen()
    clock.now = datetime.now(tz=UTC)

    assert work(clock) is None

    (got,) = receiver.got
    told = Webhook(made.secret).verify(got.body, got.headers)
    assert (told["type"], told["data"], got.uid) == ("customer.changed", {"customer_id": 0}, event.uid)
    assert got.headers["content-type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        Webhook(made.secret).verify(got.body.replace(b"0", b"1", 1), got.headers)
    assert Delivery.objects.get().state == "delivered"


def test_either_of_two_secrets_verifies_while_one_replaces_the_other(receiver: Receiver, clock: Clock) -> None:
    old = endpoint(receiver)
    new = endpoints.endpoint_rotate(endpoint_id=old.pk, now=datetime.now(tz=UTC))
    happen()
    clock.now = datetime.now(tz=UTC)

    work(clock)
    clock.move(days=2)
    happen()
    work(clock)

    first, second = receiver.got
    for secret in (old.secret, new.secret):
        Webhook(secret).verify(first.body, first.headers)
    assert len(first.headers["webhook-signature"].split()) == 2
    assert len(second.headers["webhook-signature"].split()) == 1


def test_an_endpoint_is_told_what_it_wants_from_when_it_is_there(receiver: Receiver, clock: Clock) -> None:
    endpoint(receiver, "order.placed")
    happen(2)
    (placed,) = happen(kind="order.placed")
    endpoints.endpoint_create(name="late", url=receiver.address, wanted=[], now=clock() + timedelta(hours=1))

    work(clock)

    assert receiver.uids == [placed.uid]


def test_a_failed_delivery_is_tried_again_under_its_name_until_somebody_has_to_look(
    receiver: Receiver, clock: Clock
) -> None:
    made = endpoint(receiver)
    (event,) = happen()
    receiver.answers = lambda _got: (500, {})
    due, waits = clock(), []

    while (following := work(clock)) is not None:
        waits.append(following - due)
        due = clock.now = following

    assert receiver.uids == [event.uid] * (len(retries.DELAYS) + 1)
    for wait, usual in zip(waits, retries.DELAYS, strict=True):
        assert usual * 0.8 <= wait <= usual * 1.2
    delivery = Delivery.objects.get()
    assert (delivery.state, len(delivery.answers), delivery.answers[0]["status"]) == ("dead", 10, 500)

    receiver.answers = lambda _got: (200, {})
    assert deliveries.deliveries_replay(endpoint_id=made.pk, now=clock()) == 1
    work(clock)
    assert (Delivery.objects.get().state, receiver.uids[-1]) == ("delivered", event.uid)


def test_the_courier_comes_again_when_something_is_due_within_the_minute(receiver: Receiver) -> None:
    endpoint(receiver)
    happen()
    receiver.answers = lambda _got: (500, {})

    tasks.work_off()

    (again,) = ProcrastinateJob.objects.filter(queueing_lock="exchange.again")
    assert again.scheduled_at is not None
    assert START < again.scheduled_at < datetime.now(tz=UTC) + timedelta(seconds=7)


@pytest.mark.parametrize("status", [429, 503])
def test_who_asks_for_a_rest_gets_it_for_all_that_waits(receiver: Receiver, clock: Clock, status: int) -> None:
    endpoint(receiver)
    happen(20)
    begun = clock()
    receiver.answers = lambda _got: (status, {"Retry-After": "7200"})

    following = work(clock)
    tried = len(receiver.got)
    clock.move(hours=1)
    work(clock)

    assert following == begun + timedelta(hours=2)
    assert tried == len(receiver.got) == deliveries.AT_ONCE
    receiver.answers = lambda _got: (204, {})
    clock.move(hours=1, seconds=1)
    work(clock)
    assert len(set(receiver.uids)) == 20
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}


def test_an_endpoint_that_is_gone_is_switched_off(receiver: Receiver, clock: Clock) -> None:
    made = endpoint(receiver)
    happen()
    receiver.answers = lambda _got: (410, {})

    assert work(clock) is None
    happen()
    work(clock)

    made.refresh_from_db()
    assert made.disabled_by == "410"
    assert Delivery.objects.get().state == "dead"
    assert len(receiver.got) == 1


def test_what_waited_is_sent_when_an_endpoint_is_switched_on_again(receiver: Receiver, clock: Clock) -> None:
    made = endpoint(receiver)
    (waiting,) = happen()
    outbox.events_place()
    endpoints.endpoint_disable(endpoint_id=made.pk, now=clock())
    work(clock)
    assert receiver.got == []

    (missed,) = happen()
    outbox.events_place()
    endpoints.endpoint_enable(endpoint_id=made.pk, now=clock())
    work(clock)

    assert receiver.uids == [waiting.uid]
    assert missed.uid in [each.uid for each in outbox.event_list()]


def test_who_does_not_answer_holds_nobody_else_up(receiver: Receiver, clock: Clock) -> None:
    endpoint(receiver)
    happen(3)
    receiver.answers = lambda _got: None
    with integrations.receiving() as other:
        endpoint(other, name="other")
        happen(3)
        work(clock, seconds=0.3)

        assert len(set(other.uids)) == 6
    assert Delivery.objects.filter(state="waiting").count() == 6
    assert Delivery.objects.filter(state="waiting").first().answers[0]["problem"] == "no answer in time"  # type: ignore[union-attr]
    assert Endpoint.objects.get(name="shop").resting_until is not None


def test_a_redirect_is_not_followed(receiver: Receiver, clock: Clock) -> None:
    endpoint(receiver)
    happen()
    with integrations.receiving() as elsewhere:
        receiver.answers = lambda _got: (302, {"Location": elsewhere.address})
        work(clock)

        assert (len(receiver.got), elsewhere.got) == (1, [])
    assert Delivery.objects.get().state == "waiting"


def test_nothing_goes_to_this_machine_unless_a_setting_allows_it(
    receiver: Receiver, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint(receiver)
    happen()
    monkeypatch.setattr(settings, "WEBHOOKS_LOCAL", False)

    with pytest.raises(InputError):
        endpoint(receiver, name="another")
    work(clock)

    assert receiver.got == []
    assert Delivery.objects.get().answers[0]["problem"].startswith("This is not an address")


def test_a_test_goes_to_one_endpoint_and_into_no_feed(receiver: Receiver, clock: Clock) -> None:
    made = endpoint(receiver)
    endpoint(receiver, name="other")

    endpoints.endpoint_test(endpoint_id=made.pk, now=clock())
    work(clock)

    (got,) = receiver.got
    assert b'"type":"webhook.test"' in got.body
    assert list(outbox.event_list()) == []


def test_what_was_told_long_ago_is_forgotten_and_what_waits_is_not(receiver: Receiver, clock: Clock) -> None:
    endpoint(receiver)
    happen()
    work(clock)
    receiver.answers = lambda _got: (500, {})
    happen()
    work(clock)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES "
            "('exchange', 't', 'succeeded'), ('exchange', 't', 'todo'), ('runs', 't', 'succeeded')"
        )
    clock.move(days=200)

    deliveries.kept_clear(now=clock())

    assert [each.state for each in Delivery.objects.all()] == ["waiting"]
    assert Event.objects.count() == 1
    assert list(ProcrastinateJob.objects.order_by("id").values_list("queue_name", "status")) == [
        ("exchange", "todo"),
        ("runs", "succeeded"),
    ]
