"""Tracking clients send as they always do: whatever their headers say, one bad event never sinks its batch."""

import base64
import gzip
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from tests.make import events, store
from tests.make.events import event, track

from vinculo.identify.records.events import keys, replay
from vinculo.identify.records.models import Delivery, Event, Quarantined, Refusal, Sender
from vinculo.identify.records.senders import pace

ONE = {"type": "track", "userId": "u1", "event": "Seen", "messageId": "m1", "properties": {"price": 0}}


@pytest.fixture
def key(site: Client) -> str:
    pace.forget()
    return events.source()[1]


def basic(key: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "application/x-www-form-urlencoded", "", "multipart/form-data"]
)
@pytest.mark.parametrize("packed", [False, True])
def test_no_header_is_asked_for(site: Client, key: str, kind: str, packed: bool) -> None:
    body = json.dumps({"batch": [ONE], "a": "b=c&d"}).encode()
    more = {"Content-Encoding": "gzip"} if packed else {}

    answer = site.generic(
        "POST",
        "/v1/batch",
        gzip.compress(body) if packed else body,
        content_type=kind,
        headers={"Authorization": basic(key), **more},
    )

    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert Event.objects.get().message_id == "m1"


@pytest.mark.parametrize("path", ["track", "t", "track/"])
def test_single_calls_and_short_paths_come_in(site: Client, key: str, path: str) -> None:
    body = json.dumps({"userId": 7, "event": "Seen", "writeKey": key})

    assert site.post(f"/v1/{path}", body, content_type="text/plain").status_code == 200

    stored = Event.objects.get()
    assert (stored.type, stored.name, stored.user_key) == ("track", "Seen", "7")


def test_the_same_message_comes_in_once_for_ever(site: Client, key: str) -> None:
    first = {**ONE, "event": "First"}

    assert events.send(site, key, first, {**ONE, "event": "Second"}) == 200
    assert events.send(site, key, {**ONE, "event": "Third"}) == 200

    assert Event.objects.get().name == "First"
    told = list(Delivery.objects.order_by("id").values_list("accepted", "duplicate", "quarantined"))
    assert told == [(1, 1, 0), (0, 1, 0)]


def test_what_a_batch_says_once_holds_for_every_event_that_does_not_say_otherwise(site: Client, key: str) -> None:
    own = {**ONE, "messageId": "m2", "context": {"ip": "2.2.2.2"}}

    events.send(site, key, ONE, own, context={"ip": "1.1.1.1", "locale": "es-ES"}, integrations={"All": False})

    said = {each.message_id: each.payload for each in Event.objects.all()}
    assert said["m1"]["context"] == {"ip": "1.1.1.1", "locale": "es-ES"}
    assert said["m2"]["context"] == {"ip": "2.2.2.2", "locale": "es-ES"}
    assert said["m1"]["integrations"] == {"All": False}


def test_amounts_are_kept_to_the_last_digit(site: Client, key: str) -> None:
    body = (
        f'{{"writeKey": "{key}", "userId": "u", "event": "x", "properties": {{"price": 0.1000000000000000055511151}}}}'
    )

    site.post("/v1/track", body, content_type="text/plain")

    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT payload#>>'{properties,price}' FROM identify_event")
        assert cursor.fetchone() == ("0.1000000000000000055511151",)


