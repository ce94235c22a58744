"""The desk: rules are written, tried, simulated and approved by somebody else; members and levels are kept."""

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from tests.make import club as shop
from tests.make import served, staff, store

from vinculo.identify.records.orders import placing
from vinculo.identify.records.orders.placing import NewOrder
from vinculo.programs.records.desk import glance
from vinculo.programs.records.levels import services as levels
from vinculo.programs.records.levels.services import NewLevel, NewSet, NewTerms
from vinculo.programs.records.models import (
    HandGrant,
    LevelGrant,
    LevelTerms,
    Member,
    Pool,
    Program,
    Replay,
    Rule,
    RuleVersion,
    Unit,
)
from vinculo.programs.records.rules import replays

BACKEND = "django.contrib.auth.backends.ModelBackend"
DESK = "/programs/club/"


@pytest.fixture
def ana(records: store.Database) -> Member:
    now, club = timezone.now(), shop.opened()
    shop.rule(club, "spend")
    shop.rule(club, "standing", unit="status")
    opened = levels.level_set_open(
        program_id=club.pk,
        new=NewSet("main", "Main", "Principal", unit_id=Unit.objects.get(code="status").pk),
        now=now,
    )
    steps = [NewLevel(1, "silver", "Silver", "Plata", 50), NewLevel(2, "gold", "Gold", "Oro", 500)]
    levels.terms_publish(level_set_id=opened.pk, new=NewTerms(steps), author="ana", now=now)
    customer, member = shop.joined(club, "=Ana Ruiz")
    lines = (shop.line(40_00, "silla", 2), shop.line(25_50, "mesa"))
    order = NewOrder(served.source(), "A1", now, "EUR", customer_id=customer.pk, channel="web", lines=lines)
    placing.order_place(order=order, now=now)
    return member


def signed_in(site: Client, role: str = "relationship_manager", *, name: str = "", language: str = "") -> Client:
    site.force_login(staff.user(role, name=name, language=language), backend=BACKEND)
    return site


