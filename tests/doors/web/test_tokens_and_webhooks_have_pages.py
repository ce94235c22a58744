"""Administrators make tokens, shown once, and say who is told of what happens."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from tests.make import integrations, staff
from tests.make.integrations import Receiver

from vinculo.exchange import kinds, scopes
from vinculo.exchange.records import courier, outbox
from vinculo.exchange.records.models import Delivery, Endpoint, Token
from vinculo.project.audit import selectors

BACKEND = "django.contrib.auth.backends.ModelBackend"
SHOP = {"name": "shop", "integration": "Shop", "scope": ["customers.read", "orders.write"], "per_minute": "60"}


@pytest.fixture
def admin(site: Client) -> Client:
    site.force_login(staff.user("administrator"), backend=BACKEND)
    return site


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setattr(settings, "WEBHOOKS_LOCAL", True)
    with integrations.receiving() as found:
        yield found


def test_a_token_is_made_shown_once_and_opens_the_api(admin: Client) -> None:
    made = admin.post("/tokens/", SHOP).content.decode()
    again = admin.get("/tokens/").content.decode()

    (text,) = re.findall(r'value="(vinculo_[\w-]+)"', made)
    assert text not in again
    assert "vinculo_" + text[8:14] in again
    me = admin.get("/api/v1/me", headers={"Authorization": f"Bearer {text}"}).json()
    assert (me["scopes"], me["calls_per_minute"], me["source"]) == (["customers.read", "orders.write"], 60, "shop")
    assert selectors.entry_list(table="exchange_token", actor="administrator").count() == 1


def test_a_token_is_revoked(admin: Client) -> None:
    admin.post("/tokens/", SHOP)
    token = Token.objects.get()

    page = admin.post(f"/tokens/{token.pk}/revoke/", follow=True).content.decode()

    token.refresh_from_db()
    assert (token.revoked_by, token.state(datetime.now(tz=UTC))) == ("administrator", "revoked")
    assert "shop opens nothing any more." in page
    assert admin.post("/tokens/999/revoke/").status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"scope": []}, {"expires_on": "2001-01-01"}, {"expires_on": "soon"}, {"integration": ""}]
)
def test_what_makes_no_sense_is_said_and_what_was_typed_stays(admin: Client, wrong: dict[str, object]) -> None:
    page = admin.post("/tokens/", {**SHOP, **wrong}).content.decode()

    assert Token.objects.count() == 0
    assert 'class="error"' in page
    assert ('value="shop"' in page) == ("name" not in wrong)


def test_nobody_gives_a_scope_that_does_not_exist(admin: Client) -> None:
    assert admin.post("/tokens/", {**SHOP, "scope": ["everything"]}).status_code == 403


def test_an_endpoint_is_added_tested_and_changed(admin: Client, receiver: Receiver) -> None:
    said = {"name": "Mailer", "url": receiver.address, "kind": ["order.placed"]}

    added = admin.post("/webhooks/", said, follow=True).content.decode()
    endpoint = Endpoint.objects.get()
    admin.post(f"/webhooks/{endpoint.pk}/test/")
    courier.work_off(clock=lambda: datetime.now(tz=UTC))
    shown = admin.get(f"/webhooks/{endpoint.pk}/").content.decode()
    admin.post(f"/webhooks/{endpoint.pk}/", {**said, "name": "Post", "kind": list(kinds.KINDS)})

    assert endpoint.secret in added
    assert len(receiver.got) == 1
    assert receiver.got[0].uid in shown
    assert "delivered" in shown
    changed = Endpoint.objects.get()
    assert (changed.name, changed.kinds, changed.secret) == ("Post", [], endpoint.secret)
    entries = selectors.entry_list(table="exchange_endpoint", actor="administrator")
    assert not any("secret" in (each.after or {}) for each in entries)


def test_what_was_given_up_is_sent_again(admin: Client, receiver: Receiver) -> None:
    admin.post("/webhooks/", {"name": "Mailer", "url": receiver.address})
    endpoint = Endpoint.objects.get()
    for number in range(3):
        outbox.event_write("customer.changed", subject=str(number), data={"customer_id": number})
    Endpoint.objects.update(active_from=datetime(2020, 1, 1, tzinfo=UTC))
    outbox.events_place()
    Delivery.objects.update(state="dead")

    page = admin.post(f"/webhooks/{endpoint.pk}/replay/", follow=True).content.decode()
    courier.work_off(clock=lambda: datetime.now(tz=UTC))
    one = Delivery.objects.order_by("id")[0]
    admin.post(f"/webhooks/{endpoint.pk}/deliveries/{one.pk}/replay/")
    courier.work_off(clock=lambda: datetime.now(tz=UTC))

    assert "3 deliveries are sent again." in page
    assert len(receiver.got) == 4
    assert receiver.uids.count(one.event.uid) == 2
    assert admin.post(f"/webhooks/{endpoint.pk}/deliveries/999/replay/").status_code == 404


def test_an_endpoint_is_given_a_new_secret_and_switched_off_and_on(admin: Client, receiver: Receiver) -> None:
    admin.post("/webhooks/", {"name": "Mailer", "url": receiver.address})
    before = Endpoint.objects.get()

    admin.post(f"/webhooks/{before.pk}/rotate/")
    rotated = admin.get(f"/webhooks/{before.pk}/").content.decode()
    admin.post(f"/webhooks/{before.pk}/disable/")
    off = admin.get(f"/webhooks/{before.pk}/").content.decode()
    admin.post(f"/webhooks/{before.pk}/enable/")

    assert before.secret in rotated
    assert Endpoint.objects.get().secret in rotated
    assert "administrator switched it off on" in off
    assert Endpoint.objects.get().disabled_at is None
    assert admin.post(f"/webhooks/{before.pk}/explode/").status_code == 404


@pytest.mark.parametrize("url", ["http://shop.example/", "https://127.0.0.1/", "https://localhost/", "nonsense"])
def test_an_address_that_may_not_be_called_is_not_taken(admin: Client, url: str) -> None:
    page = admin.post("/webhooks/", {"name": "Mailer", "url": url}).content.decode()

    assert Endpoint.objects.count() == 0
    assert 'class="error"' in page


def test_scopes_and_events_have_their_spanish() -> None:
    with translation.override("es"):
        for name in (*(scope.name for scope in scopes.SCOPES), *kinds.KINDS.values()):
            assert translation.gettext(name) != name
