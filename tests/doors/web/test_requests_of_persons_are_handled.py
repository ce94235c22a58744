"""Staff record consents, handle requests of persons, and see how long what is kept."""

import io
import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.utils import timezone
from tests.make import home as homes
from tests.make import served, staff, store

from vinculo.identify.records import tasks
from vinculo.identify.records.consents import selectors
from vinculo.identify.records.models import ConsentEntry, Customer, RetentionRule, RightsRequest
from vinculo.identify.records.rights import erasure, register, retention, rules

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def maria(records: store.Database) -> Customer:
    made = served.customer("María García", number="C-100", email="maria@example.org", phone="+34600123456")
    served.order(made, "A1", days_ago=30, lines=[{"product": "tea", "net_minor": 20_00}])
    return made


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(staff.User.objects.filter(username=role).first() or staff.user(role), backend=BACKEND)
    return client


def answer(**changed: str) -> dict[str, str]:
    said = {
        "topic": "marketing-phone",
        "action": "given",
        "day": timezone.localdate().isoformat(),
        "origin": "telephone",
        "said": "Read out: may we ring you with offers? She said yes.",
    }
    return {**said, **changed}


def test_an_agent_records_what_was_said_on_the_telephone(maria: Customer) -> None:
    agent, where = signed_in("agent"), f"/customers/{maria.pk}/consents/"

    first = agent.post(f"{where}record/", answer(), follow=True).content.decode()
    agent.post(f"{where}record/", answer(action="withdrawn"))
    page = agent.get(where).content.decode()

    assert "The answer was recorded." in first
    assert "may we ring you with offers?" in first
    assert "taken back" in page
    assert list(ConsentEntry.objects.order_by("id").values_list("recorded_by", "origin", "action")) == [
        ("agent", "telephone", "given"),
        ("agent", "telephone", "withdrawn"),
    ]


@pytest.mark.parametrize("wrong", [{"said": ""}, {"topic": "x"}, {"day": "2999-01-01"}, {"origin": "hearsay"}])
def test_an_answer_without_its_evidence_is_not_recorded(maria: Customer, wrong: dict[str, str]) -> None:
    page = signed_in("agent").post(f"/customers/{maria.pk}/consents/record/", answer(**wrong))

    assert page.status_code == 400
    assert ConsentEntry.objects.count() == 0


def test_a_consent_of_a_past_day_gives_way_to_what_was_taken_back_on_it(maria: Customer) -> None:
    agent, where = signed_in("agent"), f"/customers/{maria.pk}/consents/record/"
    day = (timezone.localdate() - timedelta(days=3)).isoformat()

    agent.post(where, answer(action="withdrawn", day=day))
    agent.post(where, answer(day=day))

    held = selectors.held(customer_ids=[maria.pk], now=timezone.now())
    assert {each.code: each.state for each in held}["marketing-phone"] == "withdrawn"


def test_masked_roles_see_what_holds_and_not_who_said_it(maria: Customer) -> None:
    signed_in("agent").post(f"/customers/{maria.pk}/consents/record/", answer())
    analyst = signed_in("analyst")

    page = analyst.get(f"/customers/{maria.pk}/consents/").content.decode()
    line = analyst.get(f"/customers/{maria.pk}/").content.decode()

    assert "may be contacted" in line
    assert "News and offers" in page
    for hidden in ("García", "600123456", "maria@", "She said yes", "Record an answer"):
        assert hidden not in page


@pytest.mark.parametrize(("received", "due"), [("2026-01-31", "2026-02-28"), ("2025-12-05", "2026-01-05")])
def test_a_request_is_due_within_a_month(maria: Customer, received: str, due: str) -> None:
    lead = signed_in("team_lead")

    lead.post(f"/customers/{maria.pk}/rights/open/", {"kind": "access", "received_on": received, "note": "by letter"})

    made = RightsRequest.objects.get()
    assert (made.due_on.isoformat(), made.state, made.recorded_by) == (due, "open", "team_lead")
    assert "María García" in lead.get("/privacy/").content.decode()


