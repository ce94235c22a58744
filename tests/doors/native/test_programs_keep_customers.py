"""Programs add, change, find, merge and separate customers, and are told what was wrong with a call."""

from typing import Any

import pytest
from tests.make import integrations, store, stored_orders
from tests.make.integrations import Program

from vinculo.identify.records.models import Customer, Identifier, SourceRecord
from vinculo.project.audit import selectors

ANA = {
    "given_name": "Ana",
    "family_name": "Ruiz",
    "country": "ES",
    "number": "C-1",
    "identifiers": [{"kind": "email", "value": "Ana@Ruiz.es"}, {"kind": "phone", "value": "600 12 34 56"}],
}


@pytest.fixture
def program(records: store.Database) -> Program:
    return Program()


def added(program: Program, **more: Any) -> dict[str, Any]:
    answer = program.post("/customers", {**ANA, **more})
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def test_a_customer_is_added_and_read_again(program: Program) -> None:
    made = program.post("/customers", ANA)

    read = program.get(f"/customers/{made.json()['id']}").json()

    assert made.status_code == 201
    assert made.headers["Location"] == f"/api/v1/customers/{read['id']}"
    assert read == made.json()
    assert (read["name"], read["standing"], read["masked"]) == ("Ana Ruiz", "prospect", False)
    assert {(each["kind"], each["value"], each["source"]) for each in read["identifiers"]} == {
        ("source_key", "C-1", "shop"),
        ("email", "ana@ruiz.es", "by-hand"),
        ("phone", "+34600123456", "by-hand"),
    }


def test_what_is_changed_follows_from_a_record_under_the_name_of_the_token(program: Program) -> None:
    customer = added(program)

    changed = program.call("PATCH", f"/customers/{customer['id']}", {"city": "Soria", "lines": "Calle 1"})

    assert changed.json()["addresses"][0]["city"] == "Soria"
    assert changed.json()["given_name"] == "Ana"
    record = SourceRecord.objects.filter(source_key="C-1").latest("id")
    assert record.payload["by"] == "token:shop"
    entries = selectors.entry_list(actor="token:shop")
    assert {"identify_customer", "identify_address", "identify_identifier"} <= {each.table_name for each in entries}


def test_a_number_of_the_source_comes_once(program: Program) -> None:
    first = added(program)

    again = program.post("/customers", ANA)

    assert again.status_code == 409
    assert again.json()["code"] == "customer.key_taken"
    assert again.json()["number"] == first["id"]
    assert Customer.objects.count() == 1


def test_exact_keys_tell_whether_somebody_is_known(program: Program) -> None:
    customer = added(program)
    asked = [
        {"kind": "email", "value": "ANA@ruiz.es"},
        {"kind": "phone", "value": "+34 600 123 456"},
        {"kind": "source_key", "value": "C-1", "source": "elsewhere"},
        {"kind": "source_key", "value": "C-1", "source": "shop"},
        {"kind": "email", "value": "nobody@ruiz.es"},
    ]

    known = program.post("/customers/lookup", {"identifiers": asked}, key=None)
    unknown = program.post("/customers/lookup", {"identifiers": asked[-1:]}, key=None)

    assert known.json() == {"exists": True, "customers": [{"customer_id": customer["id"], "matched": [0, 1, 3]}]}
    assert unknown.json() == {"exists": False, "customers": []}


def test_customers_are_listed_by_what_points_to_them(program: Program) -> None:
    customer, other = added(program), added(program, number="C-2", identifiers=[])

    def found(query: str) -> list[int]:
        return [each["id"] for each in program.get(f"/customers?{query}").json()["data"]]

    assert found("") == [customer["id"], other["id"]]
    assert found("email=ana@ruiz.es") == [customer["id"]]
    assert found("number=C-2&source=shop") == [other["id"]]
    assert found("number=C-2&source=till") == []
    assert found("email=ana@ruiz.es&number=C-2") == []
    assert found("standing=actual") == []


