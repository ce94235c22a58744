"""A member signs in on her telephone by the code of a mail, joins a challenge, takes a reward and gives it back."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.make import live, store

if TYPE_CHECKING:
    from tests.make.portal import World

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AUDIT = (Path(__file__).parents[1] / "make" / "audit.js").read_text("utf-8")
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1400, "height": 900}
SEEN = os.environ.get("VINCULO_SEEN", "")


@pytest.fixture
def world(own_records: store.Database) -> "World":
    from tests.make import portal

    return portal.world()


@pytest.fixture
def address(browser: Browser, world: "World") -> Iterator[str]:
    from django.test import override_settings

    with live.site() as found, override_settings(SITE_ADDRESS=found):
        yield found


def sound(page: Page, name: str) -> None:
    """Look whether everybody can use a page as it stands, and nothing runs off its side."""
    if SEEN:
        page.screenshot(path=f"{SEEN}/{name}.png", full_page=True)
    assert page.evaluate(AUDIT) == []
    assert page.evaluate("document.documentElement.scrollWidth") == (page.viewport_size or PHONE)["width"]


def test_a_member_signs_in_takes_part_and_changes_her_mind(browser: Browser, address: str, world: "World") -> None:
    from tests.make import portal

    # Nothing of the portal needs a script.
    page = browser.new_context(locale="en-GB", viewport=PHONE, java_script_enabled=False).new_page()
    page.goto(f"{address}/member/")
    page.get_by_label("Your e-mail address").fill(portal.EMAIL)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your code")
    (letter,) = portal.letters()
    page.get_by_label("Code from the mail").fill(portal.code_in(letter))
    page.keyboard.press("Enter")

    tabs = page.get_by_role("navigation")
    # Her own language is Spanish; she takes the other one here.
    expect(page.locator(".purse .figure")).to_have_text("600")
    expect(page.locator(".purse")).to_contain_text("250 están apartados para recompensas.")
    page.get_by_role("button", name="English").click()
    expect(page.locator(".purse")).to_contain_text("250 are set aside for rewards.")

    tabs.get_by_role("link", name="Challenges").click()
    page.get_by_role("button", name=re.compile("I take part.*Two purchases")).click()
    expect(page.locator(".messages")).to_have_text("You take part: what you do from today on counts.")
    expect(page.locator(".shelf")).to_contain_text("0 / 2")

    tabs.get_by_role("link", name="Rewards").click()
    expect(page.locator(".shelf li").first).to_contain_text("250 points instead of 300, for you")
    page.get_by_role("button", name=re.compile("Take it.*Mug")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mug")
    expect(page.locator(".cardnumber")).to_have_text(re.compile(r"^[0-9A-Z-]{8,}$"))
    page.get_by_role("button", name="I do not want it: give me my points back").click()
    expect(page.locator(".messages")).to_have_text("The reward is cancelled and your points are back.")

    tabs.get_by_role("link", name="History").click()
    first = page.locator(".story li").first
    expect(first).to_contain_text("Given back: you did not want the reward")
    expect(first).to_contain_text("+250")
    expect(first).to_contain_text("then 600")

    tabs.get_by_role("link", name="More").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto(f"{address}/member/history/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_the_pages_of_the_portal_can_be_used_by_everybody(browser: Browser, address: str, world: "World") -> None:
    from tests.make import portal

    client = portal.browser(world.maria)
    seen = browser.new_context(locale="es")
    page = seen.new_page()

    def look(place: str, name: str) -> None:
        for size, viewport, theme in (("phone", PHONE, "dark"), ("desk", DESK, "light")):
            page.set_viewport_size(viewport)  # type: ignore[arg-type]
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            # Loaded anew: colours that are on their way from one theme to the other are of neither.
            page.goto(f"{address}/member/{place}")
            sound(page, f"{size}-{theme}-{name}")

    for place in ("sign-in/", "new/", "code/", "link/x/"):
        look(place, place[:-1].replace("/", "-"))
    seen.add_cookies([{"name": "member", "value": client.cookies["member"].value, "url": f"{address}/member/"}])
    for place in (
        *("", "history/", "rewards/", "challenges/", "friends/", "votes/", "suggestions/", "promises/", "more/"),
        *("preferences/", "data/", "leave/", "join/", f"redemptions/{world.reserved}/", "nothing/", "redemptions/9/"),
    ):
        look(place, place.replace("/", "-") or "home")
