"""An agent gives a company its contact and sees its tree; a manager takes a prospect on, back, and to the end."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.make import live, store

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AUDIT = (Path(__file__).parents[1] / "make" / "audit.js").read_text("utf-8")
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1400, "height": 900}


@pytest.fixture(scope="module")
def address(browser: Browser, worker_database: store.Database) -> Iterator[str]:
    store.set_up_django()
    from tests.make import bound, staff

    with store.database("an_agent_binds"):
        for role in ("relationship_manager", "agent"):
            staff.user(role)
        bound.company_and_family()
        with live.site() as found:
            yield found


def signed_in(
    browser: Browser, address: str, role: str, *, size: dict[str, int] = DESK, language: str = "en", dark: bool = False
) -> Page:
    from tests.make import staff

    shape = {"width": size["width"], "height": size["height"]}
    scheme = "dark" if dark else "light"
    page = browser.new_context(viewport=shape, locale=language, color_scheme=scheme).new_page()  # type: ignore[arg-type]
    page.goto(f"{address}/accounts/login/")
    page.locator("[name=login]").fill(role)
    page.locator("[name=password]").fill(staff.PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/accounts/" not in url)
    return page


def test_an_agent_adds_the_contact_by_keyboard_and_sees_the_tree(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "agent")
    page.goto(f"{address}/customers/?q=Muebles+Norte")
    page.get_by_role("link", name="Muebles Norte SL").click()
    page.locator(".bound").get_by_role("link", name="Relations").click()

    page.get_by_label("Muebles Norte SL …").select_option(label="is represented by")
    page.get_by_role("searchbox").press_sequentially("carmen", delay=20)
    expect(page.get_by_role("radio", name="Carmen Soto")).to_be_checked()
    page.get_by_role("searchbox").press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("Head of purchasing")
    expect(page.get_by_label("Post")).to_have_value("Head of purchasing")
    page.get_by_label("Part in decisions").select_option(label="decides")
    page.get_by_label("Main contact").check()
    page.get_by_role("button", name="Add", exact=True).press("Enter")

    expect(page.locator(".messages")).to_contain_text("The relation was added.")
    expect(page.locator(".bonds li", has_text="Carmen Soto")).to_contain_text("Head of purchasing")
    page.get_by_role("link", name="Legal hierarchy").click()
    expect(page.locator("h1")).to_have_text("Legal hierarchy: Grupo Muebles SA")
    expect(page.get_by_role("row", name="Grupo Muebles SA")).to_contain_text("€1,600")
    expect(page.get_by_role("row", name="Tienda Vigo")).to_have_count(2)
    page.get_by_role("link", name="Relations").click()
    page.get_by_role("button", name="Undo: Carmen Soto holds a post at Muebles Norte SL").click()
    page.get_by_role("dialog").get_by_role("button", name="Undo").click()
    expect(page.locator(".messages")).to_contain_text("The change was undone.")
    expect(page.locator(".bonds li", has_text="Carmen Soto")).to_have_count(0)


def test_a_manager_takes_a_prospect_on_back_and_to_the_end(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "relationship_manager")
    page.goto(f"{address}/prospects/")
    page.get_by_role("link", name="New lead").click()
    page.get_by_role("searchbox").press_sequentially("hotel", delay=20)
    page.get_by_role("radio", name="Hotel Mar").check()
    page.get_by_label("Interest").fill("forty chairs")
    page.get_by_label("Source").fill("trade fair")
    page.get_by_label("Expected amount").fill("12500")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_have_text("Lead of Hotel Mar")

    for stage, reason in (("quote", ""), ("qualified", "no budget yet"), ("converted", "")):
        page.get_by_label("To the stage").select_option(value=stage)
        page.get_by_label("Reason").fill(reason)
        page.get_by_role("button", name="Move").click()
        expect(page.locator(".messages")).to_contain_text("The lead was moved.")

    expect(page.locator(".changes li").nth(1)).to_contain_text("no budget yet")
    page.get_by_role("link", name="Customer", exact=True).click()
    expect(page.locator("h1 + p")).not_to_contain_text("prospect")
    page.goto(f"{address}/prospects/?stage=converted")
    expect(page.get_by_role("row", name="Hotel Mar")).to_contain_text("€12,500")


def test_a_suggested_household_is_accepted(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "agent")
    page.goto(f"{address}/households/")

    page.get_by_role("button", name="One household").click()

    expect(page.locator("h1")).to_have_text("Household García · Pérez")
    expect(page.get_by_role("row", name="Eva Pérez García")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_no_page_shuts_anybody_out(browser: Browser, address: str, size: dict[str, int], dark: bool) -> None:
    from vinculo.identify.records.models import Customer, Household, Lead

    page = signed_in(browser, address, "relationship_manager", size=size, language="es", dark=dark)
    company = Customer.objects.get(name="Muebles Norte SL").pk
    person = Customer.objects.get(name="Ana García López").pk
    lead, home = Lead.objects.order_by("id").first(), Household.objects.order_by("id").first()
    assert lead
    places = ["/prospects/", f"/prospects/{lead.pk}/", "/prospects/new/", f"/prospects/{lead.pk}/change/"]
    places += [f"/customers/{company}/relations/", f"/customers/{person}/relations/", f"/customers/{person}/"]
    places += [f"/hierarchies/{company}/legal/", "/households/", *([f"/households/{home.pk}/"] if home else [])]
    faults = {}

    for place in places:
        page.goto(address + place)
        found = page.evaluate(AUDIT)
        if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
            found.append("runs off the side")
        if found:
            faults[place] = found

    assert faults == {}
