"""Relations, households, hierarchies and prospects on their pages: found, changed, masked, exported."""

import csv
import io
import re

import pytest
from django.test import Client
from tests.make import bound, served, staff, store

from vinculo.identify.records.households import services as households
from vinculo.identify.records.leads import selectors as leads
from vinculo.identify.records.models import Customer, Household, HouseholdPair, Lead, LinkChange, Relation

BACKEND = "django.contrib.auth.backends.ModelBackend"
NAMES = ("García", "Pérez", "Vidal", "Carmen")


def signed_in(role: str, language: str = "") -> Client:
    client = Client()
    client.force_login(staff.User.objects.filter(username=role).first() or staff.user(role), backend=BACKEND)
    if language:
        client.cookies["django_language"] = language
    return client


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def base(records: store.Database) -> None:
    bound.company_and_family()


def known(name: str) -> Customer:
    return Customer.objects.get(name=name)


def places() -> list[str]:
    ana, north = known("Ana García López"), known("Muebles Norte SL")
    home = households.household_create(customer_ids=[ana.pk, known("Eva Pérez García").pk], now=served.NOW)
    lead = leads.lead_list(leads.Asked())[0]
    return [
        *(f"/customers/{each.pk}/relations/" for each in (ana, north, known("Muebles Sur SL"))),
        *(f"/households/{home.pk}/", "/households/", f"/customers/{ana.pk}/", "/prospects/"),
        *(f"/prospects/{lead.pk}/", f"/hierarchies/{north.pk}/legal/", "/customers/?linked=household"),
    ]


def test_who_may_not_see_persons_sees_them_masked_everywhere(base: None) -> None:
    reader, manager = signed_in("read_only"), signed_in("relationship_manager")
    found = places()

    shown = {place: page(reader, place) for place in found}

    assert {place for place, text in shown.items() if any(name in text for name in NAMES)} == set()
    assert any(name in page(manager, found[0]) for name in NAMES)
    assert not any("/relations/add/" in text or "/households/look/" in text for text in shown.values())


def test_who_may_not_see_values_finds_no_amount_of_them(base: None) -> None:
    agent = signed_in("agent")

    shown = [page(agent, place) for place in places()]

    assert not any("Total value" in text or "What the network is worth" in text for text in shown)


def test_the_network_is_shown_beside_the_own_value(base: None) -> None:
    text = page(signed_in("relationship_manager"), f"/customers/{known('Ana García López').pk}/relations/")

    own, beside = re.findall(r'<dd class="figure">([^<]*)</dd>', text.split('id="h-network"')[1])[:2]
    assert (own, beside) == ("€4,000", "€3,000")


def test_the_list_keeps_to_those_who_are_bound(base: None) -> None:
    places()
    site = signed_in("relationship_manager")

    home = page(site, "/customers/?linked=household&sort=name")
    below = page(site, "/customers/?linked=parent&sort=name&q=muebles")

    assert re.findall(r'<th scope="row"><a[^>]*>([^<]*)<', home) == ["Ana García López", "Eva Pérez García"]
    assert re.findall(r'<th scope="row"><a[^>]*>([^<]*)<', below) == ["Muebles Norte SL", "Muebles Sur SL"]
    assert site.get("/customers/?linked=king").status_code == 400


def test_a_hierarchy_is_as_it_stood_on_a_day(base: None) -> None:
    site, north = signed_in("relationship_manager"), known("Muebles Norte SL")

    now = page(site, f"/hierarchies/{north.pk}/legal/")
    then = page(site, f"/hierarchies/{north.pk}/legal/?day=2009-12-31")

    assert ("Legal hierarchy: Grupo Muebles SA" in now, "€1,600" in now) == (True, True)
    assert ("Legal hierarchy: Muebles Norte SL" in then, "Grupo Muebles SA" in then) == (True, False)
    assert site.get(f"/hierarchies/{north.pk}/post/").status_code == 404
    assert "€1,600" in page(site, f"/hierarchies/{north.pk}/legal/?day=9999-12-31")


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"way": "legal:backward", "other": "{group}"}, "Se cerraría un círculo"),
        ({"way": "legal:forward", "other": ""}, "Busque al otro cliente"),
        ({"way": "post:backward", "other": "{group}"}, "necesita una persona"),
        ({"way": "friend:forward", "other": "999999"}, "necesita una persona"),
        ({"way": "king:forward", "other": "{group}"}, "No hay ningún tipo de relación"),
        ({"way": "king\0:forward", "other": "{group}"}, "No hay ningún tipo de relación"),
        ({"way": "billing:forward", "other": "{group}", "begins_on": "mañana"}, "Desde"),
        ({"way": "legal:forward", "other": "{group}", "share_percent": "-1"}, "Una participación es mayor que 0"),
    ],
)
def test_what_cannot_be_is_refused_with_why(base: None, sent: dict[str, str], told: str) -> None:
    site, north = signed_in("agent", "es"), known("Muebles Norte SL")
    before = Relation.objects.count()
    filled = {name: value.format(group=known("Grupo Muebles SA").pk) for name, value in sent.items()}
    if "share_percent" in sent:
        Relation.objects.filter(first=north).delete()
        before = Relation.objects.count()

    answer = site.post(f"/customers/{north.pk}/relations/add/", filled, follow=True)

    assert told in answer.content.decode()
    assert Relation.objects.count() == before