HOSTILE: dict[str, tuple[Any, str]] = {
    "null character": ({**ONE, "properties": {"x": "a\u0000b"}}, "characters"),
    "null character in its name": ({**ONE, "event": "a\u0000b"}, "event"),
    "no id at all": ({**ONE, "userId": None}, "nobody"),
    "an id of everybody": ({**ONE, "userId": "undefined"}, "nobody"),
    "an id that is a list": ({**ONE, "userId": ["u1"]}, "user_id"),
    "an id without end": ({**ONE, "userId": "u" * 300}, "user_id"),
    "no type": ({**ONE, "type": None}, "type"),
    "a type of ours": ({**ONE, "type": ["track"]}, "type"),
    "no name": ({**ONE, "event": ""}, "event"),
    "a name that is a number": ({**ONE, "event": 5}, "event"),
    "no object": ([1, 2], "not_an_object"),
    "a text": ("track", "not_an_object"),
    "no group": ({**ONE, "type": "group"}, "group_id"),
    "no earlier name": ({**ONE, "type": "alias"}, "previous_id"),
    "no time": ({**ONE, "timestamp": "yesterday"}, "time"),
    "a time before time": ({**ONE, "timestamp": "0001-01-01T00:00:00Z"}, "time"),
    "too large": ({**ONE, "properties": {"x": "y" * 40_000}}, "too_large"),
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_bad_event_goes_to_quarantine_and_its_neighbours_come_in(site: Client, key: str, name: str) -> None:
    bad, reason = HOSTILE[name]

    status = events.send(site, key, {**ONE, "messageId": "a"}, bad, {**ONE, "messageId": "b"})

    assert status == 200
    assert events.send(site, key, bad) == 200  # as a client does that heard no answer
    assert set(Event.objects.values_list("message_id", flat=True)) == {"a", "b"}
    assert Quarantined.objects.get().reason == reason
    assert Delivery.objects.order_by("id")[0].quarantined == 1


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ('{"type": "track", "userId": "u", "event": "x", "a": NaN}', ""),
        ('{"type": "track", "userId": "u", "event": "x", "a": "half \\ud83d"}', ""),
        ('{"type": "track", "userId": "u", "event": "x", "a": ' + "[" * 5000 + "]" * 5000 + "}", "too_deep"),
        ('{"type": "track", "userId": "u", "event": "x", "a": 1e400000}', "characters"),
        ('{"type": "track", "userId": "u", "event": "x", "a": }', "malformed"),
        ('{"type": "track", "userId": "u", "event": "x", "a": "tab\there"}', "malformed"),
        ('{"type": "track", "userId": "u", "event": "x", "a": "mark\x1ehere"}', "malformed"),
        ('{"type": "track", "userId": "u\\u001ev", "event": "x"}', "user_id"),
    ],
)
def test_what_is_no_json_is_told_apart_from_what_is(site: Client, key: str, written: str, reason: str) -> None:
    good = json.dumps({**ONE, "messageId": "good"})
    body = f'{{"writeKey": "{key}", "batch": [{good}, {written}], "sentAt": null}}'

    assert site.post("/v1/batch", body, content_type="text/plain").status_code == 200

    assert Event.objects.filter(message_id="good").exists()
    assert [each.reason for each in Quarantined.objects.all()] == [reason] * bool(reason)
    assert Event.objects.count() == (1 if reason else 2)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"x",
        b"[]",
        b"5",
        b'{"batch": [',
        b'"\xff"',
        b"{" * 100_000,
        b'{"a":' * 50_000,
        b"\x1f\x8bno gzip",
        b'{"a"}',
    ],
)
def test_what_is_no_json_object_is_refused_with_what_would_be_right(site: Client, key: str, body: bytes) -> None:
    answer = site.generic("POST", "/v1/batch", body, headers={"Authorization": basic(key)})

    assert answer.status_code == 400
    assert answer.json()["code"] == "events.malformed"


def test_more_than_a_batch_may_hold_is_refused_packed_or_not(site: Client, key: str) -> None:
    large = b'{"batch": [' + b" " * 520_000 + b"]}"
    many = json.dumps({"batch": [{}] * 2501}).encode()

    answers = [
        site.generic("POST", "/v1/batch", body, headers={"Authorization": basic(key)})
        for body in (large, gzip.compress(large), gzip.compress(b"0" * 50_000_000), many)
    ]

    assert [answer.status_code for answer in answers] == [400] * 4
    assert {answer.json()["code"] for answer in answers[:2]} == {"events.too_large"}


def test_a_batch_of_500_kb_and_ten_thousand_traits_come_in(site: Client, key: str) -> None:
    wide = {"type": "identify", "userId": "u", "messageId": "w", "traits": {f"t{n}": n for n in range(2_000)}}
    rest = [{**ONE, "messageId": f"m{n}", "properties": {"x": "y" * 5_000}} for n in range(90)]

    assert events.send(site, key, wide, *rest) == 200
    assert events.understand() == 91

    many = {**wide, "messageId": "z", "traits": {f"trait{n}": n for n in range(10_000)}}
    assert events.send(site, key, many) == 200
    assert Quarantined.objects.get().reason == "too_large"


def test_an_unknown_key_is_refused_and_counted(site: Client, key: str) -> None:
    assert events.send(site, "nobody", ONE) == 401
    assert events.send(site, "", ONE) == 401

    assert Refusal.objects.get().requests == 2
    assert not Event.objects.exists()


def test_two_keys_are_valid_at_once_and_a_revoked_one_is_not(site: Client, key: str) -> None:
    source = Sender.objects.get().source_id
    other = keys.write_key_create(source_id=source, now=events.NOW)

    assert [events.send(site, each, {**ONE, "messageId": each}) for each in (key, other.text)] == [200, 200]
    with pytest.raises(Exception, match="two valid keys"):
        keys.write_key_create(source_id=source, now=events.NOW)
    keys.write_key_revoke(key_id=other.key.pk, now=events.NOW)

    assert [events.send(site, each, ONE) for each in (key, other.text)] == [200, 401]
    assert Refusal.objects.get().source_id == source


def test_too_much_at_once_is_told_to_come_again(site: Client, key: str) -> None:
    Sender.objects.update(limit_per_second=1)
    many = [{**ONE, "messageId": f"m{n}"} for n in range(9)]

    assert events.send(site, key, *many) == 200
    answer = site.post("/v1/batch", json.dumps({"batch": many, "writeKey": key}), content_type="text/plain")

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert int(answer.headers["X-RateLimit-Reset"]) > 0


def test_a_browser_is_told_where_to_send_and_that_it_may(site: Client, key: str) -> None:
    told = site.get(f"/v1/projects/{key}/settings")

    assert told.json()["integrations"]["Segment.io"]["apiHost"] == "testserver/v1"
    assert told.headers["Access-Control-Allow-Origin"] == "*"
    assert site.options("/v1/t").status_code == 204
    assert site.get("/v1/projects/nobody/settings").status_code == 404
    assert site.get("/v1/batch").status_code == 405
    assert site.post("/v1/nothing").status_code == 404


