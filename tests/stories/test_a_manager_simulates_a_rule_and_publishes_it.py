"""A manager changes a rule, sees what it would have cost over real orders, and a colleague puts it in force."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.make import live, store

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AUDIT = (Path(__file__).parents[1] / "make" / "audit.js").read_text("utf-8")
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1400, "height": 900}


@pytest.fixture(scope="module")
def address(
    browser: Browser, worker_database: store.Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    store.set_up_django()
    from django.utils import timezone
    from tests.make import club as shop
    from tests.make import served, staff

    from vinculo.foundation import actor
    from vinculo.identify.records.orders import placing
    from vinculo.identify.records.orders.placing import NewOrder
    from vinculo.programs.records.levels import services as levels
    from vinculo.programs.records.levels.services import NewLevel, NewSet, NewTerms
    from vinculo.programs.records.models import Unit

    with store.database("a_manager_simulates"), pytest.MonkeyPatch.context() as patch:
        patch.setenv("VINCULO_HOME", str(tmp_path_factory.mktemp("home")))
        for role in ("relationship_manager", "finance"):
            staff.user(role)
        now, club = timezone.now(), shop.opened(name="Points")
        shop.rule(club, "spend")
        shop.rule(club, "standing", unit="status")
        unit = Unit.objects.get(code="status")
        made = levels.level_set_open(
            program_id=club.pk, new=NewSet("main", "Main", "Principal", unit_id=unit.pk), now=now
        )
        steps = [NewLevel(1, "silver", "Silver", "Plata", 50), NewLevel(2, "gold", "Gold", "Oro", 500)]
        levels.terms_publish(level_set_id=made.pk, new=NewTerms(steps), author="ana", now=now)
        with actor.acting("shop"):
            for number, name in enumerate(("Ana Ruiz", "Luis Mora", "Eva Sanz")):
                customer, _member = shop.joined(club, name)
                for place in range(4):
                    at = now - timedelta(days=200 - 50 * place)
                    lines = (shop.line(20_00 * (number + place + 1), "silla"), shop.line(9_90, "oso"))
                    order = NewOrder(
                        served.source(), f"A{number}{place}", at, "EUR", customer_id=customer.pk, lines=lines
                    )
                    placing.order_place(order=order, now=now)
        with live.site() as found:
            yield found


def signed_in(browser: Browser, address: str, who: str, *, language: str = "en") -> Page:
    from tests.make import staff

    shape = {"width": DESK["width"], "height": DESK["height"]}
    page = browser.new_context(viewport=shape, locale=language).new_page()  # type: ignore[arg-type]
    page.goto(f"{address}/accounts/login/")
    page.locator("[name=login]").fill(who)
    page.locator("[name=password]").fill(staff.PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/accounts/" not in url)
    return page


def test_from_the_draft_to_the_rule_in_force(browser: Browser, address: str) -> None:
    from vinculo.programs.records.models import Replay
    from vinculo.programs.records.rules import replays

    page = signed_in(browser, address, "relationship_manager")
    page.goto(f"{address}/programs/")
    page.get_by_role("link", name="Rules", exact=True).click()
    page.get_by_role("link", name="spend").click()
    page.get_by_role("link", name="New version").click()
    page.get_by_label("Number", exact=True).fill("2")
    page.get_by_label("Condition").fill("order_nett >= 50")
    expect(page.locator("#condition-said mark")).to_have_text("order_nett")
    page.get_by_label("Condition").fill("order_net >= 50")
    expect(page.locator("#condition-said")).to_contain_text("This condition can be read.")
    page.get_by_role("button", name="Save the draft").click()

    page.get_by_role("link", name="Try an order").click()
    page.get_by_label("Number of the order").fill("A00")
    page.get_by_role("button", name="Try", exact=True).press("Enter")
    expect(page.locator(".told")).to_contain_text("order_net >= 50 is not so: order_net is 29.9")
    page.go_back()
    page.go_back()

    page.get_by_role("link", name="Simulate").click()
    page.get_by_label("Cost of 1,000 points").fill("800")
    page.get_by_role("button", name="Simulate").click()
    expect(page.locator("progress")).to_be_visible()
    replays.replay_make(replay_id=Replay.objects.get().pk)
    expect(page.locator(".tiles")).to_contain_text("Who wins", timeout=20_000)
    expect(page.locator("figure svg").first).to_be_visible()
    expect(page.get_by_role("heading", name="Who wins most")).to_be_visible()
    page.get_by_role("link", name="spend").first.click()

    page.get_by_role("button", name="Propose").click()
    page.get_by_role("dialog").get_by_role("button", name="Propose").click()
    expect(page.locator(".notice")).to_contain_text("somebody else has to")
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)

    other = signed_in(browser, address, "finance")
    other.goto(f"{address}/programs/")
    other.get_by_role("link", name="Rules to approve").click()
    other.get_by_role("link", name="spend").click()
    other.get_by_role("button", name="Approve").press("Enter")
    other.get_by_role("dialog").get_by_role("button", name="Approve").press("Enter")
    expect(other.locator(".messages")).to_contain_text("The rule is approved.")
    expect(other.locator("main")).to_contain_text("replaced by a later version")


def test_no_page_shuts_anybody_out(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "relationship_manager", language="es")
    faults = {}

    for place in places():
        page.goto(address + place)
        for size in (PHONE, DESK):
            page.set_viewport_size({"width": size["width"], "height": size["height"]})
            found = page.evaluate(AUDIT)
            if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
                found.append("runs off the side")
            if found:
                faults[place, size["width"]] = found

    assert faults == {}


def places() -> list[str]:
    """Return the pages of the desk, with what there is to show on each."""
    from vinculo.programs.records.models import LevelSet, Member, Replay, Rule

    desk, rule, member = "/programs/club/", Rule.objects.get(code="spend"), Member.objects.order_by("id")[0]
    levels, replay = LevelSet.objects.get(), Replay.objects.order_by("-id").first()
    return [
        *("/programs/?all=1", "/programs/new/", desk, f"{desk}change/", f"{desk}rules/", f"{desk}rules/new/"),
        *(f"{desk}rules/{rule.pk}/", f"{desk}rules/{rule.pk}/edit/", f"{desk}rules/{rule.pk}/try/"),
        *(f"{desk}rules/{rule.pk}/simulate/", f"{desk}rules/replays/"),
        *([f"{desk}rules/replays/{replay.pk}/"] if replay else []),
        *(f"{desk}members/", f"{desk}members/{member.pk}/", f"{desk}members/by-hand/"),
        *(f"{desk}levels/", f"{desk}levels/{levels.pk}/", f"{desk}levels/{levels.pk}/terms/"),
        f"/customers/{member.customer_id}/",
    ]