def test_a_number_that_lost_a_merge_leads_to_the_customer_and_says_so(program: Program) -> None:
    kept, lost = added(program), added(program, number="C-2", identifiers=[])
    body = {"customer_ids": [kept["id"], lost["id"]], "survivor": kept["id"], "reason": "same e-mail"}

    merge = program.post("/merges", body).json()
    answer = program.get(f"/customers/{lost['id']}")
    members = program.get(f"/customers/{lost['id']}/members").json()

    assert (answer.json()["id"], answer.json()["asked_id"]) == (kept["id"], lost["id"])
    assert answer.json()["member_ids"] == [kept["id"], lost["id"]]
    assert answer.headers["Content-Location"] == f"/api/v1/customers/{kept['id']}"
    assert [each["id"] for each in program.get("/customers").json()["data"]] == [kept["id"]]
    assert (members["customer_id"], members["asked_id"]) == (kept["id"], lost["id"])
    assert [(each["id"], each["numbers"]) for each in members["members"]] == [
        (kept["id"], ["C-1"]),
        (lost["id"], ["C-2"]),
    ]
    assert [(each["id"], each["by"], each["undoable"]) for each in members["decisions"]] == [
        (merge["id"], "token:shop", True)
    ]


def test_a_change_of_a_number_that_lost_reaches_the_customer(program: Program) -> None:
    kept, lost = added(program), added(program, number="C-2", identifiers=[])
    program.post("/merges", {"customer_ids": [kept["id"], lost["id"]], "survivor": kept["id"]})

    changed = program.call("PATCH", f"/customers/{lost['id']}", {"given_name": "Anabel"}).json()

    assert (changed["id"], changed["asked_id"], changed["name"]) == (kept["id"], lost["id"], "Anabel Ruiz")


def test_a_merge_is_taken_back(program: Program) -> None:
    kept, lost = added(program), added(program, number="C-2", identifiers=[])
    merge = program.post("/merges", {"customer_ids": [kept["id"], lost["id"]]}).json()

    undone = program.post(f"/merges/{merge['id']}/undo", {"reason": "two people"})
    again = program.post("/merges", {"customer_ids": [kept["id"], lost["id"]]})

    assert (undone.status_code, undone.json()["kind"]) == (201, "unmerge")
    assert len(program.get("/customers").json()["data"]) == 2
    assert again.status_code == 422
    assert "are not the same" in again.json()["detail"]


def test_identifiers_are_added_and_taken_away(program: Program) -> None:
    customer = added(program, identifiers=[])
    place = f"/customers/{customer['id']}/identifiers"

    program.post(place, {"kind": "email", "value": "ana@ruiz.es"})
    with_key = program.post(place, {"kind": "source_key", "value": "WEB-9"}).json()
    mail = next(each for each in with_key["identifiers"] if each["kind"] == "email")
    gone = program.call("DELETE", f"{place}/{mail['id']}").json()

    assert {each["value"] for each in with_key["identifiers"]} == {"C-1", "WEB-9", "ana@ruiz.es"}
    assert {each["value"] for each in gone["identifiers"]} == {"C-1", "WEB-9"}
    key = next(each for each in gone["identifiers"] if each["kind"] == "source_key")
    other = program.post("/customers", {"name": "Eva"}).json()
    taken = program.post(f"/customers/{other['id']}/identifiers", {"kind": "source_key", "value": "WEB-9"})
    assert (taken.status_code, taken.json()["number"]) == (409, customer["id"])
    moved = program.call("PATCH", f"/customers/{customer['id']}", {"city": "Soria"})
    assert moved.json()["addresses"][0]["city"] == "Soria"
    assert program.call("DELETE", f"{place}/{key['id']}").status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": 5}, "body.name"),
        ({"name": "Ana", "nick": "x"}, "body.nick"),
        ({"name": "Ana", "country": "XX"}, "body.country"),
        ({"name": "Ana", "acquired_on": 20260101}, "body.acquired_on"),
        ({"name": "Ana", "kind": "dog"}, "body.kind"),
        ({"name": "Ana", "identifiers": [{"kind": "email", "value": ""}]}, "body.identifiers.0.value"),
        ({"name": "Ana", "identifiers": [{"kind": "email", "value": "no mail"}]}, "body.identifiers"),
        ({"name": "Ana", "lines": "x" * 201}, "body.lines"),
        ({"name": "Ana", "language": "Spanish"}, "body.language"),
    ],
)
def test_what_cannot_be_is_refused_with_the_field_named(program: Program, body: dict[str, Any], field: str) -> None:
    answer = program.post("/customers", body)

    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert field in {each["field"] for each in answer.json()["errors"]}
    assert Customer.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "call.malformed"),
        (b'{"name": NaN}', 400, "call.malformed"),
        (b'{"name": "\xff"}', 400, "call.malformed"),
        (b'{"name": "a\\u0000b"}', 400, "call.malformed"),
        (b'{"name": "\\ud800"}', 400, "call.malformed"),
        (b"[" * 100_000, 400, "call.malformed"),
        (b'"' + b"x" * (1 << 20) + b'"', 413, "call.too_large"),
        (b"[]", 400, "call.malformed"),
        (b"", 422, "input.invalid"),
    ],
)
def test_hostile_bodies_get_a_clear_answer(program: Program, body: bytes, status: int, code: str) -> None:
    answer = program.post("/customers", body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_misspelt_filter_does_not_list_everybody(program: Program) -> None:
    answer = program.get("/customers?emial=ana@ruiz.es")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "query.emial")


