"""Programs bind customers to each other, write down what they agreed to, and pursue leads; each is told outward."""

from typing import Any

import pytest
from tests.make import store
from tests.make.integrations import Program

from vinculo.exchange.records import outbox
from vinculo.identify.records.models import ConsentEntry, LeadStep, LinkChange

GIVEN: dict[str, Any] = {
    "action": "given",
    "purpose": "marketing",
    "channel": "email",
    "happened_at": "2026-03-01T10:00:00+01:00",
    "origin": "web form",
    "form": "sign-up 7",
    "text_shown": "You may send me news and offers.",
    "address": "ana@ruiz.example",
    "evidence": {"ip": "198.51.100.7"},
}


@pytest.fixture
def program(records: store.Database) -> Program:
    return Program()


def made(program: Program, **said: Any) -> int:
    answer = program.post("/customers", {"name": "Ana", **said})
    assert answer.status_code == 201, answer.content
    return int(answer.json()["id"])


def told(*wanted: str) -> list[tuple[str, str, dict[str, Any]]]:
    return [(each.kind, each.subject, each.data) for each in outbox.event_list(wanted=wanted)]


def test_a_relation_is_made_changed_ended_and_found_from_both_ends(program: Program) -> None:
    ana, acme, mother = made(program), *(made(program, name=name, kind="organisation") for name in ("Acme", "Holding"))
    said = {"kind": "post", "first_id": ana, "second_id": acme, "begins_on": "2025-01-01", "post": "Buyer"}

    answer = program.post("/relations", {**said, "decision": "buyer"})
    relation = answer.json()
    again = program.post("/relations", {**said, "decision": "buyer"}).json()
    changed = program.call("PATCH", f"/relations/{relation['id']}", {"main_contact": True}).json()
    ended = program.post(f"/relations/{relation['id']}/end", {"on": "2026-01-01"}).json()
    program.post("/relations", {"kind": "legal", "first_id": acme, "second_id": mother, "share_percent": 60})

    assert answer.status_code == 201, answer.content
    assert answer.headers["Location"] == f"/api/v1/relations/{relation['id']}"
    assert again == relation
    assert (changed["main_contact"], changed["decision"], changed["begins_on"]) == (True, "buyer", "2025-01-01")
    assert ended == {**changed, "ends_on": "2026-01-01", "recorded_at": ended["recorded_at"]}
    assert program.get(f"/relations/{relation['id']}").json() == ended
    pages = [program.get(f"/relations?customer_id={each}").json()["data"] for each in (ana, acme)]
    assert [[each["kind"] for each in page] for page in pages] == [["post"], ["post", "legal"]]
    assert program.get("/relations?kind=post&on=2026-02-01").json()["data"] == []
    first = program.get("/relations?limit=1").json()
    assert [each["kind"] for each in program.get(f"/relations?cursor={first['next']}").json()["data"]] == ["legal"]
    tree = program.get(f"/customers/{acme}/hierarchy").json()
    assert (tree["ultimate_parent_id"], [each["share_percent"] for each in tree["edges"]]) == (mother, [60.0])
    assert program.get("/relation-kinds", **{"Accept-Language": "es"}).json()[0]["forward"] == "filial de"
    both = {"relation_id": relation["id"], "customer_id": ana, "other_id": acme, "kind": "post"}
    subject = f"relations/{relation['id']}"
    assert told("relation.added", "relation.ended")[:2] == [
        ("relation.added", subject, both),
        ("relation.ended", subject, both),
    ]
    assert set(LinkChange.objects.values_list("by", flat=True)) == {"token:shop"}


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"kind": "nothing"}, 422, "relation.refused"),
        ({"kind": "employee"}, 422, "relation.refused"),
        ({"kind": "friend", "second_id": 999_999}, 404, "resource.unknown"),
        ({"kind": "friend", "begins_on": "2026-01-02", "ends_on": "2026-01-01"}, 422, "relation.refused"),
        ({"kind": "friend", "share_percent": 5}, 422, "relation.refused"),
        ({"kind": "friend", "share_percent": 101}, 422, "input.invalid"),
        ({"kind": "friend", "colour": "red"}, 422, "input.invalid"),
    ],
)
def test_a_relation_that_cannot_be_is_refused(program: Program, said: dict[str, Any], status: int, code: str) -> None:
    one, two = made(program), made(program)

    answer = program.post("/relations", {"first_id": one, "second_id": two, **said})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert told("relation.added") == []