def test_a_relation_is_changed_ended_and_taken_back(base: None) -> None:
    site = signed_in("agent")
    post = Relation.objects.get(kind__code="post")
    sent = {"post": "Compras", "decision": "buyer", "begins_on": "2020-01-01", "ends_on": "2019-01-01"}

    wrong = site.post(f"/relations/{post.pk}/?from={post.second_id}", sent)
    right = site.post(f"/relations/{post.pk}/?from={post.second_id}", {**sent, "ends_on": ""})
    site.post(f"/relations/{post.pk}/end/")
    ended, changed, *_ = LinkChange.objects.order_by("-id")
    early = site.post(f"/relations/undo/{changed.pk}/")
    site.post(f"/relations/undo/{ended.pk}/")

    post.refresh_from_db()
    assert (wrong.status_code, "It cannot end before it begins." in wrong.content.decode()) == (400, True)
    assert right.headers["Location"] == f"/customers/{post.second_id}/relations/"
    assert early.status_code == 400
    assert (post.post, post.ends_on, post.decision) == ("Compras", None, "buyer")


def test_the_other_is_found_as_one_types(base: None) -> None:
    site = signed_in("agent")

    people = page(site, "/relations/find/?q=per&only=person")
    nobody = page(site, "/relations/find/?q=zzzz")

    assert re.findall(r"<span>([^<]*)</span>", people) == ["Eva Pérez García", "Luis Pérez Ruiz"]
    assert "Nobody fits." in nobody
    assert signed_in("read_only").get("/relations/find/?q=per").status_code == 403


def test_households_are_made_named_left_and_looked_for(base: None) -> None:
    site, marta = signed_in("agent"), known("Marta Vidal")

    site.post(f"/households/new/{marta.pk}/")
    home = Household.objects.get()
    site.post(f"/households/{home.pk}/join/", {"other": known("Luis Pérez Ruiz").pk, "kind": "address"})
    refused = site.post(f"/households/{home.pk}/join/", {"other": known("Grupo Muebles SA").pk})
    site.post(f"/households/{home.pk}/rename/", {"name": "Piso de Marta"})
    site.post(f"/households/left/{home.memberships.order_by('id')[0].pk}/")
    text = page(site, f"/households/{home.pk}/")
    first, second = (site.post("/households/look/", follow=True).content.decode() for _ in range(2))

    assert refused.status_code == 400
    assert "Piso de Marta" in text
    assert re.findall(r'<th scope="row"><a[^>]*>([^<]*)<', text) == ["Luis Pérez Ruiz"]
    assert ("come back in a minute" in first, "looked through already" in second) == (True, True)


def test_a_suggestion_is_answered_once(base: None) -> None:
    site, group = signed_in("agent"), HouseholdPair.objects.values_list("group_id", flat=True)[0]

    assert site.post(f"/households/suggested/{group}/", {"answer": "accept"}).status_code == 400
    site.post(f"/households/suggested/{group}/", {"answer": "refuse"})

    assert "No suggestion waits" in page(site, "/households/")
    assert not Household.objects.exists()


def test_prospects_are_filtered_and_exported_harmless(base: None) -> None:
    site = signed_in("relationship_manager")
    Lead.objects.filter(customer__name="Clínica Sol").update(interest="=1+1", source="web")

    text = page(site, "/prospects/?source=web")
    export = b"".join(site.get("/prospects/export.csv?stage=").streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    rows = list(csv.reader(io.StringIO(export)))

    assert re.findall(r'<th scope="row"><a[^>]*>([^<]*)<', text) == ["Clínica Sol"]
    assert [row[0] for row in rows] == ["Customer", "Escuela Monte", "Clínica Sol"]
    assert (rows[2][4], float(rows[2][8]), rows[2][9]) == ("'=1+1", 4500, "EUR")
    assert signed_in("agent").get("/prospects/export.csv").status_code == 403


def test_a_lead_is_opened_changed_and_moved(base: None) -> None:
    site, hotel = signed_in("relationship_manager"), known("Hotel Mar")

    nobody = site.post("/prospects/new/", {"interest": "mesas"})
    wrong = site.post("/prospects/new/", {"other": hotel.pk, "product": "nothing", "amount": "many"})
    site.post("/prospects/new/", {"other": hotel.pk, "product": "silla", "amount": "12.5", "stage": "quote"})
    lead = Lead.objects.get(customer=hotel)
    site.post(f"/prospects/{lead.pk}/change/", {"interest": "mesas", "owner": staff.User.objects.all()[0].pk})
    late = site.post(f"/prospects/{lead.pk}/move/", {"stage": "order", "seen": "interest"}, follow=True)
    why = site.post(f"/prospects/{lead.pk}/move/", {"stage": "lost", "seen": "quote"}, follow=True)

    lead.refresh_from_db()
    assert (nobody.status_code, wrong.status_code) == (400, 400)
    assert "There is no product of this code." in wrong.content.decode()
    assert (lead.stage, lead.interest, lead.product, lead.amount_minor) == ("quote", "mesas", None, None)
    assert "Somebody else has moved this lead meanwhile" in late.content.decode()
    assert "Say why" in why.content.decode()
