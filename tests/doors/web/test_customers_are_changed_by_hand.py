"""Customers are added, changed and changed back on a page, by those who may see what they change."""

import html
import re

import pytest
from django.test import Client
from tests.make import served, staff, store

from vinculo.identify.records import selectors_hand
from vinculo.identify.records.models import Customer, Identifier

BACKEND = "django.contrib.auth.backends.ModelBackend"
REFUSED = ("analyst", "finance", "read_only")


def signed_in(role: str, language: str = "") -> Client:
    client = Client()
    client.force_login(staff.User.objects.filter(username=role).first() or staff.user(role), backend=BACKEND)
    if language:
        client.cookies["django_language"] = language
    return client


def form_of(client: Client, address: str) -> dict[str, str]:
    """Return what a browser would send of the form of a page as it stands."""
    page = client.get(address).content.decode()
    found = {}
    for field in re.findall(r"<input[^>]*>", page.split("sheet-form")[1]):
        said = {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', field)}
        if said.get("type") in ("radio", "checkbox") and " checked" not in field:
            continue
        found[said["name"]] = said.get("value", "")
    for name, options in re.findall(r'<select name="(\w+)".*?>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen.group(1) if chosen else ""
    return found


@pytest.fixture
def ana(records: store.Database) -> Customer:
    return served.customer("Ana Ruiz", number="C-1", given_name="Ana", family_name="Ruiz", country="ES", language="es")


def said(customer: Customer) -> dict[str, str]:
    return selectors_hand.fields_of(Customer.objects.get(pk=customer.pk))


def test_what_was_changed_is_saved_and_told_with_who_did_it(ana: Customer) -> None:
    site = signed_in("agent")
    sent = form_of(site, f"/customers/{ana.pk}/change/")

    answer = site.post(
        f"/customers/{ana.pk}/change/", {**sent, "city": "Lugo", "email": "Ana@Ruiz-Gil.es"}, follow=True
    )

    assert "The change was saved." in answer.content.decode()
    assert (said(ana)["city"], said(ana)["given_name"]) == ("Lugo", "Ana")
    assert ana.identifiers.get(kind="email").value == "ana@ruiz-gil.es"
    page = signed_in("relationship_manager").get(f"/customers/{ana.pk}/").content.decode()
    assert "Changed by hand" in page
    assert '<p class="small">agent</p>' in page
    assert '"small">agent<' not in signed_in("agent").get(f"/customers/{ana.pk}/").content.decode()


def test_the_form_sent_as_it_stands_changes_nothing(ana: Customer) -> None:
    site, before = signed_in("agent"), said(ana)

    site.post(f"/customers/{ana.pk}/change/", form_of(site, f"/customers/{ana.pk}/change/"))

    assert said(ana) == before
    assert not selectors_hand.change_records(customer_id=ana.pk)


def test_the_last_change_is_taken_back(ana: Customer) -> None:
    site, before = signed_in("agent"), said(ana)
    site.post(f"/customers/{ana.pk}/change/", {**form_of(site, f"/customers/{ana.pk}/change/"), "given_name": "Eva"})
    assert said(ana)["name"] == "Eva Ruiz"
    (undo,) = re.findall(rf"/customers/{ana.pk}/undo/\d+/", site.get(f"/customers/{ana.pk}/").content.decode())

    answer = site.post(undo, follow=True)

    assert "The change was undone." in answer.content.decode()
    assert said(ana) == before


def test_two_people_at_once_do_not_overwrite_each_other(ana: Customer) -> None:
    one, two = signed_in("agent"), signed_in("relationship_manager")
    address = f"/customers/{ana.pk}/change/"
    first, second = form_of(one, address), form_of(two, address)
    one.post(address, {**first, "given_name": "Eva", "language": "ca"})

    answer = two.post(address, {**second, "given_name": "Luz", "city": "Vigo"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else has written here: Eva." in page
    assert (said(ana)["given_name"], said(ana)["city"]) == ("Eva", "")
    two.post(address, {**second, "city": "Vigo"})
    assert (said(ana)["given_name"], said(ana)["city"], said(ana)["language"]) == ("Eva", "Vigo", "ca")


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("email", "ana", "an e-mail address such as ana@example.org"),
        ("phone", "12", "a phone number"),
        ("tax_id", "-", "a tax number with its letters and digits"),
        ("postcode", "99999", "a postcode of the country"),
        ("acquired_on", "tomorrow", "a day such as 31/12/2024"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_would_be_right(
    ana: Customer, field: str, value: str, told: str
) -> None:
    site = signed_in("agent")
    sent = form_of(site, f"/customers/{ana.pk}/change/")

    answer = site.post(f"/customers/{ana.pk}/change/", {**sent, field: value})

    assert answer.status_code == 400
    assert f"Expected: {told}" in html.unescape(answer.content.decode())
    assert not selectors_hand.change_records(customer_id=ana.pk)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("tax_id", "12345678A", "Did you mean 12345678Z?"),
        ("email", "ana@gmial.com", "Did you mean ana@gmail.com?"),
        ("email", "eva@soto.es", "Is this not the same customer?"),
    ],
)
def test_what_looks_wrong_is_asked_about_before_it_is_saved(ana: Customer, field: str, value: str, told: str) -> None:
    served.customer("Eva Soto", number="C-2", email="eva@soto.es")
    site = signed_in("agent")
    sent = {**form_of(site, f"/customers/{ana.pk}/change/"), field: value}

    asked = site.post(f"/customers/{ana.pk}/change/", sent)
    assert told in asked.content.decode()
    assert not ana.identifiers.filter(kind=field).exists()
    site.post(f"/customers/{ana.pk}/change/", {**sent, "anyway": "on"})

    assert ana.identifiers.filter(kind=field).exists()


def test_an_identifier_is_removed_and_a_key_of_a_source_is_not(ana: Customer) -> None:
    gone = Identifier.objects.create(
        customer=ana, kind="email", value="a@b.es", normalised="a@b.es", source=served.source()
    )
    site, key = signed_in("agent"), ana.identifiers.get(kind="source_key")
    sent = form_of(site, f"/customers/{ana.pk}/change/")

    refused = site.post(f"/customers/{ana.pk}/change/", {**sent, "remove": [key.pk]})
    site.post(f"/customers/{ana.pk}/change/", {**sent, "remove": [gone.pk]})

    assert refused.status_code == 400
    assert list(ana.identifiers.values_list("kind", flat=True)) == ["source_key"]


def test_a_customer_is_added_and_can_be_removed_again(records: store.Database) -> None:
    site = signed_in("relationship_manager")
    sent = form_of(site, "/customers/new/")

    nameless = site.post("/customers/new/", sent)
    made = site.post("/customers/new/", {**sent, "kind": "organisation", "name": "Muebles López", "phone": "932123456"})
    again = site.post("/customers/new/", {**sent, "kind": "organisation", "name": "MUEBLES LOPEZ"})

    assert (nameless.status_code, again.status_code) == (400, 409)
    customer = Customer.objects.get()
    assert made.headers["Location"] == f"/customers/{customer.pk}/"
    assert (customer.kind, customer.standing, customer.name) == ("organisation", "prospect", "Muebles López")
    (undo,) = re.findall(r"/customers/\d+/undo/\d+/", site.get(f"/customers/{customer.pk}/").content.decode())
    site.post(undo)
    assert not Customer.objects.exists()


def test_who_does_not_see_a_person_cannot_change_one(ana: Customer) -> None:
    for role in REFUSED:
        site = signed_in(role)

        assert f"/customers/{ana.pk}/change/" not in site.get(f"/customers/{ana.pk}/").content.decode()
        assert "/customers/new/" not in site.get("/customers/").content.decode()
        assert site.post(f"/customers/{ana.pk}/change/", {"given_name": "Eva"}).status_code == 403
        assert site.post("/customers/new/", {"given_name": "Eva"}).status_code == 403


def test_the_form_speaks_spanish(ana: Customer) -> None:
    site = signed_in("agent", "es")
    sent = form_of(site, f"/customers/{ana.pk}/change/")

    page = site.post(f"/customers/{ana.pk}/change/", {**sent, "tax_id": "12345678A"}).content.decode()

    for words in ("Nombre de pila", "España", "Español", "¿Quería decir 12345678Z?", "dígito de control"):
        assert words in page