def test_a_quarantined_event_comes_in_after_a_fix_as_when_it_was_received(site: Client, key: str) -> None:
    source = Sender.objects.get().source_id
    events.receive(source, {**ONE, "messageId": "late", "timestamp": "morgen"}, event("page", 2, user="u2"))
    row = Quarantined.objects.get()
    Quarantined.objects.update(raw=bytes(row.raw).replace(b"morgen", b"2026-11-27T09:00:00Z"))

    found = replay.quarantine_replay(source_id=source, now=events.NOW)

    assert found == {"tried": 1, "left": 0}
    stored = Event.objects.get(message_id="late")
    assert (stored.happened_at.hour, stored.recorded_at) == (9, events.NOW)
    assert replay.quarantine_replay(source_id=source, now=events.NOW) == {"tried": 0, "left": 0}


def test_an_event_is_never_changed(records: store.Database) -> None:
    from django.db import Error, transaction

    source, _key = events.source()
    events.receive(source, track("Seen", 1, user="u"))

    for attempt in (lambda: Event.objects.update(name="x"), lambda: Event.objects.all().delete()):
        with pytest.raises(Error, match="never changed"), transaction.atomic():
            attempt()
    assert Event.objects.get().name == "Seen"


def test_what_cannot_be_stored_now_is_to_be_sent_again(own_records: store.Database) -> None:
    from django.db import connections

    pace.forget()
    key = events.source()[1]
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE identify_event RENAME TO elsewhere")

        answer = Client().post("/v1/batch", json.dumps({"batch": [ONE], "writeKey": key}), content_type="text/plain")

        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) >= 1
        cursor.execute("ALTER TABLE elsewhere RENAME TO identify_event")
    assert events.send(Client(), key, ONE) == 200


def test_pages_of_the_sites_that_a_source_names_may_send_and_no_others(site: Client, key: str) -> None:
    source = Sender.objects.get()
    keys.sender_change(
        source_id=source.source_id,
        currency="EUR",
        time_zone="UTC",
        limit_per_second=100,
        sites=["https://Shop.example/", "https://*.shop.example"],
    )

    def answer(number: int, **headers: str) -> Any:
        body = json.dumps({**ONE, "messageId": f"o{number}", "writeKey": key})
        return site.post("/v1/t", body, content_type="text/plain", headers=headers)

    own = [answer(1, Origin="https://shop.example"), answer(2, Origin="https://m.shop.example")]
    others = [answer(3, Origin="https://shop.example.evil.example"), answer(4, Origin="null")]

    assert [each.headers["Access-Control-Allow-Origin"] for each in own] == [
        *("https://shop.example", "https://m.shop.example")
    ]
    assert all("Origin" in each.headers["Vary"] for each in own)
    assert [(each.status_code, each.json()["code"]) for each in others] == [(403, "events.origin")] * 2
    assert answer(5).status_code == 200  # a server names no site
    assert sorted(Event.objects.values_list("message_id", flat=True)) == ["o1", "o2", "o5"]
    settings = [
        site.get(f"/v1/projects/{key}/settings", headers={"Origin": each}).status_code
        for each in ("https://shop.example", "https://evil.example")
    ]
    assert settings == [200, 403]
    with pytest.raises(Exception, match="not a site"):
        keys.sender_change(
            source_id=source.source_id, currency="EUR", time_zone="UTC", limit_per_second=1, sites=["shop"]
        )


def test_all_processes_of_the_site_share_one_pace(site: Client, key: str) -> None:
    source = Sender.objects.get().source_id
    Sender.objects.update(limit_per_second=100)
    answers: list[Any] = []
    with connection.cursor() as cursor:
        while not answers or answers[-1].status_code == 200:
            many = [{**ONE, "messageId": f"p{len(answers)}-{n}"} for n in range(30)]
            body = json.dumps({"batch": many, "writeKey": key})
            answers.append(site.post("/v1/batch", body, content_type="text/plain"))
            # The next comes to another process, which holds nothing; and no time passes meanwhile.
            pace.forget()
            cursor.execute("UPDATE identify_pace SET as_of = clock_timestamp() + interval '1 hour'")
    waiting = int(answers[-1].headers["Retry-After"])
    with connection.cursor() as cursor:
        # As if the seconds it was told to wait had passed.
        cursor.execute(
            "UPDATE identify_pace SET as_of = clock_timestamp() - make_interval(secs => %s) WHERE key = %s",
            [waiting, f"source:{source}"],
        )
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'identify_pace'")
        kept = cursor.fetchone()

    # Of a hundred, each takes 30 and 10 ahead; the third takes what is left and a little more, which is to be made up.
    assert ([each.status_code for each in answers], waiting) == ([200, 200, 200, 429], 1)
    assert events.send(site, key, {**ONE, "messageId": "after"}) == 200
    assert kept == ("u",)