def test_other_media_types_are_refused(program: Program) -> None:
    answer = program.call("POST", "/customers", b"name=Ana", **{"Content-Type": "application/x-www-form-urlencoded"})

    assert (answer.status_code, answer.json()["code"]) == (415, "call.media_type")


def test_there_is_nothing_elsewhere(program: Program) -> None:
    answers = [program.get(path) for path in ("/customers/999999", "/nowhere", "/merges/1/undo")]

    assert [each.status_code for each in answers] == [404, 404, 405]
    assert [each.json()["code"] for each in answers] == ["resource.unknown", "resource.unknown", "call.method"]
    assert answers[2].headers["Allow"] == "POST"


def test_problems_speak_the_language_of_the_caller(program: Program) -> None:
    answer = program.get("/customers/999999", **{"Accept-Language": "es"})

    assert answer.json()["detail"] == "No hay ningún cliente 999999."


def test_an_organisation_is_shown_to_every_token_and_a_person_is_not(program: Program) -> None:
    person = added(program)
    firm = program.post("/customers", {"kind": "organisation", "name": "Acme", "number": "F-1"}).json()
    blind = Program("customers.read", name="blind")

    masked = blind.get(f"/customers/{person['id']}").json()

    assert (masked["masked"], masked["name"], masked["given_name"]) == (True, None, None)
    assert [each["value"] for each in masked["identifiers"]] == [None, None, "C-1"]
    assert blind.get(f"/customers/{firm['id']}").json()["name"] == "Acme"
    assert blind.get("/customers?email=ana@ruiz.es").json()["scope"] == "personal_data"
    asked = {"identifiers": [{"kind": "email", "value": "ana@ruiz.es"}]}
    assert blind.post("/customers/lookup", asked, key=None).status_code == 403
    by_number = {"identifiers": [{"kind": "source_key", "value": "C-1"}]}
    assert blind.post("/customers/lookup", by_number, key=None).json()["exists"]


def test_pages_hold_still_while_customers_come(program: Program) -> None:
    for number in range(5):
        stored_orders.a_customer(f"Customer {number}")

    first = program.get("/customers?limit=2").json()
    stored_orders.a_customer("Newcomer")
    second = program.get(f"/customers?limit=2&cursor={first['next']}").json()
    third = program.get(f"/customers?limit=2&cursor={second['next']}").json()

    ids = [each["id"] for page in (first, second, third) for each in page["data"]]
    assert ids == sorted(Customer.objects.values_list("id", flat=True))
    assert third["next"] is None


def test_a_cursor_of_another_list_is_refused(program: Program) -> None:
    stored_orders.lines(stored_orders.an_import(), None, [("N1", 0, 500), ("N2", 0, 500)])
    orders = program.get("/orders?limit=1").json()

    for cursor in (orders["next"], "x", orders["next"][:-1]):
        answer = program.get(f"/customers?cursor={cursor}")

        assert (answer.status_code, answer.json()["code"]) == (422, "input.cursor")
        assert answer.json()["errors"][0]["field"] == "query.cursor"


def test_the_program_sees_what_it_is(program: Program) -> None:
    assert program.get("/me").json() == {
        "name": "shop",
        "source": "shop",
        "scopes": sorted(integrations.EVERYTHING),
        "calls_per_minute": 100_000,
        "expires_at": None,
    }
    assert Identifier.objects.count() == 0
