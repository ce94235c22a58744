"""Somebody looks at who is who, makes two customers one on a page, and separates them again."""

import re

import pytest
from django.test import Client
from tests.make import served, staff, store

from vinculo.identify.records.membership import selectors
from vinculo.identify.records.models import Customer, Merge

BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in(role: str, language: str = "") -> Client:
    client = Client()
    client.force_login(staff.User.objects.filter(username=role).first() or staff.user(role), backend=BACKEND)
    if language:
        client.cookies["django_language"] = language
    return client


@pytest.fixture
def twins(records: store.Database) -> tuple[Customer, Customer]:
    ana = served.customer("Ana Ruiz", number="C-1", email="ana@ruiz.es", language="es", country="ES")
    other = served.customer("Ana <b>Ruiz</b> Gil", number="C-2", phone="+34600111222", given_name="Ana")
    served.order(other, "A-7", days_ago=10, lines=[{"product": "cup", "net_minor": 500}])
    return ana, other


def test_two_are_found_seen_side_by_side_made_one_and_separated(twins: tuple[Customer, Customer]) -> None:
    ana, other = twins
    site = signed_in("relationship_manager")
    found = site.get(f"/customers/{ana.pk}/identity/?search=gil", headers={"HX-Target": "found"}).content.decode()
    assert f"/customers/{ana.pk}/merge/{other.pk}/" in found
    assert "<html" not in found

    page = site.get(f"/customers/{ana.pk}/merge/{other.pk}/").content.decode()
    assert f"keeps number {other.pk}" in page, "who has orders takes the other in"
    assert "Ana &lt;b&gt;Ruiz&lt;/b&gt; Gil" in page
    assert "<b>Ruiz" not in page
    assert not Merge.objects.exists()

    answer = site.post(
        f"/customers/{ana.pk}/merge/{other.pk}/", {"survivor": str(ana.pk), "reason": "Same phone."}, follow=True
    )
    assert "They are one customer now." in answer.content.decode()
    assert selectors.members_of(customer_id=ana.pk) == (ana.pk, other.pk)
    assert site.get(f"/customers/{other.pk}/").headers["Location"].startswith(f"/customers/{ana.pk}/")
    page = site.get(f"/customers/{ana.pk}/").content.decode()
    assert "One customer from 2 records" in page
    assert "ana@ruiz.es" in page
    assert "+34600111222" in page
    assert "A-7" in page

    page = site.get(f"/customers/{ana.pk}/identity/").content.decode()
    assert "Same phone." in page
    (undo,) = re.findall(r'href="(/customers/\d+/identity/\d+/separate/)"', page)
    assert "is a customer again" in site.get(undo).content.decode()
    answer = site.post(undo, {"reason": "Mother and daughter."}, follow=True)
    assert "They are separate again" in answer.content.decode()
    assert selectors.members_of(customer_id=ana.pk) == (ana.pk,)

    page = site.get(f"/customers/{ana.pk}/merge/{other.pk}/").content.decode()
    assert "Mother and daughter." in page
    refused = site.post(f"/customers/{ana.pk}/merge/{other.pk}/", {})
    assert (refused.status_code, "not the same" in refused.content.decode()) == (400, True)
    site.post(f"/customers/{ana.pk}/merge/{other.pk}/", {"overrule": "1"})
    assert len(selectors.members_of(customer_id=other.pk)) == 2


@pytest.mark.parametrize("role", ["agent", "analyst", "finance", "read_only"])
def test_who_may_not_decide_is_not_offered_to(twins: tuple[Customer, Customer], role: str) -> None:
    ana, other = twins
    site = signed_in(role)

    assert site.get(f"/customers/{ana.pk}/merge/{other.pk}/").status_code == 403
    assert site.post(f"/customers/{ana.pk}/merge/{other.pk}/", {}).status_code == 403
    shown = site.get(f"/customers/{ana.pk}/identity/")
    assert shown.status_code == (200 if role == "agent" else 403)
    assert "is somebody else" not in shown.content.decode().lower()


def test_what_is_not_there_is_not_found_and_a_merge_of_one_with_itself_leads_home(
    twins: tuple[Customer, Customer],
) -> None:
    ana, _other = twins
    site = signed_in("relationship_manager")

    assert site.get("/customers/999999/identity/").status_code == 404
    assert site.get(f"/customers/{ana.pk}/merge/999999/").status_code == 404
    assert site.get(f"/customers/{ana.pk}/identity/999999/separate/").status_code == 404
    assert site.get(f"/customers/{ana.pk}/merge/{ana.pk}/").headers["Location"] == f"/customers/{ana.pk}/identity/"


def test_a_list_calls_a_customer_by_the_name_that_stands(twins: tuple[Customer, Customer]) -> None:
    ana, other = twins
    site = signed_in("relationship_manager", "es")
    site.post(f"/customers/{ana.pk}/merge/{other.pk}/", {"survivor": str(ana.pk)})

    page = site.get("/customers/").content.decode()

    assert page.count("C-1") == 1
    assert "C-2" not in page
    assert "Un cliente de 2 registros" in site.get(f"/customers/{ana.pk}/").content.decode()
