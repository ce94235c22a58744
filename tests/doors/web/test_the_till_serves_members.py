"""The till: a member is found by anything, and given, exchanged and taken back, once whatever is clicked how often."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from tests.make import programs, served, staff, store
from tests.make.club import balance, joined, rule

from vinculo.foundation import actor
from vinculo.programs.records.models import HandGrant, Member, Program, Redemption, TillAction
from vinculo.programs.records.rewards import catalogue
from vinculo.programs.records.rewards.catalogue import RewardDraft
from vinculo.programs.records.till import byhand

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def ana(records: store.Database) -> Member:
    made = programs.program(started_on=date(2024, 1, 1), zone="Europe/Madrid")
    programs.unit(made)
    rule(made, "spend")
    _customer, member = joined(made, "Ana Ruiz")
    return member


def signed_in(site: Client, role: str = "till", *, language: str = "") -> Client:
    site.force_login(staff.user(role, language=language), backend=BACKEND)
    return site


def key(page: Any) -> str:
    """Return the key that was minted with a page."""
    found = re.search(r'name="key" value="([0-9a-f]{32})"', page.content.decode())
    assert found
    return found[1]


def text(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_who_is_looked_for_is_found_and_nothing_typed_is_in_an_address(site: Client, ana: Member) -> None:
    signed_in(site)

    by_card = site.post("/till/", {"q": ana.number})
    typing = site.post("/till/find/", {"q": "ana r"})
    nobody = site.post("/till/", {"q": "zzz"})

    assert by_card.headers["Location"] == f"/till/{ana.pk}/"
    assert "Ana Ruiz" in text(typing)
    assert "Nobody of the programme fits." in text(nobody)
    assert site.get("/till/find/?q=ana").status_code == 405


def test_a_purchase_earns_is_returned_in_part_and_undone(site: Client, ana: Member) -> None:
    signed_in(site)

    seen = site.get(f"/till/{ana.pk}/award/?amount=25,50&number=T-1")
    sent = {"key": key(seen), "amount": "25,50", "number": "T-1"}
    answers = [site.post(f"/till/{ana.pk}/award/book/", sent) for _click in range(3)]
    told = site.get(answers[0].headers["Location"])
    found = site.get(f"/till/{ana.pk}/return/?number=T-1&typed=1")
    back = site.post(
        f"/till/{ana.pk}/return/book/", {"key": key(found), "number": "T-1", "amount": "5.50"}, follow=True
    )
    undo = re.search(r"/till/undo/(\d+)/", back.content.decode())
    assert undo
    undone = site.post(undo[0], {"key": "u" * 32}, follow=True)

    assert "Book 25 points" in text(seen)
    assert len({each.headers["Location"] for each in answers}) == 1
    assert "25 points for receipt T-1" in text(told)
    assert "5 points of receipt T-1 taken back." in text(back)
    assert "Undone: 5 points given back." in text(undone)
    assert balance(ana) == 25
    assert set(TillAction.objects.values_list("author", flat=True)) == {"till"}


def test_a_refusal_is_said_in_words_and_in_spanish(site: Client, ana: Member) -> None:
    signed_in(site, language="es")

    site.post(f"/till/{ana.pk}/award/book/", {"key": "a" * 32, "amount": "10", "number": "T-1"})
    again = site.post(f"/till/{ana.pk}/award/book/", {"key": "b" * 32, "amount": "10", "number": "T-1"}, follow=True)
    wrong = site.get(f"/till/{ana.pk}/award/?amount=diez&number=T-2")
    unknown = site.get(f"/till/{ana.pk}/return/?number=T-9&typed=1")

    assert "Los puntos de este ticket ya se anotaron." in text(again)
    assert "No se entiende el importe" in text(wrong)
    assert "Ningún ticket o pedido con este número dio puntos." in text(unknown)


def test_a_reward_and_a_code_are_used_once(site: Client, ana: Member) -> None:
    signed_in(site)
    site.post(f"/till/{ana.pk}/award/book/", {"key": "a" * 32, "amount": "1000", "number": "T-1"})
    draft = RewardDraft("money_off", "5 € off", "5 € menos", points=400, amount_minor=500)
    made = catalogue.reward_create(program_id=ana.program_id, code="five", draft=draft, now=served.NOW)
    catalogue.reward_offer(reward_id=made.pk)

    shown = site.get(f"/till/{ana.pk}/redeem/")
    one = site.get(f"/till/{ana.pk}/redeem/five/?quantity=2")
    sent = {"key": key(one), "quantity": "2"}
    answers = [site.post(f"/till/{ana.pk}/redeem/five/", sent) for _click in range(2)]
    told = site.get(answers[1].headers["Location"])
    bill = site.get(f"/till/{ana.pk}/award/")
    seen = site.get(f"/till/{ana.pk}/award/?amount=40&number=T-2&pays={Redemption.objects.get().pk}")
    sent = {"key": key(seen), "amount": "40", "number": "T-2", "pays": str(Redemption.objects.get().pk)}
    paid = site.post(f"/till/{ana.pk}/award/book/", sent, follow=True)
    wrong = site.post("/till/code/", {"look": "1", "code": "000G40R40M30E209J"})

    assert "5 € off" in text(shown)
    assert "200 points are left after it." in text(one)
    assert "Take €10.00 off the bill." in text(told)
    assert "checked> 2 \u00d7 5 € off" in bill.content.decode()
    assert "5 € off: \u2212€10.00 €30.00 are left to pay." in text(seen)
    assert "for receipt T-2 of €40.00. Rewards pay €10.00 of it." in text(paid)
    assert balance(ana) == 240
    assert Redemption.objects.get().order_number == "T-2"
    assert "There is no such code." in text(wrong)


def test_points_by_hand_wait_for_somebody_else(site: Client, ana: Member) -> None:
    signed_in(site)
    byhand.limit_set(program_id=ana.program_id, day_points=50)

    sent = {"key": "a" * 32, "points": "60", "class": "recovery", "reason": "cold coffee"}
    asked = site.post(f"/till/{ana.pk}/hand/", sent, follow=True)
    grant = HandGrant.objects.get()
    own = site.post(f"/till/waiting/{grant.pk}/", {"answer": "agree"})
    limit = site.post("/till/limit/", {"points": "1000"})
    signed_in(site, "team_lead")
    lead = site.get("/till/waiting/")
    site.post(f"/till/waiting/{grant.pk}/", {"answer": "agree"})
    still = site.post("/till/limit/", {"points": "1000"})

    assert "somebody else has to agree" in text(asked)
    assert (own.status_code, limit.status_code, still.status_code) == (403, 403, 403)
    assert "cold coffee" in text(lead)
    assert balance(ana) == 60
    assert Program.objects.count() == 1


def test_a_till_operator_goes_nowhere_else(site: Client, ana: Member) -> None:
    signed_in(site)

    start = site.get("/")
    elsewhere = [site.get(place).status_code for place in ("/customers/", "/cockpit/", "/prospects/", "/tokens/")]
    page = site.get("/till/").content.decode()

    assert start.headers["Location"] == "/till/"
    assert set(elsewhere) == {403}
    assert re.findall(r'<li><a href="(/[a-z]*/)"', page)[:1] == ["/till/"]
    with actor.acting("till"):
        assert not staff.User.objects.get(username="till").has_perm("staff.program_manage")