def text(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def form(**said: Any) -> dict[str, Any]:
    """Return what the editor of a rule sends."""
    usual = {"code": "toys", "name": "Toys count double", "trigger": "spend", "subject": "", "condition": ""}
    usual |= {"factor": "2", "amount": "per_money", "base": "net", "rounding": "down", "rounded_per": "order"}
    usual |= {"unit": "points", "grant_class": "promotion", "return_days": "0", "pending_days": "0", "priority": "100"}
    return {**usual, **said}


def test_a_rule_is_written_tried_simulated_and_approved_by_somebody_else(site: Client, ana: Member) -> None:
    signed_in(site)
    wrong = site.post(f"{DESK}rules/new/", form(condition="level = gold and levl = gold"))
    spanish = site.post(f"{DESK}rules/condition/", {"condition": "levl = gold"}, headers={"Accept-Language": "es"})
    made = site.post(
        f"{DESK}rules/new/",
        form(condition="order_net >= 50", cap_most_0="500", cap_period_0="day", cap_scope_0="program"),
    )
    rule = Rule.objects.get(code="toys")
    page = f"{DESK}rules/{rule.pk}/"
    tried = site.post(f"{page}try/", {"order": "A1"})
    made_up = site.post(f"{page}try/", {"member": ana.number, "net": ["10"], "quantity": ["1"]})
    today = timezone.now().date()
    period = {"starts_on": (today - timedelta(days=30)).isoformat(), "ends_on": (today + timedelta(days=2)).isoformat()}
    asked = site.post(f"{page}simulate/", {"what": "draft", "cost": "900", **period})
    replays.replay_make(replay_id=Replay.objects.get().pk)
    result = site.get(asked.headers["Location"])
    site.post(f"{page}propose/")
    own = site.post(f"{page}approve/", follow=True)
    before = RuleVersion.objects.get(rule=rule).state
    signed_in(site, "finance")
    site.post(f"{page}approve/")

    assert "<mark>levl</mark>" in wrong.content.decode()
    assert "¿quería decir level?" in text(spanish)
    assert made.headers["Location"] == page
    assert RuleVersion.objects.get(rule=rule).definition["caps"][0]["points"] == 500
    assert "131 points" in text(tried) + text(made_up)
    assert "order_net &gt;= 50 is not so: order_net is 10" in made_up.content.decode()
    assert "€1" in text(result)
    assert result.content.decode().count("<svg") >= 2
    # A rule that is not there yet runs out of nothing.
    assert "Toys count double lasts lasts" in text(result)
    assert "somebody else has to" in text(own)
    assert (before, RuleVersion.objects.get(rule=rule).state) == ("proposed", "active")
    assert (site.get(f"{page}edit/").status_code, site.post(f"{page}propose/").status_code) == (403, 403)
    signed_in(site, "till")
    assert {site.get(f"{DESK}{each}").status_code for each in ("rules/new/", "rules/", "members/", "")} == {403}


def test_a_programme_is_set_up_and_keeps_what_members_were_promised(site: Client, ana: Member) -> None:
    signed_in(site)
    said = {"code": "other", "name": "Other", "currency": "gbp", "zone": "Europe/London", "started_on": "2024-01-01"}
    site.post("/programs/new/", {**said, "four_eyes": "on"})
    refused = site.post("/programs/new/", {**said, "code": "new"})
    kept = {"name": "The club", "currency": "USD", "zone": "UTC", "started_on": "2020-01-01", "state": "open"}
    site.post(f"{DESK}change/", {**kept, "four_eyes": "on"})
    points = Unit.objects.get(program__code="club", code="points")
    unit = {"name": "Points", "expiry": "age", "expiry_months": "12", "grace_days": "5", "return_policy": "floor",
            "floor": "-100"}  # fmt: skip
    site.post(f"{DESK}units/{points.pk}/", unit)
    glance.verify_make(program_id=ana.program_id)
    seen = site.get(DESK)

    assert Program.objects.get(code="other").currency == "GBP"
    assert "a word of ours" in text(refused)
    club = Program.objects.get(code="club")
    assert (club.name, club.currency, club.started_on) == ("The club", "EUR", date(2024, 1, 1))
    points.refresh_from_db()
    assert (points.spendable, points.expiry, points.floor) == (True, "age", -100)
    assert "no difference" in text(seen)
    assert "Silver" in text(seen)


def test_members_are_found_taken_out_and_corrected(site: Client, ana: Member) -> None:
    signed_in(site)
    silver = levels.Level.objects.get(code="silver")
    found = site.get(f"{DESK}members/?q=ana", headers={"HX-Request": "true", "HX-Target": "people"})
    of_level = site.get(f"{DESK}members/?level={silver.pk}&state=active")
    blocked = site.get(f"{DESK}members/?state=blocked")
    csv = b"".join(site.get(f"{DESK}members/members.csv"))
    book = load_workbook(io.BytesIO(b"".join(site.get(f"{DESK}members/members.xlsx"))))
    page = f"{DESK}members/{ana.pk}/"
    seen = site.get(page)
    site.post(f"{page}hand/", {"key": "a" * 32, "points": "60", "class": "recovery", "reason": "cold coffee"})
    own = site.post(f"{DESK}members/by-hand/{HandGrant.objects.get(takes=False).pk}/", {"answer": "agree"}, follow=True)
    site.post(f"{DESK}members/by-hand/limit/", {"points": "30"})
    taken = {"key": "b" * 32, "takes": "1", "points": "25", "class": "adjustment", "reason": "given twice"}
    away = [site.post(f"{page}hand/", taken, follow=True) for _click in range(2)]
    until = (timezone.now() + timedelta(days=30)).date().isoformat()
    site.post(f"{DESK}levels/members/{ana.pk}/grant/", {"level": silver.pk + 1, "until": until, "reason": "thanks"})
    home = site.post(f"{DESK}members/household/").headers["Location"]
    shared = {"open": "1", "percent": "50", "cap": "100", "leaving": "return"}
    terms = site.post(f"{home}pool/", shared, follow=True)
    site.post(f"{page}pool/", {"pool": Pool.objects.get().pk})
    site.post(f"{page}block/", {"blocked": "1"})
    customer = site.get(f"/customers/{ana.customer_id}/")
    signed_in(site, "team_lead")
    site.post(f"{DESK}members/by-hand/{HandGrant.objects.get(takes=False).pk}/", {"answer": "agree"})

    assert "=Ana Ruiz" in text(found)
    assert ("=Ana Ruiz" in text(of_level), "=Ana Ruiz" in text(blocked)) == (True, False)
    assert "'=Ana Ruiz" in csv.decode("utf-8-sig")
    assert [cell.data_type for cell in book.worksheets[0][2]][1] == "s"
    assert "65 counted in 1 entries" in text(seen)
    assert "somebody else has to agree" in text(own).lower()
    assert (Pool.objects.get().contribution_percent, Pool.objects.get().monthly_cap) == (50, 100)
    assert 'value="50"' in terms.content.decode()
    assert Member.objects.get(pk=ana.pk).pool_id == Pool.objects.get().pk
    assert LevelGrant.objects.get().reason == "thanks"
    assert "blocked" in text(customer)
    assert [text(each).count("The points are taken away.") for each in away] == [1, 1]
    # Half of what was there went to the household, and so do points given afterwards.
    assert (shop.balance(ana), shop.balance(Member.objects.get(kind="pool"))) == (20, 20 + 60)
    signed_in(site, "read_only")
    assert "=Ana" not in text(site.get(f"{DESK}members/"))
    assert site.post(f"{page}block/", {"blocked": "0"}).status_code == 403


def test_new_terms_are_seen_before_they_are_published(site: Client, ana: Member) -> None:
    signed_in(site)
    terms = f"{DESK}levels/{levels.LevelSet.objects.get().pk}/terms/"
    said = {"name_en_0": "Silver", "name_es_0": "Plata", "threshold_0": "10", "name_en_1": "Gold", "name_es_1": "Oro"}
    said |= {"threshold_1": "60", "fall": "one_down", "grace_days": "0", "begins_on": ""}
    seen = site.post(terms, said)
    wrong = site.post(terms, {**said, "threshold_0": "70"})
    proposed = site.post(f"{terms}propose/", said, follow=True)
    own = site.post(f"{terms}decide/", {"verdict": "approve"}, follow=True)
    twice = site.post(f"{terms}propose/", said)
    signed_in(site, "analyst")
    refused = site.post(f"{terms}decide/", {"verdict": "approve"})
    signed_in(site, "finance", name="fina")
    waits = [site.get(DESK), site.get(f"{DESK}levels/")]
    shown = site.get(f"{terms}waiting/")
    site.post(f"{terms}decide/", {"verdict": "return", "note": "Lower"})
    again = site.post(f"{terms}propose/", said)
    signed_in(site, name="rosa")
    given_back = site.get(f"{DESK}levels/{levels.LevelSet.objects.get().pk}/")
    site.post(f"{terms}propose/", {**said, "threshold_0": "5"})
    signed_in(site, "finance", name="fidel")
    done = site.post(f"{terms}decide/", {"verdict": "approve"}, follow=True)

    assert "Higher than now 1 1" in text(seen)
    assert "A higher level needs more" in text(wrong)
    assert "New terms wait for approval" in text(proposed)
    assert "somebody else has to" in text(own)
    assert "decide on those first" in text(twice)
    assert (refused.status_code, again.status_code) == (403, 403)
    assert ["erms of levels to approve" in text(waits[0]), "terms wait for approval" in text(waits[1])] == [True, True]
    assert "Silver 10 · Gold 60" in text(shown)
    assert "Higher than now 1 1" in text(shown)
    assert "given back by fina. Lower" in text(given_back)
    assert "Version 2 of the terms is published." in text(done)
    assert LevelTerms.objects.order_by("-version")[0].said["rungs"][0]["threshold"] == 5
