"""Whatever is sent to the API is answered clearly, as a problem, and never with a 500."""

import json
from typing import Any

import pytest
from tests.make import store
from tests.make.integrations import Program

from vinculo.identify.records.models import Customer

DEEP = b'{"name": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}"
BODIES: dict[str, tuple[bytes, set[int]]] = {
    "deep objects": (DEEP, {400, 413}),
    "deep lists": (b'{"name": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", {400, 413}),
    "500 KB of one name": (json.dumps({"name": "x" * 500_000}).encode(), {422}),
    "two megabytes": (b'{"name": "' + b"x" * 2_000_000 + b'"}', {413}),
    "ten thousand fields": (json.dumps({f"trait{n}": n for n in range(10_000)}).encode(), {422}),
    "the character zero": (b'{"name": "a\\u0000b"}', {400}),
    "the character zero in a field": (b'{"na\\u0000me": "a"}', {400}),
    "control characters as they are": (b'{"name": "a\x01\x1eb"}', {400}),
    "half a character": (b'{"name": "\\ud83d"}', {400}),
    "no UTF-8": (b'{"name": "\xff"}', {400}),
    "not a number": (b'{"name": NaN}', {400}),
    "a number without end": (b'{"name": 1e999999999}', {400, 422}),
    "digits without end": (b'{"name": ' + b"9" * 100_000 + b"}", {400, 422}),
    "half a body": (b'{"name": "a"', {400}),
    "a list": (b"[1]", {400}),
    "nothing": (b"", {400, 422}),
}
PLACES = [
    ("POST", "/customers"),
    ("POST", "/relations"),
    ("POST", "/households"),
    ("POST", "/customers/1/consents"),
    ("POST", "/leads"),
    ("POST", "/orders"),
    ("PUT", "/products/by-code/A1"),
]
WRONG: dict[str, Any] = {
    **dict.fromkeys(("null",)),
    "a list": [1],
    "an object": {"a": 1},
    "a large number": 2**70,
    "a number below zero": -1,
    "a fraction": 1.5,
    "yes": True,
    "a text": "7",
    "an empty text": "",
    "control characters": "a\x01\x1e\x7f\u202e",
}
WHOLE: dict[str, dict[str, Any]] = {
    "/relations": {"kind": "friend", "first_id": 1, "second_id": 2, "begins_on": "2026-01-01", "post": "a"},
    "/households": {"name": "a", "customer_ids": [1]},
    "/customers/1/consents": {"action": "given", "purpose": "marketing", "channel": "email", "origin": "web"},
    "/leads": {"customer_id": 1, "stage": "interest", "interest": "a", "product_id": 1, "amount_minor": 1},
    "/customers": {"name": "a", "number": "1", "acquired_on": "2026-01-01", "identifiers": []},
    "/orders": {"number": "1", "customer_id": 1, "happened_at": "2026-01-01T00:00:00Z", "currency": "EUR", "lines": []},
}


@pytest.fixture
def program(records: store.Database) -> Program:
    return Program()


def test_a_body_of_any_kind_is_answered_with_a_problem(program: Program) -> None:
    answers = {
        (place, name): program.call(method, place, body)
        for method, place in PLACES
        for name, (body, _w) in BODIES.items()
    }

    odd = {key: each.status_code for key, each in answers.items() if each.status_code not in BODIES[key[1]][1] | {404}}
    assert odd == {}
    assert {each.headers["Content-Type"] for each in answers.values()} == {"application/problem+json"}
    assert Customer.objects.count() == 0


def test_a_wrong_value_in_any_field_is_answered_with_a_problem_or_taken(program: Program) -> None:
    statuses: dict[int, int] = {}
    for place, whole in WHOLE.items():
        for field in whole:
            for value in WRONG.values():
                answer = program.post(place, {**whole, field: value})
                statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
                assert answer.status_code < 500, (place, field, value, answer.content)
                kind = "application/json" if answer.status_code < 300 else "application/problem+json"
                assert answer.headers["Content-Type"].startswith(kind)

    assert statuses[422] > 100


def test_a_number_in_an_address_is_answered_whatever_it_is(program: Program) -> None:
    for number in ("0", "-1", "9223372036854775808", "1e5", "%00", "null", "☃"):
        for place in (
            "/relations/{}",
            "/households/{}",
            "/leads/{}",
            "/customers/{}/consents",
            "/customers/{}/hierarchy",
        ):
            answer = program.get(place.format(number))

            assert 400 <= answer.status_code < 500, (place, number)
            assert answer.headers["Content-Type"] == "application/problem+json"