def test_a_circle_is_refused_by_its_name(program: Program) -> None:
    one, two = (made(program, kind="organisation") for _ in range(2))
    program.post("/relations", {"kind": "legal", "first_id": one, "second_id": two})

    answer = program.post("/relations", {"kind": "legal", "first_id": two, "second_id": one})

    assert (answer.status_code, answer.json()["code"]) == (422, "relation.circle")


def test_a_household_is_made_joined_and_left(program: Program) -> None:
    ana, eva, acme = made(program), made(program, name="Eva"), made(program, kind="organisation")

    household = program.post("/households", {"name": "Ruiz", "customer_ids": [ana]}).json()
    place = f"/households/{household['id']}"
    joined = program.post(f"{place}/members", {"customer_id": eva, "begins_on": "2026-01-01"}).json()
    member = joined["members"][1]["id"]
    left = program.post(f"{place}/members/{member}/end", {"on": "2026-05-01"}).json()

    assert [each["customer_id"] for each in joined["members"]] == [ana, eva]
    assert left["members"][1]["ends_on"] == "2026-05-01"
    assert program.call("PATCH", place, {"name": "Ruiz Gil"}).json()["name"] == "Ruiz Gil"
    assert [each["id"] for each in program.get(f"/households?customer_id={eva}").json()["data"]] == [household["id"]]
    assert program.get(place).json()["members"] == left["members"]
    assert program.post(f"{place}/members", {"customer_id": acme}).json()["code"] == "relation.refused"
    assert program.post(f"{place}/members/999/end", {"on": "2026-05-01"}).status_code == 404
    assert [each[2]["customer_id"] for each in told("household.changed")] == [ana, eva, eva]


def test_a_consent_is_given_with_evidence_shown_and_taken_back(program: Program) -> None:
    ana = made(program, identifiers=[{"kind": "email", "value": "ana@ruiz.example"}])
    other = made(program)
    program.post("/merges", {"customer_ids": [ana, other], "survivor": other})
    place = f"/customers/{ana}/consents"

    answer = program.post(place, GIVEN)
    again = program.post(place, GIVEN).json()
    state = {(each["purpose"], each["channel"]): each for each in program.get(place).json()["consents"]}
    back = program.post(place, {"action": "withdrawn", "purpose": "marketing", "channel": "email", "origin": "call"})

    (entry,) = answer.json()["entries"]
    assert (answer.status_code, again["entries"]) == (201, [])
    assert (entry["evidence"], entry["form"], entry["source"]) == ({"ip": "198.51.100.7"}, "sign-up 7", "shop")
    held = state["marketing", "email"]
    assert (held["state"], held["contactable"], held["addresses"]) == ("given", True, ["ana@ruiz.example"])
    assert state["marketing", "sms"]["state"] == "silent"
    # A withdrawal is written for each party, so that it outlives their separation.
    assert {each["customer_id"] for each in back.json()["entries"]} == {ana, other}
    assert [each["contactable"] for each in back.json()["consents"] if each["channel"] == "email"] == [False]
    log = program.get(f"/consents?customer_id={other}&limit=2").json()
    rest = program.get(f"/consents?customer_id={other}&limit=2&cursor={log['next']}").json()
    assert [each["action"] for each in (*log["data"], *rest["data"])] == ["given", "withdrawn", "withdrawn"]
    assert len(program.get("/consents?purpose=marketing&channel=email&action=given").json()["data"]) == 1
    assert [kind for kind, _subject, _data in told("consent.given", "consent.withdrawn")] == [
        *("consent.given", "consent.withdrawn", "consent.withdrawn")
    ]
    data = told("consent.given")[0][2]
    assert data == {"consent_id": entry["id"], "customer_id": ana, "purpose": "marketing", "channel": "email"}
    assert {each["purpose"] for each in program.get("/consent-topics").json()} >= {"marketing", "profiling"}


