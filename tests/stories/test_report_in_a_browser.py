"""A relationship manager opens the report: on a telephone, on a wide screen, in the dark, on paper, by keyboard."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright
from tests.make import whole_run

from vinculo.measure.charts import palette
from vinculo.measure.report import page as report

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1400, "height": 900}
A4 = {"width": 665, "height": 978}
"""What the margins leave of a sheet, in pixels of 1/96 inch."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no chromium on this machine")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--headless"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("report")
    run = whole_run.write(folder / "run", customers_count=200)
    file = folder / "report.html"
    file.write_text(report.render(run, "es"), encoding="utf-8")
    return file.as_uri()


def opened(browser: Browser, address: str, size: dict[str, int], *, dark: bool = False, scripts: bool = True) -> Page:
    page = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
    ).new_page()
    page.goto(address)
    return page


@pytest.mark.parametrize("size", [PHONE, {"width": 700, "height": 900}, DESK], ids=["phone", "tablet", "desk"])
def test_nothing_runs_off_the_side(browser: Browser, address: str, size: dict[str, int]) -> None:
    page = opened(browser, address, size)

    wide = page.evaluate("document.documentElement.scrollWidth")
    outside = page.evaluate(
        """() => [...document.querySelectorAll('body *')].filter(each => !each.closest('.scroll, .skip, .unseen, svg')
             && each.getBoundingClientRect().right > innerWidth + 1).map(each => each.tagName + each.className)"""
    )

    assert wide == size["width"]
    assert outside == []


def test_text_in_charts_can_be_read_on_a_telephone(browser: Browser, address: str) -> None:
    page = opened(browser, address, PHONE)

    sizes = page.evaluate(
        """() => [...document.querySelectorAll('svg text')].filter(text => text.getBoundingClientRect().width > 0)
             .map(text => parseFloat(text.getAttribute('font-size')) * text.getScreenCTM().a)
             .filter(size => size > 0)"""
    )

    assert len(sizes) > 100
    assert min(sizes) >= 9


def test_words_of_the_data_stay_inside_their_boxes_on_a_telephone(browser: Browser, address: str) -> None:
    page = opened(browser, address, PHONE)

    cut = page.evaluate(
        """() => [...document.querySelectorAll('figure svg')].filter(svg => svg.getBoundingClientRect().width > 0)
             .flatMap(svg => [...svg.querySelectorAll('text')])
             .filter(text => text.getBoundingClientRect().right > innerWidth || text.getBoundingClientRect().left < 0)
             .map(text => text.textContent)"""
    )

    assert cut == []


def test_marks_and_paper_turn_dark_together(browser: Browser, address: str) -> None:
    def colours(*, dark: bool) -> list[str]:
        script = "getComputedStyle(document.body).backgroundColor"
        mark = f"""getComputedStyle(document.querySelector('svg [fill="{palette.ACCENT}"]')).fill"""
        page = opened(browser, address, DESK, dark=dark)
        return [page.evaluate(script), page.evaluate(mark)]

    assert colours(dark=False) == [rgb(palette.PAPER), rgb(palette.ACCENT)]
    assert colours(dark=True) == [rgb(palette.DARK[palette.PAPER]), rgb(palette.DARK[palette.ACCENT])]


def rgb(colour: str) -> str:
    return "rgb({}, {}, {})".format(*(int(colour[at : at + 2], 16) for at in (1, 3, 5)))


def test_no_request_leaves_the_page_and_nothing_is_refused(browser: Browser, address: str) -> None:
    asked: list[str] = []
    said: list[str] = []
    page = browser.new_context().new_page()

    def note(route: Route) -> None:
        asked.append(route.request.url)
        route.continue_()

    page.route("**/*", note)
    page.on("console", lambda message: said.append(message.text))
    page.goto(address)

    assert asked == [address]
    assert said == []


def test_it_is_whole_without_scripts(browser: Browser, address: str) -> None:
    page = opened(browser, address, DESK, scripts=False)

    assert page.get_by_role("heading", level=2).count() == 12
    assert page.locator("figure svg").count() > 14


def test_screen_readers_meet_named_charts_and_tables(browser: Browser, address: str) -> None:
    page = opened(browser, address, DESK)

    charts = page.get_by_role("img").all()

    assert len(charts) == 16
    assert page.get_by_role("img", name=re.compile("ventas netas", re.IGNORECASE)).count() >= 1
    assert page.get_by_role("main").count() == page.get_by_role("navigation").count() == 1
    assert page.get_by_role("table", name=re.compile("Cómo se trató cada línea")).count() == 1


def test_the_keyboard_reaches_the_figures_behind_a_chart(browser: Browser, address: str) -> None:
    page = opened(browser, address, DESK)

    page.keyboard.press("Tab")
    skip = page.evaluate("document.activeElement.className")
    page.locator("#months summary").focus()
    page.keyboard.press("Enter")

    assert skip == "skip"
    assert page.get_by_role("table", name="Ventas por mes").is_visible()


def test_it_prints_on_light_paper_with_no_chart_cut(browser: Browser, address: str, tmp_path: Path) -> None:
    page = opened(browser, address, A4, dark=True)

    page.emulate_media(media="print", color_scheme="light")
    tall = page.evaluate("Math.max(...[...document.querySelectorAll('figure')].map(each => each.offsetHeight))")
    kept = page.evaluate(
        "[...document.querySelectorAll('figure')].every(e => getComputedStyle(e).breakInside === 'avoid')"
    )
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    printed = page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)

    assert tall < A4["height"]
    assert kept
    assert paper == "rgb(255, 255, 255)"
    assert 5 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 25
