"""A call under one key is done once, whatever happens between the two ends, and answered as often as it is asked."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from tests.make import store
from tests.make.integrations import Program

from vinculo.exchange.records import deliveries
from vinculo.exchange.records.models import Reply
from vinculo.identify.records import services
from vinculo.identify.records.models import Customer

ANA = {"name": "Ana"}


@pytest.fixture
def program(records: store.Database) -> Program:
    return Program()


def test_the_same_call_gets_the_stored_answer(program: Program) -> None:
    first = program.post("/customers", ANA, key="k1")
    again = program.post("/customers", ANA, key="k1")

    assert (again.status_code, again.json(), again.headers["Location"]) == (
        201,
        first.json(),
        first.headers["Location"],
    )
    assert "Idempotent-Replay" not in first.headers
    assert again.headers["Idempotent-Replay"] == "true"
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert Customer.objects.count() == 1


@pytest.mark.parametrize(("path", "body"), [("/customers", {"name": "Eva"}), ("/merges", ANA)])
def test_another_call_under_the_key_is_refused(program: Program, path: str, body: object) -> None:
    program.post("/customers", ANA, key="k1")

    answer = program.post(path, body, key="k1")

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency.reused")
    assert Customer.objects.count() == 1


def test_keys_of_two_tokens_are_strangers(program: Program) -> None:
    program.post("/customers", ANA, key="k1")

    assert Program(name="other").post("/customers", {"name": "Eva"}, key="k1").status_code == 201


@pytest.mark.parametrize("key", [None, " ", "ñ", "x" * 256])
def test_a_call_that_changes_something_needs_a_key(program: Program, key: str | None) -> None:
    answer = program.post("/customers", ANA, key=key)

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency.missing")
    assert Customer.objects.count() == 0


def test_a_call_that_failed_may_be_put_right_under_its_key(program: Program) -> None:
    assert program.post("/customers", {"name": ""}, key="k1").status_code == 422

    assert program.post("/customers", ANA, key="k1").status_code == 201


def test_what_was_half_done_when_it_failed_is_not_there(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_facts: object) -> None:
        raise RuntimeError

    services.by_hand.facts.customer_created.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            program.post("/customers", ANA, key="k1")
    finally:
        services.by_hand.facts.customer_created.disconnect(fail)

    assert (Customer.objects.count(), Reply.objects.count()) == (0, 0)
    assert program.post("/customers", ANA, key="k1").status_code == 201


def held(do: Callable[[], object]) -> tuple[threading.Event, threading.Event, threading.Thread]:
    """Do something in a thread whose transaction ends when it is told to."""
    inside, may_end = threading.Event(), threading.Event()

    def wait(**_facts: object) -> None:
        inside.set()
        may_end.wait()

    def run() -> None:
        services.by_hand.facts.customer_created.connect(wait)
        try:
            do()
        finally:
            services.by_hand.facts.customer_created.disconnect(wait)
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    inside.wait()
    return inside, may_end, thread


def test_a_call_that_is_still_being_done_asks_to_wait(own_records: store.Database) -> None:
    program = Program()
    _inside, may_end, thread = held(lambda: program.post("/customers", ANA, key="k1"))

    meanwhile = program.post("/customers", ANA, key="k1")
    may_end.set()
    thread.join()
    after = program.post("/customers", ANA, key="k1")

    assert (meanwhile.status_code, meanwhile.json()["code"]) == (409, "idempotency.in_flight")
    assert meanwhile.headers["Retry-After"] == "1"
    assert (after.status_code, after.headers["Idempotent-Replay"]) == (201, "true")
    assert Customer.objects.count() == 1


def test_the_same_call_from_many_at_once_is_done_once(own_records: store.Database) -> None:
    program, answers = Program(), list[int]()
    ready = threading.Barrier(6)

    def call() -> None:
        ready.wait()
        answers.append(program.post("/customers", ANA, key="k1").status_code)
        connection.close()

    threads = [threading.Thread(target=call) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert Customer.objects.count() == 1
    assert set(answers) <= {201, 409}
    assert 201 in answers


def test_answers_are_forgotten_after_a_week(program: Program) -> None:
    program.post("/customers", ANA, key="k1")
    Reply.objects.update(recorded_at=datetime(2026, 1, 1, tzinfo=UTC))

    deliveries.kept_clear(now=datetime(2026, 1, 9, tzinfo=UTC))

    assert Reply.objects.count() == 0


def test_what_nobody_foresaw_is_a_problem_and_changes_nothing(
    records: store.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vinculo.identify.records.services import customers

    def broken(*_given: object, **_named: object) -> None:
        raise ZeroDivisionError

    program = Program()
    program.client.raise_request_exception = False
    monkeypatch.setattr(customers.facts.customer_created, "send", broken)

    answer = program.post("/customers", {"name": "Ana"}, key="k")
    monkeypatch.undo()

    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "application/problem+json")
    assert (answer.json()["code"], answer.json()["status"]) == ("call.unforeseen", 500)
    assert not Customer.objects.exists()
    assert program.post("/customers", {"name": "Ana"}, key="k").status_code == 201
