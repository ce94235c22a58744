"""The page of a source: its keys, what comes in as it comes, and what is in quarantine."""

import re

import pytest
from django.test import Client
from tests.make import events, staff, store
from tests.make.events import event, track

from vinculo.identify.records.models import Event, Quarantined, Sender, WriteKey

BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in(site: Client, role: str, language: str = "") -> Client:
    site.force_login(staff.user(role, language=language), backend=BACKEND)
    return site


@pytest.fixture
def source(records: store.Database) -> int:
    return events.source("web-shop")[0]


def test_a_source_is_added_and_its_key_is_shown_once(site: Client, records: store.Database) -> None:
    browser = signed_in(site, "administrator")

    added = browser.post("/sources/new/", {"name": "Web shop", "currency": "gbp", "time_zone": "Europe/London"})
    shown = browser.post(f"{added.headers['Location']}keys/")

    key = re.findall(r"<p><code>([\w-]{32})</code></p>", shown.content.decode())[0]
    assert key not in browser.get(added.headers["Location"]).content.decode()
    assert (WriteKey.objects.get().begins, Sender.objects.get().currency) == (key[:8], "GBP")
    assert events.send(site, key, track("Seen", 1, user="u")) == 200


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "x", "currency": "??"}, {"name": "x", "time_zone": "Nowhere"}, {"name": "x" * 400}]
)
def test_what_no_source_can_be_is_told(site: Client, records: store.Database, wrong: dict[str, str]) -> None:
    answer = signed_in(site, "administrator").post("/sources/new/", wrong, follow=True)

    assert answer.status_code == 200
    assert len(wrong["name"]) == 400 or not Sender.objects.exists()


def test_the_live_part_says_what_came_in_and_what_did_not(site: Client, source: int) -> None:
    bad = {"type": "track", "userId": "u1", "event": "x", "timestamp": "never"}
    events.receive(source, track("Product Viewed", 1, user="ana@ruiz.es"), track("Product Viewed", 1, user="u1"), bad)

    page = signed_in(site, "administrator").get(f"/sources/{source}/live/").content.decode()

    assert "Product viewed" in page
    assert "has a time that cannot be read" in page
    assert "&quot;timestamp&quot;: &quot;never&quot;" in page
    assert 'hx-trigger="every 2s"' in page
    assert "test 1" in page
    assert re.findall(r'<dd class="figure">(\d+)</dd>', page) == ["1", "1", "1"]


def test_who_may_not_see_persons_sees_that_something_came_in(site: Client, source: int) -> None:
    bad = {"type": "track", "userId": "luis@ruiz.es", "event": "x", "timestamp": "never"}
    events.receive(source, track("Seen", 1, user="ana@ruiz.es"), bad)

    page = signed_in(site, "analyst").get(f"/sources/{source}/").content.decode()

    assert "ruiz.es" not in page
    assert "Your role does not show personal data." in page
    assert "Make another key" not in page


def test_a_key_is_revoked_and_settings_are_changed(site: Client, source: int) -> None:
    browser, key = signed_in(site, "administrator"), WriteKey.objects.get()

    browser.post(f"/sources/{source}/keys/{key.pk}/revoke/")
    browser.post(f"/sources/{source}/change/", {"currency": "USD", "time_zone": "UTC", "limit_per_second": "50"})
    browser.post(f"/sources/{source}/change/", {"currency": "USD", "time_zone": "UTC", "limit_per_second": "many"})

    key.refresh_from_db()
    sender = Sender.objects.get()
    assert key.revoked_at is not None
    assert (sender.currency, sender.limit_per_second) == ("USD", 50)
    assert browser.post("/sources/1/keys/999/revoke/").status_code == 404


def test_quarantine_is_tried_again_after_a_fix(site: Client, source: int) -> None:
    events.receive(source, track("Order Completed", 1, user="u", said={"order_id": "A", "revenue": "1,50"}))
    events.understand()
    row = Quarantined.objects.get()
    assert (row.reason, row.event) == ("amount", Event.objects.get().pk)

    page = signed_in(site, "administrator").post(f"/sources/{source}/replay/", follow=True).content.decode()

    assert "0 events came in after all." in page
    assert "has an amount that cannot be read" in page


def test_events_of_a_visit_before_it_was_known_whose_stand_on_the_page_of_the_customer(
    site: Client, source: int
) -> None:
    events.receive(
        source,
        track("Product Viewed", 1, visitor="v1", said={"product_id": "P"}),
        event("identify", 2, user="u1", visitor="v1", minute=5),
        track("Cart Viewed", 3, visitor="v1", minute=6),
        event("identify", 4, user="u2", visitor="v1", minute=10),
        track("Checkout Started", 5, visitor="v1", minute=11),
        event("page", 6, visitor="v2", name="Elsewhere"),
    )
    events.understand()
    browser = signed_in(site, "agent")

    pages = {
        key: browser.get(f"/customers/{events.customer(source, key).pk}/").content.decode() for key in ("u1", "u2")
    }

    seen = {key: [word for word in ("Product viewed", "Cart viewed", "Checkout started", "Elsewhere") if word in page]
            for key, page in pages.items()}  # fmt: skip
    assert seen == {"u1": ["Product viewed", "Cart viewed"], "u2": ["Checkout started"]}


def test_the_pages_speak_spanish(site: Client, source: int) -> None:
    events.receive(source, track("Product Viewed", 1, user="u"), {"type": "track", "event": "x"})
    browser = signed_in(site, "administrator", language="es")

    page = browser.get(f"/sources/{source}/").content.decode() + browser.get("/sources/").content.decode()

    for said in ("Orígenes", "Producto visto", "no tiene userId ni anonymousId", "Crear otra clave", "En cuarentena"):
        assert said in page
    for english in ("Sources", "Keys", "Latest", "quarantine<", "Accepted"):
        assert english not in page


def test_the_page_names_the_sites_that_may_send(site: Client, source: int) -> None:
    browser = signed_in(site, "administrator")
    said = {"currency": "EUR", "time_zone": "UTC", "limit_per_second": "50"}

    browser.post(f"/sources/{source}/change/", {**said, "sites": "https://shop.example\r\nHTTPS://*.Shop.example/ "})
    kept = Sender.objects.get(source_id=source).origins
    page = browser.get(f"/sources/{source}/").content.decode()
    refused = browser.post(f"/sources/{source}/change/", {**said, "sites": "not a site"}, follow=True)

    assert kept == ["https://*.shop.example", "https://shop.example"]
    assert "https://*.shop.example\nhttps://shop.example" in page
    assert "is not a site" in refused.content.decode()
    assert Sender.objects.get(source_id=source).origins == kept
