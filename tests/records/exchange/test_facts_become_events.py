"""Facts are told as events: written with the fact, read in the order of the commits, each once."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.make import imports, store, stored_orders
from tests.make.integrations import Program

from vinculo.exchange import kinds
from vinculo.exchange.records import endpoints, listeners, outbox
from vinculo.exchange.records.models import Event
from vinculo.foundation import actor
from vinculo.identify.records import services
from vinculo.identify.records.membership import services as membership
from vinculo.identify.records.models import Customer
from vinculo.identify.records.services import Change

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def told() -> list[str]:
    return [each.kind for each in outbox.event_list()]


def test_every_kind_has_its_listener_and_every_listener_its_kind() -> None:
    assert set(listeners.FACTS) == set(kinds.KINDS)


def test_what_happens_to_customers_and_files_is_told(records: store.Database) -> None:
    with actor.acting("ana"):
        one = services.customer_create(change=Change({"name": "Ana"}), now=NOW)
        two = services.customer_create(change=Change({"name": "Anna"}), now=NOW)
        services.customer_change(customer_id=one.pk, change=Change({"city": "Soria"}), now=NOW)
        merge = membership.customers_merge(customer_ids=[one.pk, two.pk], now=NOW)
        membership.merge_undo(merge_id=merge.pk, now=NOW)
        imported = imports.bring(f"{imports.HEADER}1;C1;2024-01-02;A1;Taza;Casa;web;España;1;5,00\n")
        imports.take_back(imported)

    events = list(outbox.event_list())

    assert [each.kind for each in events] == [
        *("customer.created", "customer.created", "customer.changed", "customers.merged", "customers.separated"),
        *("import.finished", "import.undone"),
    ]
    assert [each.position for each in events] == list(range(1, 8))
    assert (events[3].subject, events[3].data) == (
        f"customers/{one.pk}",
        {"customer_id": one.pk, "party_ids": [two.pk]},
    )
    assert {each.by for each in events} == {"ana"}


def test_a_fact_that_was_taken_back_is_not_told(records: store.Database) -> None:
    with transaction.atomic():
        services.customer_create(change=Change({"name": "Ana"}), now=NOW)
        transaction.set_rollback(True)

    assert told() == []


def test_nobody_is_named_in_an_event(records: store.Database) -> None:
    services.customer_create(change=Change({"name": "Ana Ruiz"}, add=[("email", "ana@ruiz.es")]), now=NOW)

    (event,) = outbox.event_list()

    assert event.data == {"customer_id": Customer.objects.get().pk}


def test_what_commits_late_comes_late_and_is_not_missed(own_records: store.Database) -> None:
    written, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            outbox.event_write("customer.changed", subject="slow", data={})
            written.set()
            may_commit.wait()
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    written.wait()
    outbox.event_write("customer.changed", subject="quick", data={})

    before = [(each.position, each.subject) for each in outbox.event_list()]
    may_commit.set()
    thread.join()
    after = [(each.position, each.subject) for each in outbox.event_list(after=before[-1][0])]

    assert Event.objects.get(subject="slow").pk < Event.objects.get(subject="quick").pk
    assert (before, after) == ([(1, "quick")], [(2, "slow")])


def test_readers_at_once_give_every_event_one_place(own_records: store.Database) -> None:
    for number in range(50):
        outbox.event_write("customer.changed", subject=str(number), data={})

    def read() -> None:
        outbox.events_place()
        connection.close()

    threads = [threading.Thread(target=read) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(Event.objects.values_list("position", flat=True)) == list(range(1, 51))


def test_whoever_listens_is_told_by_one_job_once_it_is_committed(own_records: store.Database) -> None:
    outbox.event_write("customer.changed", subject="nobody listens", data={})
    assert jobs() == 0

    endpoints.endpoint_create(name="shop", url="https://shop.example/", wanted=[], now=NOW)
    with transaction.atomic():
        for number in range(3):
            outbox.event_write("customer.changed", subject=str(number), data={})
        inside = jobs()

    assert (inside, jobs()) == (0, 1)


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name="exchange.work_off", status="todo").count()


def test_the_feed_is_followed_page_by_page_as_cloud_events(records: store.Database) -> None:
    program = Program("events.read")
    customer = stored_orders.a_customer()
    for number in range(5):
        outbox.event_write("customer.changed", subject=f"customers/{customer.pk}", data={"customer_id": number})

    seen, cursor = [], ""
    for _page in range(4):
        answer = program.get(f"/events?limit=2&after={cursor}").json()
        seen += [each["data"]["customer_id"] for each in answer["events"]]
        cursor = answer["next"]
    outbox.event_write("order.placed", subject="orders/1", data={"order_id": 1})
    later = program.get(f"/events?after={cursor}&type=vinculo.order.placed").json()["events"]

    assert seen == [0, 1, 2, 3, 4]
    (event,) = later
    assert event["id"] == Event.objects.get(kind="order.placed").uid
    assert {name: event[name] for name in ("specversion", "source", "type", "subject", "datacontenttype")} == {
        "specversion": "1.0",
        "source": "/vinculo",
        "type": "vinculo.order.placed",
        "subject": "orders/1",
        "datacontenttype": "application/json",
    }


@pytest.mark.parametrize("cursor", ["x", "W10", ""])
def test_a_place_that_is_none_is_refused(records: store.Database, cursor: str) -> None:
    assert Program("events.read").get(f"/events?after={cursor}").status_code == (422 if cursor else 200)