def test_evidence_of_a_consent_is_personal(program: Program) -> None:
    ana = made(program, identifiers=[{"kind": "email", "value": "ana@ruiz.example"}])
    program.post(f"/customers/{ana}/consents", GIVEN)
    blind = Program("consents.read", name="blind")

    shown = [blind.get(f"/customers/{ana}/consents"), blind.get("/consents")]

    assert all("ana@ruiz" not in each.content.decode() and "198.51" not in each.content.decode() for each in shown)
    assert shown[0].json()["consents"][0]["contactable"] is True


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"channel": "pigeon"}, 404, "resource.unknown"),
        ({"channel": None}, 404, "resource.unknown"),
        ({"happened_at": "2199-01-01T00:00:00Z"}, 422, "input.refused"),
        ({"origin": None}, 422, "input.invalid"),
        ({"action": "expired"}, 422, "input.invalid"),
        ({"evidence": {"a": 5}}, 422, "input.invalid"),
    ],
)
def test_a_consent_without_its_evidence_is_none(program: Program, more: dict[str, Any], status: int, code: str) -> None:
    answer = program.post(f"/customers/{made(program)}/consents", {**GIVEN, **more})

    assert answer.status_code == status, answer.content
    assert answer.json()["code"] == code or code == "input.refused"
    assert ConsentEntry.objects.count() == 0


def test_a_lead_goes_its_way_and_its_prospect_becomes_a_customer(program: Program) -> None:
    ana = made(program, standing="prospect")
    said = {"customer_id": ana, "interest": "kitchens", "amount_minor": 50_000, "currency": "EUR"}

    answer = program.post("/leads", said)
    place = f"/leads/{answer.json()['id']}"
    program.post(f"{place}/move", {"to_stage": "quote", "seen": "interest"})
    meanwhile = program.post(f"{place}/move", {"to_stage": "order", "seen": "interest"})
    silent = program.post(f"{place}/move", {"to_stage": "interest"})
    program.post(f"{place}/move", {"to_stage": "qualified", "reason": "asked for less"})
    changed = program.call("PATCH", place, {"amount_minor": 40_000}).json()
    done = program.post(f"{place}/move", {"to_stage": "converted"}).json()

    assert answer.status_code == 201, answer.content
    assert (meanwhile.json()["code"], silent.json()["code"]) == ("lead.moved_meanwhile", "lead.refused")
    assert (changed["amount_minor"], changed["currency"], changed["interest"]) == (40_000, "EUR", "kitchens")
    assert [each["to_stage"] for each in done["steps"]] == ["interest", "quote", "qualified", "converted"]
    assert program.get(f"/customers/{ana}").json()["standing"] == "actual"
    assert [each["id"] for each in program.get(f"/leads?customer_id={ana}&stage=converted").json()["data"]]
    assert program.get("/leads?stage=open").json()["data"] == []
    assert program.post("/leads", {"customer_id": ana, "amount_minor": 5}).json()["errors"][0]["field"]
    stages = [data["stage"] for _kind, _subject, data in told("lead.moved")]
    assert stages == ["interest", "quote", "qualified", "converted"]
    assert [data["customer_id"] for _kind, _subject, data in told("lead.converted")] == [ana]


def test_an_order_converts_the_lead_and_says_so(program: Program) -> None:
    ana = made(program, standing="prospect")
    lead = program.post("/leads", {"customer_id": ana}).json()["id"]
    line = {"quantity": 1, "net_minor": 5, "description": "Cup"}
    order = {"number": "N1", "customer_id": ana, "happened_at": "2199-03-01T10:00:00Z", "currency": "EUR"}

    program.post("/orders", {**order, "lines": [line]})

    assert program.get(f"/leads/{lead}").json()["stage"] == "converted"
    assert told("lead.converted") == [("lead.converted", f"leads/{lead}", {"lead_id": lead, "customer_id": ana})]
    assert LeadStep.objects.filter(way="purchase").count() == 1
