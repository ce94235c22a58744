"""Every page can be read by ear, used by keyboard and seen with weak eyes, light and dark, on a phone and a desk."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AUDIT = (Path(__file__).parents[1] / "make" / "audit.js").read_text("utf-8")
PARTS = ("people", "few", "worth", "changed", "back", "forecast")
SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1400, "height": 900}}
FOCUS = """() => {
  const here = document.activeElement, style = getComputedStyle(here);
  const path = here.querySelector("path, rect, circle");
  const marked = here.closest("svg") && path && parseFloat(getComputedStyle(path).strokeWidth) >= 2;
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return [here.tagName, marked || outlined, here.outerHTML.slice(0, 100)];
}"""


def signed_in(browser: Browser, address: str, **given: Any) -> Page:
    from tests.make import staff

    page = browser.new_context(**{"locale": "en-GB", **given}).new_page()
    page.goto(f"{address}/customers/")
    page.fill("[name=login]", "relationship_manager")
    page.fill("[name=password]", staff.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/customers/")
    return page


def places() -> list[str]:
    from vinculo.differentiate.records.models import CustomerValue

    best = CustomerValue.objects.order_by("-total_value_minor")[0].customer_id
    return [
        *("/cockpit/", "/cockpit/definitions/", "/customers/", "/customers/?q=nobody", "/runs/", "/runs/1/"),
        *(
            f"/customers/{best}/",
            f"/customers/{best}/change/",
            "/customers/new/",
            "/imports/",
            "/sources/",
            "/customers/999999/",
        ),
        *(f"/value/?part={part}" for part in PARTS),
        *("/accounts/password/change/", "/accounts/2fa/"),
    ]


def narrow_places() -> list[str]:
    """Return further pages, which are looked at where there is least room."""
    from vinculo.differentiate.records.models import CustomerValue

    best = CustomerValue.objects.order_by("-total_value_minor")[0].customer_id
    of_customer = ("timeline/", "identity/", "relations/", "consents/", "rights/")
    return [
        *(f"/customers/{best}/{each}" for each in of_customer),
        *("/prospects/", "/prospects/new/", "/households/", "/matchings/", "/review/", "/privacy/"),
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_no_page_shuts_anybody_out(browser: Browser, address: str, theme: str, size: str) -> None:
    # Spanish words are longer: whoever prefers the dark reads them here.
    locale = "es-ES" if theme == "dark" else "en-GB"
    page = signed_in(browser, address, viewport=SIZES[size], color_scheme=theme, locale=locale)
    faults = {}

    for place in [*places(), *(narrow_places() if (theme, size) == ("dark", "phone") else ())]:
        page.goto(f"{address}{place}")
        found = page.evaluate(AUDIT)
        if page.evaluate("document.documentElement.scrollWidth") > SIZES[size]["width"]:
            found.append("runs off the side")
        if found:
            faults[place] = found

    assert faults == {}


def test_a_form_that_was_refused_says_why_beside_the_field(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, viewport=SIZES["desk"])
    page.goto(f"{address}/customers/new/")

    page.get_by_label("Phone", exact=True).fill("12")
    page.get_by_role("button", name="Save").click()

    field = page.get_by_label("Phone", exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")
    told = field.get_attribute("aria-describedby") or ""
    assert "a phone number" in page.inner_text(f"#{told}")
    expect(page.get_by_role("alert").first).to_contain_text("not saved")
    assert page.evaluate(AUDIT) == []


def test_the_first_key_leads_past_the_navigation(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, viewport=SIZES["desk"])
    page.goto(f"{address}/cockpit/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("place", ["/cockpit/", "/value/?part=few", "/customers/", "/customers/new/", "/runs/"])
def test_where_the_focus_is_can_be_seen(browser: Browser, address: str, place: str) -> None:
    page = signed_in(browser, address, viewport=SIZES["desk"])
    page.goto(f"{address}{place}")
    unseen, stops = [], 0

    for _ in range(150):
        page.keyboard.press("Tab")
        tag, visible, what = page.evaluate(FOCUS)
        if tag == "BODY":
            break
        stops += 1
        if not visible:
            unseen.append(what)

    assert stops > 10
    assert unseen == []


def test_a_customer_is_added_by_keyboard_alone(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, viewport=SIZES["desk"])
    page.goto(f"{address}/customers/new/")

    typed = {"given_name": "Luz", "family_name": "Soto", "email": "luz@soto.es"}
    for _ in range(40):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.name || document.activeElement.className")
        if name in typed:
            page.keyboard.type(typed[name])
        if name == "primary":
            page.keyboard.press("Enter")
            break
    page.wait_for_url("**/customers/*/")

    assert page.inner_text("h1") == "Luz Soto"
    expect(page.locator(".messages")).to_contain_text("The customer was added.")