def test_a_person_gets_everything_and_the_request_is_closed(maria: Customer) -> None:
    manager, where = signed_in("relationship_manager"), f"/customers/{maria.pk}/rights/"
    manager.post(f"{where}open/", {"kind": "access", "received_on": timezone.localdate().isoformat()})
    made = RightsRequest.objects.get()

    packed = zipfile.ZipFile(io.BytesIO(manager.get(f"{where}data.zip").content))
    manager.post(f"/privacy/{made.pk}/close/", {"outcome": "done", "answer": "sent by post"})
    twice = manager.post(f"/privacy/{made.pk}/close/", {"outcome": "done"})

    data = json.loads(packed.read("data.json"))["sections"]
    assert data["identifiers"][1]["value"] == "maria@example.org"
    assert data["order_lines"][0]["net_minor"] == 20_00
    assert {"customer", "addresses", "source_records", "consents", "orders", "changes", "values"} <= set(data)
    assert "tea" in packed.read("order_lines.csv").decode()
    made.refresh_from_db()
    assert (made.state, made.handled_by, made.answer) == ("done", "relationship_manager", "sent by post")
    assert twice.status_code == 400


def test_a_restriction_and_an_objection_hold_until_they_are_lifted(maria: Customer) -> None:
    lead, where = signed_in("team_lead"), f"/customers/{maria.pk}/rights/"
    lead.post(f"/customers/{maria.pk}/consents/record/", answer())

    lead.post(f"{where}open/", {"kind": "restriction", "received_on": timezone.localdate().isoformat()})
    restricted = lead.get(f"/customers/{maria.pk}/").content.decode()
    lead.post(f"/privacy/{RightsRequest.objects.get().pk}/lift/")
    lifted = lead.get(f"/customers/{maria.pk}/").content.decode()
    lead.post(f"{where}open/", {"kind": "objection", "received_on": timezone.localdate().isoformat()})
    lead.post(f"/privacy/{RightsRequest.objects.latest('id').pk}/lift/")

    assert "asked to restrict" in restricted
    assert "may be contacted" in lifted
    held = selectors.held(customer_ids=[maria.pk], now=timezone.now())
    assert {each.state for each in held} == {"withdrawn"}


def test_a_refusal_needs_its_reason(maria: Customer) -> None:
    made = register.request_open(
        customer_ids=[maria.pk], kind="erasure", received_on=timezone.localdate(), now=timezone.now()
    )

    answers = [
        signed_in("team_lead").post(f"/privacy/{made.pk}/close/", {"outcome": outcome}).status_code
        for outcome in ("refused", "done")
    ]

    assert answers == [400, 400]


def test_only_an_administrator_erases_and_a_job_does_it(maria: Customer, tmp_path: Path) -> None:
    made = register.request_open(
        customer_ids=[maria.pk], kind="erasure", received_on=timezone.localdate(), now=timezone.now()
    )
    administrator = signed_in("administrator")

    refused = signed_in("relationship_manager").post(f"/privacy/{made.pk}/erase/")
    asked = administrator.post(f"/privacy/{made.pk}/erase/", follow=True)
    with override_settings(HOME_FOLDER=homes.of(tmp_path), IMPORTS_FOLDER=tmp_path / "imports"):
        tasks.person_erase(request_id=made.pk, by="administrator")
    page = administrator.get(f"/customers/{maria.pk}/").content.decode()

    assert refused.status_code == 403
    assert "The person is being erased" in asked.content.decode()
    assert "This person was erased" in page
    assert "García" not in page
    made.refresh_from_db()
    assert (made.state, made.handled_by) == ("done", "administrator")
    assert "/consents/record/" not in administrator.get(f"/customers/{maria.pk}/consents/").content.decode()


