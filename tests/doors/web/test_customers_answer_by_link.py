"""A customer answers by the link of a mail: nobody signs in, nothing is told to strangers, everything is evidence."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone
from tests.make import mailbox, served, staff, store

from vinculo.identify.records import tasks
from vinculo.identify.records.consents import confirmation, links, log, selectors
from vinculo.identify.records.consents.log import Evidence
from vinculo.identify.records.models import (
    ConsentChannel,
    ConsentEntry,
    ConsentPurpose,
    ConsentRequest,
    Customer,
    RightsRequest,
)
from vinculo.identify.records.rights import erasure, register

EMAIL = "maria@example.org"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def maria(records: store.Database) -> Customer:
    return served.customer("María García", number="C-100", email=EMAIL, phone="+34600123456")


def agreed(customer: Customer, *channels: str) -> None:
    for code in channels:
        log.consent_record(
            customer_ids=[customer.pk],
            purpose=ConsentPurpose.objects.get(code="marketing"),
            channel=ConsentChannel.objects.get(code=code),
            action="given",
            evidence=Evidence(datetime(2024, 1, 1, tzinfo=UTC), "web form"),
            now=timezone.now(),
        )


def states(customer: Customer) -> dict[str, str]:
    found = selectors.held(customer_ids=[customer.pk], now=timezone.now())
    return {each.code: each.state for each in found if each.state != "silent"}


def unsubscribing(customer: Customer) -> str:
    headers = links.unsubscribe_headers(customer_ids=[customer.pk], purpose="marketing", channel="email", address=EMAIL)
    found = re.fullmatch(r"<https://shop\.example(/\S+)>", headers["List-Unsubscribe"])
    assert found
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return found[1]


@pytest.fixture(autouse=True)
def _address() -> Any:
    with override_settings(SITE_ADDRESS="https://shop.example"):
        yield


def test_a_mailbox_is_offered_both_ways_where_somebody_reads_the_second(maria: Customer) -> None:
    with override_settings(UNSUBSCRIBE_MAILBOX="stop@shop.example"):
        headers = links.unsubscribe_headers(
            customer_ids=[maria.pk], purpose="marketing", channel="email", address=EMAIL
        )

    one, other = headers["List-Unsubscribe"].split(", ")
    assert one.startswith("<https://shop.example/unsubscribe/")
    assert other.startswith("<mailto:stop@shop.example?subject=unsubscribe%20")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        ("", "application/x-www-form-urlencoded"),
        ("anything", "text/plain"),
        (
            '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
    ],
    ids=["pair", "without", "text", "multipart"],
)
def test_one_post_unsubscribes(maria: Customer, body: str, kind: str) -> None:
    agreed(maria, "email", "phone")
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(unsubscribing(maria), data=body, content_type=kind)

    assert (answer.status_code, answer.headers.get("Location"), dict(answer.cookies)) == (200, None, {})
    assert states(maria) == {"marketing-email": "withdrawn", "marketing-phone": "given"}
    entry = ConsentEntry.objects.get(action="withdrawn")
    assert (entry.origin, entry.address, entry.evidence["ip"]) == ("one-click unsubscribe", EMAIL, "127.0.0.1")


def test_a_repeated_and_a_bad_link_are_answered_alike(maria: Customer) -> None:
    agreed(maria, "email")
    address = unsubscribing(maria)
    client = Client()

    first, again = client.post(address), client.post(address)
    bad = client.post(address[:-3] + "xx/")
    other_kind = client.post(preferences(maria).replace("preferences", "unsubscribe"))

    assert [each.status_code for each in (first, again, bad, other_kind)] == [200, 200, 200, 200]
    assert first.content == again.content == bad.content == other_kind.content
    assert ConsentEntry.objects.filter(action="withdrawn").count() == 1


def test_what_is_put_to_use_again_wakes_nothing_up(maria: Customer) -> None:
    agreed(maria, "email", "phone")
    ConsentChannel.objects.filter(code="email").update(active=False)

    Client().post(unsubscribing(maria))
    ConsentChannel.objects.update(active=True)

    assert states(maria) == {"marketing-email": "withdrawn", "marketing-phone": "given"}


def test_looking_at_a_link_changes_nothing(maria: Customer) -> None:
    agreed(maria, "email")

    answers = [Client().get(unsubscribing(maria)), Client().head(unsubscribing(maria))]

    assert [each.status_code for each in answers] == [200, 200]
    assert "Unsubscribe" in answers[0].content.decode()
    assert states(maria) == {"marketing-email": "given"}


def test_only_a_failure_of_ours_is_a_failure(maria: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_words: object, **_more: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(log, "consent_record", fails)

    answer = Client(raise_request_exception=False).post(unsubscribing(maria))

    assert answer.status_code == 500


def preferences(customer: Customer) -> str:
    link = links.preferences(identifier=customer.identifiers.get(kind="email"))
    return link.removeprefix("https://shop.example")


def test_the_preference_page_shows_and_takes_what_is_changed(maria: Customer) -> None:
    agreed(maria, "email", "phone")
    client = Client()
    shown = client.get(preferences(maria), headers={"accept-language": "es"})

    saved = client.post(
        preferences(maria),
        {"marketing-phone": "1", "profiling": "1"},
        headers={"accept-language": "es", "sec-gpc": "1"},
    )

    assert "Novedades y ofertas" in shown.content.decode()
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert (saved.status_code, dict(saved.cookies)) == (200, {})
    assert states(maria) == {"marketing-email": "withdrawn", "marketing-phone": "given", "profiling": "given"}
    entry = ConsentEntry.objects.get(purpose__code="profiling")
    assert entry.text_shown == "Pueden estudiar mis compras para elegir qué me ofrecen."
    assert (entry.form, entry.address, entry.evidence["gpc"]) == ("preferences/1", EMAIL, True)
    assert ConsentEntry.objects.count() == 4


def test_everything_is_withdrawn_with_one_button(maria: Customer) -> None:
    agreed(maria, "email", "post")

    Client().post(preferences(maria), {"everything": "1", "marketing-email": "1"})

    assert set(states(maria).values()) == {"withdrawn"}
    assert len(states(maria)) == len(selectors.topics())


def test_who_objected_cannot_be_made_to_agree_by_a_form(maria: Customer) -> None:
    register.request_open(
        customer_ids=[maria.pk], kind="objection", received_on=timezone.localdate(), now=timezone.now()
    )

    Client().post(preferences(maria), {"marketing-email": "1"})

    assert states(maria)["marketing-email"] == "withdrawn"


@pytest.mark.parametrize("what", ["bad", "of another page", "too old", "erased"])
def test_a_preference_link_that_is_no_good_is_answered_calmly(maria: Customer, what: str, tmp_path: Any) -> None:
    link = preferences(maria)
    if what == "bad":
        link = link.replace("preferences/", "preferences/x")
    elif what == "of another page":
        link = unsubscribing(maria).replace("unsubscribe", "preferences")
    elif what == "erased":
        with override_settings(HOME_FOLDER=lambda *parts: tmp_path, IMPORTS_FOLDER=tmp_path):
            erasure.person_erase(customer_ids=[maria.pk], now=timezone.now())

    past = timedelta(seconds=-1) if what == "too old" else links.GOOD_FOR
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(links, "GOOD_FOR", past)
        answers = [Client().get(link), Client().post(link, {"marketing-email": "1"})]

    assert [each.status_code for each in answers] == [404, 404]
    assert "This link does not work any more" in answers[0].content.decode()
    assert ConsentEntry.objects.count() == 0


def asked(customer: Customer) -> str:
    """Ask by a real mail server; return the path of the link in the mail."""
    question = confirmation.Question(
        purpose=ConsentPurpose.objects.get(code="marketing"),
        channel=ConsentChannel.objects.get(code="email"),
        address=EMAIL,
        language="es",
        origin="shop",
        by="ana",
    )
    made = confirmation.confirmation_ask(customer_ids=[customer.pk], question=question, now=timezone.now())
    with mailbox.receiving() as box:
        tasks.confirmation_send(request_id=made.pk)
    (mail,) = box.messages
    assert (mail["To"], mail["Subject"]) == (EMAIL, "Por favor, confirme")
    found = re.search(r"https://shop\.example(/confirm/\S+)", mail.get_content())
    assert found
    assert "Pueden enviarme novedades y ofertas." in mail.get_content()
    return found[1]


def test_a_question_by_mail_counts_when_its_reader_agrees(maria: Customer) -> None:
    link, client = asked(maria), Client()

    looked, before = client.get(link), states(maria)
    agreed_, again = client.post(link), client.post(link)
    later = client.get(link)

    assert (looked.status_code, before) == (200, {})
    assert [each.status_code for each in (agreed_, again, later)] == [200, 200, 200]
    assert "Thank you" in agreed_.content.decode()
    assert "This is confirmed already" in again.content.decode()
    entry = ConsentEntry.objects.get()
    assert (entry.origin, entry.form, entry.address) == ("shop", "confirmation/1", EMAIL)
    assert entry.text_shown == "Pueden enviarme novedades y ofertas."
    assert entry.evidence["by"] == "ana"


def test_a_question_that_was_withdrawn_or_is_old_agrees_to_nothing(maria: Customer) -> None:
    link = asked(maria)
    ConsentRequest.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    answers = [Client().get(link), Client().post(link), Client().post("/confirm/nonsense/")]

    assert [each.status_code for each in answers] == [410, 410, 404]
    assert states(maria) == {}


def test_the_customer_page_and_the_staff_see_what_was_said(maria: Customer, site: Client) -> None:
    agreed(maria, "email")
    Client().post(unsubscribing(maria))
    site.force_login(staff.user("agent"), backend=BACKEND)

    page, history = site.get(f"/customers/{maria.pk}/"), site.get(f"/customers/{maria.pk}/consents/")

    assert "The customer took the consent back." in page.content.decode()
    assert "one-click unsubscribe" in history.content.decode()
    assert RightsRequest.objects.count() == 0
