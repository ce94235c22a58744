"""Programs let members join, post points one by one or a thousand at a time, and redeem; each once under its key."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from tests.make import programs, store, stored_orders
from tests.make.integrations import Program as Caller

from vinculo.exchange import scopes
from vinculo.exchange.records import outbox
from vinculo.programs.records.models import Posting, Program, Unit
from vinculo.programs.records.rewards import catalogue
from vinculo.programs.records.rewards.catalogue import RewardDraft

AT = "2026-03-02T12:00:00+00:00"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def club(records: store.Database) -> Program:
    made = programs.program()
    programs.unit(made, expiry="age", expiry_months=12)
    return made


def award(card: str, event: str, amount: int = 100, **more: Any) -> dict[str, Any]:
    kind = {"kind": "award", "grant_class": "purchase"}
    return {"event": event, "card": card, "amount": amount, "happened_at": AT, **kind, **more}


def spend(card: str, event: str, amount: int) -> dict[str, Any]:
    return award(card, event, amount, kind="spend", grant_class=None, reward_class="money_off")


def joined(caller: Caller, name: str = "Ana") -> str:
    customer = stored_orders.a_customer(name)
    card: str = caller.post("/programs/club/members", {"customer_id": customer.pk}).json()["card"]
    return card


def test_a_member_joins_once_and_is_found_by_card_and_customer(club: Program) -> None:
    caller = Caller()
    customer = stored_orders.a_customer("Ana Ruiz")

    made = [caller.post("/programs/club/members", {"customer_id": customer.pk}).json() for _time in range(2)]
    card = made[0]["card"]
    by_customer = caller.get(f"/programs/club/members?customer_id={customer.pk}").json()["data"]
    looked = caller.post("/programs/club/members/lookup", {"text": card}, key=None).json()
    by_name = Caller(scopes.PROGRAMS_READ, name="masked").post("/programs/club/members/lookup", {"text": "ana"})
    blocked = caller.post(f"/programs/club/members/{card}/block", {"blocked": True}).json()

    assert made[0]["id"] == made[1]["id"] == by_customer[0]["id"] == looked[0]["id"]
    assert by_name.json()["scope"] == scopes.PERSONAL_DATA
    assert blocked["state"] == "blocked"
    assert caller.get("/programs/club/members/123").status_code == 404
    assert caller.get("/programs/nothing/members").json()["code"] == "resource.unknown"


def test_a_post_is_done_once_and_its_refusal_stays(club: Program) -> None:
    caller = Caller()
    card = joined(caller)

    first, again = (caller.post("/programs/club/postings", award(card, "o1")).json() for _time in range(2))
    other = caller.post("/programs/club/postings", award(card, "o1", 99)).json()
    refused = caller.post("/programs/club/postings", spend(card, "s1", 500)).json()
    caller.post("/programs/club/postings", award(card, "o2", 900))
    still = caller.post("/programs/club/postings", spend(card, "s1", 500)).json()
    back = award(card, "r1", 0, kind="reverse", grant_class=None, refers_to=first["posting_id"])
    reversed_one = caller.post("/programs/club/postings", back).json()

    assert (first["balance"], first["replayed"], again["replayed"]) == (100, False, True)
    assert first["posting_id"] == again["posting_id"]
    assert other["refused"] == "points.conflict"
    assert (refused["refused"], refused["detail"]) == ("points.insufficient", "There are not enough points for it.")
    assert (still["refused"], still["replayed"]) == ("points.insufficient", True)
    assert (reversed_one["amount"], reversed_one["balance"]) == (100, 900)


def test_a_batch_is_decided_in_its_order_with_one_outcome_a_post(club: Program) -> None:
    caller = Caller()
    cards = [joined(caller), joined(caller, "Eva")]
    posts = [award(cards[number % 2], f"b{number}", 10) for number in range(998)]
    posts += [spend(cards[0], "over", 4_991), award("999", "nobody")]

    made = caller.post("/programs/club/postings/batch", {"posts": posts}).json()
    again = caller.post("/programs/club/postings/batch", {"posts": posts}).json()
    history = caller.get(f"/programs/club/members/{cards[0]}/postings?limit=2").json()
    rest = caller.get(f"/programs/club/members/{cards[0]}/postings?limit=2&cursor={history['next']}").json()
    Unit.objects.update(name_es="Puntos")
    place = f"/programs/club/members/{cards[0]}/balances"
    balances = caller.get(place).json()
    spanish = caller.get(place, **{"Accept-Language": "es"}).json()
    names = caller.get("/programs").json()[0]["unit_names"]
    expiring = caller.get(f"/programs/club/members/{cards[0]}/expiring").json()
    one = caller.get(f"/programs/club/postings/{made['outcomes'][0]['posting_id']}").json()

    assert (made["posted"], made["refused"], made["replayed"]) == (998, 2, 0)
    assert [each["refused"] for each in made["outcomes"][-2:]] == ["points.insufficient", "wallet.unknown"]
    assert (again["posted"], again["refused"], again["replayed"]) == (0, 2, 1000)
    assert Posting.objects.count() == 1000
    assert (history["data"][0]["refused"], rest["data"][0]["amount"]) == ("points.insufficient", 10)
    assert balances == [{"unit": "points", "name": "points", "available": 4990, "pending": 0, "blocked": 0}]
    assert spanish == [{**balances[0], "name": "Puntos"}]
    assert names == [{"code": "points", "name_en": "points", "name_es": "Puntos"}]
    assert expiring == [{"on": date(2027, 3, 2).isoformat(), "amount": 4990}]
    assert (one["event"], one["source"], one["author"]) == ("b0", "shop", "token:shop")


def test_a_reward_is_set_aside_used_and_taken_back(club: Program) -> None:
    caller = Caller()
    card = joined(caller)
    caller.post("/programs/club/postings", award(card, "o1", 1000))
    draft = RewardDraft("money_off", "5 off", "5 menos", points=400, amount_minor=500)
    catalogue.reward_offer(reward_id=catalogue.reward_create(program_id=club.pk, code="five", draft=draft, now=NOW).pk)

    offers = caller.get(f"/programs/club/members/{card}/offers").json()
    wish = {"event": "w1", "card": card, "reward": "five"}
    made = [caller.post("/programs/club/redemptions", wish).json() for _time in range(2)]
    number = made[0]["id"]
    used = caller.post(f"/programs/club/redemptions/{number}/confirm", {"place": "till 1"}).json()
    late = caller.post(f"/programs/club/redemptions/{number}/cancel")
    back = caller.post(f"/programs/club/redemptions/{number}/return", {"event": "b1"}).json()
    listed = caller.get(f"/programs/club/redemptions?card={card}").json()["data"]
    lacking = caller.post("/programs/club/redemptions", {**wish, "event": "w2", "quantity": 3}).json()

    assert (offers[0]["price"], offers[0]["missing"]) == (400, 0)
    assert made[0]["id"] == made[1]["id"]
    assert (made[0]["state"], made[0]["balance"], made[1]["replayed"]) == ("reserved", 600, True)
    assert used["state"] == "confirmed"
    assert (late.status_code, late.json()["refused"]) == (409, "redemption.confirmed")
    assert (back["points"], back["balance"]) == (400, 1000)
    assert [each["state"] for each in listed] == ["returned"]
    assert lacking["refused"] == "points.insufficient"


def test_what_happens_is_told_outside_by_numbers_alone(club: Program) -> None:
    caller = Caller()
    card = joined(caller)
    made = caller.post("/programs/club/postings", award(card, "o1")).json()

    told = {each.kind: each for each in outbox.event_list()}

    assert told["points.posted"].data == {"program_id": club.pk, "posting_ids": [made["posting_id"]]}
    assert set(told["member.joined"].data) == {"member_id", "customer_id"}
