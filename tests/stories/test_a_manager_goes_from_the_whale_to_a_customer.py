"""A manager opens the cockpit, clicks the top bar of the whale curve, opens one of those customers, and reads Spanish.

Once with the mouse and once by keyboard alone, on a shop's real year.
"""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1400, "height": 900}
TOP = 220
"""Customers of the top bar: the best twentieth, to the nearest point of the curve."""


def signed_in(browser: Browser, address: str, size: dict[str, int]) -> Page:
    from tests.make import staff

    page = browser.new_context(viewport={"width": size["width"], "height": size["height"]}, locale="en-GB").new_page()
    page.goto(f"{address}/cockpit/")
    page.fill("[name=login]", "relationship_manager")
    page.fill("[name=password]", staff.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/cockpit/")
    return page


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until what is wanted has the focus."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"{wanted} cannot be reached by keyboard")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_by_mouse(browser: Browser, address: str, size: dict[str, int]) -> None:
    page = signed_in(browser, address, size)

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Value").click()
    page.get_by_role("link", name="Which few make most of the profit?").click()
    page.locator("#whale svg:visible a").first.click()
    page.wait_for_url("**/customers/?*rank_to=*")
    assert re.search(rf"\b{TOP}\b", page.inner_text("main"))
    page.locator("main tbody th a").first.click()
    page.wait_for_url(re.compile(r"/customers/\d+/"))
    name = page.inner_text("h1")
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Español").click()

    expect(page.locator("html")).to_have_attribute("lang", "es")
    assert page.inner_text("h1") == name


def test_by_keyboard_alone(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, DESK)

    for wanted, arrives in (
        ('.places a[href="/value/"]', "**/value/"),
        ('.parts a[href*="part=few"]', "**/value/?*part=few"),
        ("#whale svg a", "**/customers/?*rank_to=*"),
        ("main tbody th a", re.compile(r"/customers/\d+/")),
    ):
        tab_to(page, wanted)
        page.keyboard.press("Enter")
        page.wait_for_url(arrives)
    tab_to(page, "details.menu summary")
    page.keyboard.press("Enter")
    tab_to(page, "button[name=language][value=es]")
    page.keyboard.press("Enter")

    expect(page.locator("html")).to_have_attribute("lang", "es")


def test_the_mark_in_focus_can_be_seen(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, DESK)
    page.goto(f"{address}/value/?part=few")

    tab_to(page, "#whale svg a")

    assert page.evaluate("getComputedStyle(document.activeElement.querySelector('path')).strokeWidth") == "2.5px"
    assert "customers" in page.evaluate("document.activeElement.querySelector('title').textContent")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("place", ["/cockpit/", "/value/?part=few", "/value/?part=people", "/value/?part=forecast"])
def test_nothing_runs_off_the_side_and_nothing_is_fetched_elsewhere(
    browser: Browser, address: str, size: dict[str, int], place: str
) -> None:
    page = signed_in(browser, address, size)
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))

    page.goto(f"{address}{place}")

    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
    assert {url for url in asked if not url.startswith(address)} == set()
    assert said == []
