"""On a phone and by keyboard alone an assistant finds a member, gives points, redeems, undoes and takes back."""

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.make import live, store

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def address(own_records: store.Database) -> Iterator[str]:
    from django.utils import timezone
    from tests.make import programs, served, staff
    from tests.make.club import rule

    from vinculo.programs.records.ledger import members
    from vinculo.programs.records.rewards import catalogue
    from vinculo.programs.records.rewards.catalogue import RewardDraft

    club = programs.program(started_on=date(2024, 1, 1), zone="Europe/Madrid")
    programs.unit(club)
    rule(club, "spend")
    for number, name in enumerate(("Ana Ruiz", "Ana Luz")):
        buyer = served.customer(name, number=f"C{number}", country="Spain")
        members.member_join(program_id=club.pk, customer_id=buyer.pk, on=date(2024, 1, 1))
    draft = RewardDraft("money_off", "5 € off", "5 € menos", points=40, amount_minor=500)
    reward = catalogue.reward_create(program_id=club.pk, code="five", draft=draft, now=timezone.now())
    catalogue.reward_offer(reward_id=reward.pk)
    staff.user("till", language="es")
    with live.site() as found:
        yield found


def keyed(page: Page, *keys: str) -> None:
    """Press keys one after the other."""
    for key in keys:
        page.keyboard.press(key)


def fits(page: Page) -> bool:
    """Tell whether nothing is wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_an_assistant_works_by_keyboard_on_a_phone(browser: Browser, address: str) -> None:
    from tests.make import staff

    page = browser.new_context(viewport=PHONE, locale="es-ES").new_page()
    page.goto(f"{address}/accounts/login/")
    page.fill("[name=login]", "till")
    page.fill("[name=password]", staff.PASSWORD)
    keyed(page, "Enter")

    # One touch: the member, found as one types.
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("ana")
    expect(page.locator(".members li")).to_have_count(2)
    page.keyboard.type(" r")
    expect(page.locator(".members li")).to_have_count(1)
    keyed(page, "Enter")
    expect(page.get_by_role("heading", name="Ana Ruiz")).to_be_visible()
    assert fits(page)

    # Give points: what it gives is there before it is booked.
    expect(page.get_by_role("link", name="Dar puntos", exact=True)).to_be_focused()
    keyed(page, "Enter")
    expect(page.locator("#amount")).to_be_focused()
    page.keyboard.type("99,90")
    expect(page.locator("#earns .figure")).to_have_text("+99")
    keyed(page, "Tab")
    page.keyboard.type("T-1")
    keyed(page, "Enter")
    book = page.get_by_role("button", name="Anotar 99 puntos")
    expect(book).to_be_focused()
    assert fits(page)
    keyed(page, "Enter")
    expect(page.locator(".done")).to_contain_text("99 puntos por el ticket T-1")
    expect(page.locator(".has .figure")).to_contain_text("99")

    # Redeem: the reward, seen with what is left, and given.
    page.get_by_role("link", name="Canjear").press("Enter")
    expect(page.get_by_role("link", name="5 € menos")).to_be_focused()
    keyed(page, "Enter")
    expect(page.get_by_role("button", name="Descontar 40 puntos")).to_be_focused()
    assert fits(page)
    keyed(page, "Enter")
    expect(page.locator(".done")).to_contain_text("Descuente 5,00 € de la cuenta.")
    expect(page.locator(".has .figure")).to_contain_text("59")

    # Undo, then return a part by the number of the receipt from the first field.
    page.get_by_role("button", name="Deshacer").press("Enter")
    expect(page.locator(".done")).to_contain_text("Deshecho: 40 puntos devueltos.")
    page.get_by_role("link", name="Siguiente cliente").press("Enter")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("T-1")
    keyed(page, "Enter")
    expect(page.locator("#amount")).to_be_focused()
    page.keyboard.type("50")
    keyed(page, "Enter")
    expect(page.locator(".done")).to_contain_text("49 puntos del ticket T-1 retirados.")
    expect(page.locator(".has .figure")).to_contain_text("50")
    page.context.close()
