"""Staff at work with customers: on a telephone, on a wide screen, in the dark, in Spanish, by keyboard."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.make import live, store

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1400, "height": 900}
SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])


@pytest.fixture(scope="module")
def address(browser: Browser, worker_database: store.Database) -> Iterator[str]:
    """Serve one shop for all stories here: they only look, but for one saved view."""
    store.set_up_django()
    from tests.make import served, staff

    with store.database("staff_in_a_browser"):
        for role in ("relationship_manager", "administrator", "read_only"):
            staff.user(role)
        names = ["María García", "Mario Rossi", "José Muñoz", *(f"Cliente {number:03}" for number in range(120))]
        made = [served.customer(name, number=f"C{place:03}") for place, name in enumerate(names)]
        for place in range(8):
            lines = [{"product": f"a long name of a product {n}", "net_minor": 1_234_56} for n in range(3)]
            served.order(made[0], f"N{place}", days_ago=30 * place, lines=lines)
        served.published(
            [
                {
                    "customer_id": each.pk,
                    "total_value_minor": 1_000_00 * place,
                    "value_tier": "high_potential" if place % 2 else "standard",
                    "expected_purchases": 5.0,
                    "expected_spend_minor": 900_00.0,
                    "since_last_days": 12,
                }
                for place, each in enumerate(made)
            ]
        )
        with live.site() as found:
            yield found


def signed_in(
    browser: Browser, address: str, role: str, *, size: dict[str, int] = DESK, language: str = "en", dark: bool = False
) -> Page:
    page = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        locale=language,
        color_scheme="dark" if dark else "light",
    ).new_page()
    page.goto(f"{address}/accounts/login/")
    from tests.make import staff

    page.locator("[name=login]").fill(role)
    page.locator("[name=password]").fill(staff.PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/accounts/" not in url)
    return page


def wrong(page: Page) -> list[str]:
    """Gather what the browser complains of."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


@SIZES
@pytest.mark.parametrize("path", ["/customers/", "/customers/1/", "/accounts/password/change/", "/nowhere/"])
def test_nothing_runs_off_the_side(browser: Browser, address: str, size: dict[str, int], path: str) -> None:
    page = signed_in(browser, address, "relationship_manager", size=size)

    page.goto(address + path)
    page.locator("details").evaluate_all("all => all.forEach(each => { if (!each.dataset.menu) each.open = true; })")

    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]


def test_pages_are_shown_without_a_complaint_of_the_browser(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "administrator")
    said = wrong(page)

    for path in ("/customers/", "/customers/1/", "/accounts/2fa/"):
        page.goto(address + path)
        page.wait_for_load_state("networkidle")

    assert said == []


def test_the_list_narrows_as_one_types(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "relationship_manager")
    said = wrong(page)

    page.goto(f"{address}/customers/")
    page.get_by_role("searchbox").press_sequentially("munoz jo", delay=20)

    expect(page.locator("table.people tbody tr")).to_have_count(1)
    expect(page.get_by_role("link", name="José Muñoz")).to_be_visible()
    expect(page.locator("#count")).to_have_text("1 customer.")
    expect(page).to_have_url(re.compile(r"q=munoz\+jo"))
    expect(page.get_by_role("searchbox")).to_be_focused()
    assert said == []


def test_a_filter_a_page_and_a_neighbour_lead_through_one_list(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "relationship_manager")

    page.goto(f"{address}/customers/")
    page.get_by_text("Filters").click()
    page.get_by_label("Value tier").select_option(label="High potential")
    expect(page.locator("#count")).to_have_text("61 customers.")
    page.get_by_role("link", name="Next").click()
    expect(page.locator("table.people tbody tr")).to_have_count(11)
    page.locator("table.people tbody a").first.click()
    first = page.locator("h1").inner_text()
    page.get_by_role("link", name="Next").click()
    expect(page.locator("h1")).not_to_have_text(first)
    page.get_by_role("link", name="Previous").click()
    expect(page.locator("h1")).to_have_text(first)
    page.get_by_role("link", name="List", exact=True).click()

    expect(page.get_by_label("Filters").get_by_text("Value tier: High potential")).to_be_visible()


def test_a_view_is_saved_used_and_removed_after_asking(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "relationship_manager")

    page.goto(f"{address}/customers/?tier=high_potential")
    page.get_by_text("Saved views").click()
    page.get_by_label("Save this list as").fill("Promising")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The view was saved.")).to_be_visible()
    page.get_by_text("Saved views (1)").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("dialog")).to_contain_text("Remove the view “Promising”?")
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("link", name="Promising")).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()

    expect(page.get_by_text("The view was removed.")).to_be_visible()


def test_language_and_theme_are_chosen_in_the_menu_and_stay(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "administrator")

    page.goto(f"{address}/customers/1/")
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.get_by_role("heading", name="Ritmo")).to_be_visible()
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Oscuro").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 26)"
    expect(page.locator("figure svg rect").first).to_have_css("fill", "rgb(112, 198, 202)")
    page.locator(".menu summary").click()
    page.get_by_role("button", name="English").click()


def test_the_theme_follows_the_system(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "relationship_manager", dark=True)

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 26)"


def test_by_keyboard_one_reaches_a_customer(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "relationship_manager")

    page.goto(f"{address}/customers/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("searchbox").focus()
    page.keyboard.type("maria")
    expect(page.locator("table.people tbody tr")).to_have_count(1)
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "María García":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("María García")
    assert outline == "solid"


def test_who_reads_only_sees_no_names(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "read_only")

    page.goto(f"{address}/customers/?sort=name")

    expect(page.get_by_role("link", name="Customer C000")).to_be_visible()
    assert "María" not in page.content()
    assert page.get_by_role("link", name="Export CSV").count() == 0