def test_nothing_is_offered_or_done_to_somebody_who_was_erased(maria: Customer, tmp_path: Path) -> None:
    twin = served.customer("María García Gil", number="G-1")
    served.order(maria, "Z9", days_ago=3, lines=[{"product": "cup", "net_minor": 500}])
    # Who objected before is erased all the same.
    RightsRequest.objects.create(
        customer_id=maria.pk,
        kind="objection",
        received_on=served.AS_OF,
        due_on=served.AS_OF,
        in_force_from=served.NOW,
    )
    with override_settings(HOME_FOLDER=homes.of(tmp_path), IMPORTS_FOLDER=tmp_path / "imports"):
        erasure.person_erase(customer_ids=[maria.pk], now=served.NOW)
    administrator, mine = signed_in("administrator"), f"/customers/{maria.pk}/"
    pages = [administrator.get(f"{mine}{each}").content.decode() for each in ("", "relations/", "identity/")]

    assert "This person was erased on 30 June 2024" in pages[0]
    assert "bought Cup" in pages[0]
    leads_on = [address for page in pages for address in re.findall(r'(?:href|action|hx-get)="([^"]+)"', page)]
    for offered in (
        f"{mine}change/",
        "/relations/add/",
        "/identity/",
        "/prospects/new/",
        "/consents/record/",
        "/undo/",
    ):
        assert [address for address in leads_on if offered in address] == []
    refused = [
        administrator.get(f"{mine}change/"),
        administrator.post(f"{mine}change/", {"kind": "person", "given_name": "María"}),
        administrator.post(f"{mine}merge/{twin.pk}/", {"survivor": twin.pk}),
        administrator.post(f"{mine}consents/record/", answer()),
    ]
    assert {each.status_code for each in refused} == {400}
    told = administrator.post(f"{mine}relations/add/", {"way": "friend:forward", "other": twin.pk}, follow=True)
    assert "Whoever was erased stays so" in told.content.decode()
    assert Customer.objects.get(pk=maria.pk).name == ""


def test_what_is_due_is_shown_and_goes_only_when_its_rule_is_in_use(maria: Customer, tmp_path: Path) -> None:
    idle = served.customer("Pau Puig", number="P-1", email="pau@puig.example", standing="prospect")
    administrator, now = signed_in("administrator"), served.NOW + timedelta(days=400)

    administrator.post("/privacy/retention/prospects/", {"months": "12"})
    page = administrator.get("/privacy/retention/").content.decode()
    with override_settings(HOME_FOLDER=homes.of(tmp_path), IMPORTS_FOLDER=tmp_path / "imports"):
        off = retention.rules_apply(now=now)
        administrator.post("/privacy/retention/prospects/", {"months": "12", "active": "1"})
        (would,) = [each for each in retention.dues(now=now) if each.rule.code == "prospects"]
        (done,) = retention.rules_apply(now=now)
        again = retention.rules_apply(now=now)

    idle.refresh_from_db()
    assert (off, would.count, done.count, again[0].count) == ([], 1, 1, 0)
    assert "Prospects of whom nothing was heard" in page
    assert (idle.name, Customer.objects.get(pk=maria.pk).name) == ("", "María García")


@pytest.mark.parametrize(
    ("code", "said"), [("audit", {"months": "6"}), ("prospects", {"active": "1"}), ("prospects", {"months": "x"})]
)
def test_a_rule_that_makes_no_sense_is_refused(records: store.Database, code: str, said: dict[str, str]) -> None:
    answer_ = signed_in("administrator").post(f"/privacy/retention/{code}/", said)

    assert answer_.status_code == 400
    assert not RetentionRule.objects.exclude(months=None).exists()


def test_every_rule_there_is_can_be_kept(records: store.Database) -> None:
    assert set(RetentionRule.objects.values_list("code", flat=True)) == set(rules.KINDS)


def test_the_register_of_processing_says_what_is_set_up(maria: Customer) -> None:
    lead = signed_in("team_lead")

    page = lead.get("/privacy/processing/").content.decode()
    given = json.loads(lead.get("/privacy/processing.json").content)

    assert "Sharing with partners" in page
    assert {each["name"] for each in given["activities"]} >= {"News and offers", "Serving customers"}
    assert ["Shop", "files"] in given["sources"]
    assert dict(given["roles"])["Team lead"] is True
