"""Every page of the desk about rewards, promises, belonging and money, on a phone and in Spanish."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage
from tests.make import live, store

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AUDIT = (Path(__file__).parents[1] / "make" / "audit.js").read_text("utf-8")
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def address(own_records: store.Database) -> Iterator[str]:
    store.set_up_django()
    from tests.make import desk, staff

    desk.full(days=420)
    staff.user("relationship_manager")
    with live.site() as found:
        yield found


def places() -> list[str]:
    from django.urls import NoReverseMatch, reverse

    from vinculo.programs.records.models import Badge, Challenge, Guarantee, Reward, ServiceHours, Streak
    from vinculo.web.programs.belonging import addresses as belonging
    from vinculo.web.programs.promises import addresses as promises
    from vinculo.web.programs.reports.views import REPORTS
    from vinculo.web.programs.rewards import addresses as rewards

    found = [reverse("program_report", args=["club", report]) for report in REPORTS]
    of_money = ("money", "estimates", "estimate_new", "rates", "budgets", "budget_new", "closes", "fraud")
    found += [reverse(f"program_{name}", args=["club"]) for name in of_money]
    numbers = {
        "program_guarantee_change": Guarantee.objects.get().pk,
        "program_hours_change": ServiceHours.objects.get().pk,
        "program_challenge_change": Challenge.objects.get().pk,
        "program_streak_change": Streak.objects.get().pk,
        "program_badge_change": Badge.objects.get().pk,
        **dict.fromkeys(("program_reward", "program_reward_change"), Reward.objects.get(code="mug").pk),
        "program_codes": Reward.objects.get(code="voucher").pk,
    }
    for pattern in (*rewards.urlpatterns, *promises.urlpatterns, *belonging.urlpatterns):
        name = str(pattern.name)
        try:
            found.append(reverse(name, args=["club", *([numbers[name]] if name in numbers else [])]))
        except NoReverseMatch:
            continue  # what a button sends
    return found


def test_nothing_runs_off_the_side_and_the_console_is_silent(browser: Browser, address: str, tmp_path: Path) -> None:
    from tests.make import staff

    page = browser.new_context(locale="es-ES", viewport=PHONE).new_page()
    said: list[str] = []
    asked = places()

    def note(message: ConsoleMessage) -> None:
        said.append(f"{page.url}: {message.text}")

    page.on("console", note)
    page.goto(f"{address}/customers/")
    page.fill("[name=login]", "relationship_manager")
    page.fill("[name=password]", staff.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/customers/")
    faults = {}
    for place in asked:
        answer = page.goto(f"{address}{place}")
        found = page.evaluate(AUDIT)
        if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            found.append("runs off the side")
        if answer is None or answer.status != 200:
            found.append("is not there")
        if found:
            faults[place] = found

    assert len(asked) > 30
    assert faults == {}
    assert said == []
