"""An agent records a consent and sends the link; the customer takes it back on a telephone; the agent sees it."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.make import live, mailbox, store

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AUDIT = (Path(__file__).parents[1] / "make" / "audit.js").read_text("utf-8")
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1400, "height": 900}
SEEN = os.environ.get("VINCULO_SEEN", "")


@pytest.fixture
def address(browser: Browser, own_records: store.Database, tmp_path: Path) -> Iterator[str]:
    from django.test import override_settings
    from tests.make import home, served, staff

    one = served.customer(
        "María García", number="C-100", email="maria@example.org", phone="+34600123456", language="es"
    )
    served.order(one, "A1", days_ago=30, lines=[{"product": "tea", "net_minor": 20_00}])
    for role in ("agent", "administrator"):
        staff.user(role)
    with live.site() as found, override_settings(SITE_ADDRESS=found, HOME_FOLDER=home.of(tmp_path)):
        yield found


def signed_in(browser: Browser, address: str, role: str, **given: Any) -> Page:
    from tests.make import staff

    page = browser.new_context(**{"locale": "en-GB", "viewport": DESK, **given}).new_page()
    page.goto(f"{address}/accounts/login/?next=/customers/")
    page.fill("[name=login]", role)
    page.fill("[name=password]", staff.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/customers/")
    return page


def sound(page: Page, name: str) -> None:
    """Look whether everybody can use a page as it stands, and nothing runs off its side."""
    if SEEN:
        page.screenshot(path=f"{SEEN}/{name}.png", full_page=True)
    assert page.evaluate(AUDIT) == []
    assert page.evaluate("document.documentElement.scrollWidth") == (page.viewport_size or DESK)["width"]


def test_a_customer_takes_back_on_a_telephone_what_an_agent_recorded(browser: Browser, address: str) -> None:
    from vinculo.identify.records import tasks
    from vinculo.identify.records.models import Customer

    one = Customer.objects.get()
    agent = signed_in(browser, address, "agent")
    agent.goto(f"{address}/customers/{one.pk}/")
    expect(agent.locator(".contact")).to_contain_text("There is no consent with its day and origin.")
    agent.locator(".contact").get_by_role("link", name="Consents").click()
    agent.get_by_label("About").first.select_option("marketing-email")
    agent.get_by_label("What was read out or shown, and what shows it").fill("May we write to you? Yes.")
    agent.get_by_role("button", name="Record", exact=True).click()
    expect(agent.get_by_role("row", name=re.compile("News and offers e-mail"))).to_contain_text("agreed")
    sound(agent, "consents-desk")
    agent.get_by_role("button", name="Send the link").click()
    expect(agent.locator(".messages")).to_contain_text("The link is on its way to maria@example.org.")
    with mailbox.receiving() as box:
        tasks.preferences_send(identifier_id=one.identifiers.get(kind="email").pk, language="es")

    found = re.search(r"http://\S+/preferences/\S+", box.messages[0].get_content())
    assert found
    customer = browser.new_context(locale="es-ES", viewport=PHONE, java_script_enabled=False).new_page()
    customer.goto(found[0])
    by_mail = customer.get_by_label("Por correo electrónico")
    expect(by_mail).to_be_checked()
    by_mail.uncheck()
    customer.get_by_role("button", name="Guardar").click()
    expect(customer.locator(".notice")).to_have_text("Guardado. Vale desde ahora.")
    expect(by_mail).not_to_be_checked()
    assert customer.context.cookies() == []

    agent.goto(f"{address}/customers/{one.pk}/")
    expect(agent.locator(".contact")).to_contain_text("The customer took the consent back.")
    agent.locator(".contact").get_by_role("link", name="Consents").click()
    expect(agent.locator(".changes li").first).to_contain_text("preference page")


@pytest.mark.parametrize("size", ["phone", "desk"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_of_consents_and_rights_can_be_used_by_everybody(
    browser: Browser, address: str, size: str, theme: str
) -> None:
    from django.utils import timezone

    from vinculo.identify.records.consents import links, log
    from vinculo.identify.records.consents.log import Evidence
    from vinculo.identify.records.models import Customer
    from vinculo.identify.records.rights import register, retention

    one, now = Customer.objects.get(), timezone.now()
    for kind in ("access", "rectification", "erasure", "restriction"):
        register.request_open(customer_ids=[one.pk], kind=kind, received_on=now.date(), now=now, note="by letter")
    log.consents_withdraw_all(customer_ids=[one.pk], evidence=Evidence(now, "telephone"), now=now)
    retention.rule_set(code="prospects", months=24, active=True)
    preferences = links.preferences(identifier=one.identifiers.get(kind="email")).removeprefix(address)
    signed = links.token(links.UNSUBSCRIBE, links.Bearer(one.pk, 0, "marketing", "email"))
    page = signed_in(
        browser,
        address,
        "administrator",
        viewport={"phone": PHONE, "desk": DESK}[size],
        color_scheme=theme,
        locale="es",
    )

    for place in (
        *(f"/customers/{one.pk}/{part}/" for part in ("consents", "rights")),
        *("/privacy/", "/privacy/retention/", "/privacy/processing/", preferences, f"/unsubscribe/{signed}/"),
        *(f"/customers/{one.pk}/", "/confirm/x/"),
    ):
        page.goto(f"{address}{place}")
        sound(page, f"{size}-{theme}-{re.sub('[^a-z]', '', place)[:24]}")
