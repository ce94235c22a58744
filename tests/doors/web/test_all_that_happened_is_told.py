"""What happened with a customer is told day by day, in words of both languages, to each role what it may see."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from tests.make import bound, events, served, staff, store

from vinculo.exchange.records import endpoints, tokens
from vinculo.identify.records import services
from vinculo.identify.records.consents import log
from vinculo.identify.records.leads import services as leads
from vinculo.identify.records.membership import services as membership
from vinculo.identify.records.models import ConsentChannel, ConsentPurpose, Customer

BACKEND = "django.contrib.auth.backends.ModelBackend"
NOW = events.NOW


def signed_in(role: str, language: str = "") -> Client:
    client = Client()
    client.force_login(staff.User.objects.filter(username=role).first() or staff.user(role), backend=BACKEND)
    if language:
        client.cookies["django_language"] = language
    return client


def consent(customer: Customer, action: str, *, days_ago: int) -> None:
    log.consent_record(
        customer_ids=[customer.pk],
        purpose=ConsentPurpose.objects.get(code="marketing"),
        channel=ConsentChannel.objects.get(code="email"),
        action=action,
        evidence=log.Evidence(happened_at=NOW - timedelta(days=days_ago), origin="telephone"),
        now=NOW,
    )


@pytest.fixture
def ana(records: store.Database) -> Customer:
    source, _key = events.source()
    sent = [events.event("identify", 1, user="u1", visitor="v1", traits={"name": "Ana Ruiz", "email": "a@ruiz.es"})]
    sent += [events.event("page", 2, user="u1", minute=1, name="Home")]
    sent += [events.track("Product Viewed", 3, user="u1", minute=2, said={"product_id": "p", "name": "Blue <b>mug"})]
    sent += [events.track("Checkout Started", 4, user="u1", minute=5, said={"order_id": "W1"})]
    events.receive(source, *sent)
    events.understand()
    made = events.customer(source, "u1")
    for place in range(18):
        lines = [{"product": name, "net_minor": 5_00} for name in ("cup", "tea", "pot", "jar")]
        served.order(made, f"B{place}", days_ago=place, lines=lines)
    consent(made, "given", days_ago=9)
    lead = leads.lead_open(
        customer_id=made.pk, prospect=leads.Prospect(interest="40 cups", owner_id=staff.user("agent").pk), now=NOW
    )
    leads.lead_move(lead_id=lead.pk, to_stage="qualified", now=NOW)
    bound.bind("friend", made, served.customer("Luis Soto", number="L1"), note="Share a flat")
    services.customer_change(customer_id=made.pk, change=services.Change({"city": "Vigo"}), now=NOW)
    return made


def test_it_is_told_in_words_piece_by_piece_and_given_as_a_file(ana: Customer) -> None:
    manager, where = signed_in("relationship_manager"), f"/customers/{ana.pk}/timeline/"
    page = manager.get(f"/customers/{ana.pk}/").content.decode()

    for words in (
        *("1 page, looked at Blue &lt;b&gt;mug, checkout started, 5 minutes", "€20.00: bought Cup, Tea and 2 more"),
        *("Lead went on from interest to qualified", "40 cups", "Agreed to News and offers: e-mail", "Changed by hand"),
        *("Ana Ruiz friend of Luis Soto: added", "Came in from shop"),
    ):
        assert words in page, words
    (older,) = re.findall(r'href="([^"]+)" hx-get', page.split('id="older"')[1])
    piece = manager.get(older.replace("&amp;", "&"), headers={"HX-Target": "older"}).content.decode()
    assert "<html" not in piece
    orders = re.findall(r'id="(order-\d+)"', page + piece)
    assert len(orders) == len(set(orders)) == 18
    alone = manager.get(f"{where}?show=visits").content.decode()
    assert "checkout started" in alone
    assert "bought" not in alone
    whole = b"".join(manager.get(f"/customers/{ana.pk}/timeline.csv?show=orders").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert len(whole.splitlines()) == 19
    assert "2024-06-30,12:00,Order" in whole
    assert manager.get(f"{where}?after=nonsense").status_code == 400
    assert "Aceptó: Novedades y ofertas: correo" in signed_in("agent", "es").get(where).content.decode()


def test_each_role_is_told_what_it_may_see(ana: Customer) -> None:
    where = f"/customers/{ana.pk}/timeline"
    said = {role: signed_in(role).get(f"{where}/").content.decode() for role in ("agent", "read_only")}

    assert "checkout started" in said["agent"]
    assert "Changed by hand" in said["agent"]
    for hidden in ("checkout started", "Changed by hand", "Visits", "Ruiz", "Luis", "telephone", "Vigo", "a flat"):
        assert hidden not in said["read_only"], hidden
    assert "bought Cup" in said["read_only"]
    assert signed_in("agent").get(f"/customers/{ana.pk}/timeline.csv").status_code == 403
    assert (
        signed_in("read_only").get(f"/customers/{ana.pk}/timeline/?show=visits").content.decode().count("<li class")
        == 0
    )


def test_before_a_merge_it_is_said_who_is_told_what_moves_and_what_becomes_of_consents(ana: Customer) -> None:
    other = served.customer("Ana Ruiz Gil", number="T1", email="a@gil.es")
    consent(other, "withdrawn", days_ago=1)
    told = endpoints.endpoint_create(
        name="Mailer", url="https://mail.example.org/", wanted=["customers.merged"], now=NOW
    )
    endpoints.endpoint_create(name="Till", url="https://till.example.org/", wanted=["order.placed"], now=NOW)
    tokens.token_create(name="Reports", integration="bi", scopes=["events.read"], now=NOW)
    tokens.token_create(name="Shop", integration="shop", scopes=["orders.write"], now=NOW)
    manager = signed_in("administrator")

    page = manager.get(f"/customers/{ana.pk}/merge/{other.pk}/").content.decode()
    section = page.split('id="h-told"')[1]

    assert f'href="/webhooks/{told.pk}/">Mailer' in section
    assert "Reports" in section
    assert [name for name in ("Till", "Shop") if name in section] == []
    assert "agent: " in section, "the owner of the open lead"
    consents = page.split('id="h-agreed"')[1].split("</section>")[0]
    assert re.findall(r'<span class="tag[^"]*">([^<]+)</span>', consents) == ["agreed", "taken back", "taken back"]
    assert re.search(r"Visits and other events</th><td>4</td><td>0</td>", page)
    merge = membership.customers_merge(customer_ids=[ana.pk, other.pk], survivor=ana.pk, now=NOW)
    undo = manager.get(f"/customers/{ana.pk}/identity/{merge.pk}/separate/").content.decode()
    assert "Who is told" in undo
    assert "Mailer" not in undo.split('id="h-told"')[1], "it follows merges, not separations"
