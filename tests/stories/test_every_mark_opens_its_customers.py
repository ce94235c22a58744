"""From a figure to the customers behind it, over all marks of all charts, on a shop's real year (Online Retail)."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.make import analysed_shop

from vinculo.measure import people, selection
from vinculo.measure.charts.reader import Reader
from vinculo.measure.cockpit import tiles
from vinculo.measure.explorer import book, pages
from vinculo.measure.report import blocks
from vinculo.warehouse import runs

LINK = re.compile(r'<a href="([^"]*)"><title>[^<]*?([\d,]+) customers</title>')
EARLIER, LATER = "1", "2"
LINKED = {
    "map",
    "segments-chart",
    "chances",
    "months",
    "whale",
    "deciles",
    "tiers",
    "areas",
    "bridge",
    "moves-value-tier",
    "moves-relationship-area",
    "moves-rfmt-segment",
    "retention",
    "iso-value",
}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made() -> dict[str, runs.Run]:
    folders = {EARLIER: analysed_shop.analysed(analysed_shop.EARLIER), LATER: analysed_shop.analysed()}
    return {name: runs.read(folder) for name, folder in folders.items()}


@pytest.fixture(scope="module")
def lists(made: dict[str, runs.Run]) -> Iterator[dict[str, book.LinkedBook]]:
    """Give each run whole, as the list of customers reads it."""
    with (
        book.opened(made[EARLIER], Reader("en", "EUR")) as earlier,
        book.opened(made[LATER], Reader("en", "EUR"), earlier=made[EARLIER]) as later,
    ):
        earlier.engine.attach("later_value", made[LATER].folder / "value")
        yield {EARLIER: earlier, LATER: later}


def opened(
    made: dict[str, runs.Run], scope: tuple[str, str] = ("all", "all")
) -> AbstractContextManager[book.LinkedBook]:
    return book.opened(
        made[LATER],
        Reader("en", "EUR"),
        earlier=made[EARLIER],
        scope=scope,
        linking=book.Linking(run=LATER, earlier=EARLIER),
    )


def figures(given: Iterator[blocks.Block] | tuple[blocks.Block, ...]) -> Iterator[blocks.Figure]:
    for block in given:
        yield from (each for each in getattr(block, "figures", (block,)) if isinstance(each, blocks.Figure))


def links(drawn: str) -> list[tuple[selection.Selection, int]]:
    return [
        (selection.read(parse_qs(urlsplit(unescape(href)).query).items()), int(count.replace(",", "")))
        for href, count in LINK.findall(drawn)
    ]


def wrong(found: list[tuple[selection.Selection, int]], lists: dict[str, book.LinkedBook]) -> list[object]:
    counted = {chosen: people.count(lists[chosen.run].engine, chosen) for chosen, _ in found}
    return [(chosen.query, said, counted[chosen]) for chosen, said in found if counted[chosen] != said]


@pytest.mark.parametrize("scope", [("all", "all"), ("country", "Germany"), ("country", "United Kingdom")])
def test_the_list_behind_every_mark_of_the_value_page_has_exactly_the_count_the_mark_says(
    made: dict[str, runs.Run], lists: dict[str, book.LinkedBook], scope: tuple[str, str]
) -> None:
    with opened(made, scope) as shown:
        drawn = {
            figure.name: figure.narrow + (figure.wide or "")
            for name in pages.PARTS
            for figure in figures(pages.part(shown, name).blocks)
        }

    found = {name: links(svg) for name, svg in drawn.items()}

    assert {name for name, given in found.items() if given} >= LINKED - (
        {"iso-value", "bridge"} | {name for name in LINKED if "moves" in name} if scope[0] != "all" else set()
    )
    assert {name: wrong(given, lists) for name, given in found.items() if wrong(given, lists)} == {}


@pytest.mark.parametrize("kind", ["month", "quarter", "year"])
def test_the_list_behind_every_tile_and_bar_of_the_cockpit_has_exactly_its_count(
    made: dict[str, runs.Run], lists: dict[str, book.LinkedBook], kind: str
) -> None:
    with opened(made) as shown:
        found = tiles.all_of(tiles.Cockpit(shown, kind))

    behind = [(each.behind.chosen, each.behind.customers) for each in found if each.behind]
    series = [mark for each in found if each.figure for mark in links(each.figure.narrow)]

    assert len(behind) == 8
    assert len(series) >= 5
    assert wrong(behind + series, lists) == []


def test_bars_that_exhaust_the_customers_hold_each_of_them_once(
    made: dict[str, runs.Run], lists: dict[str, book.LinkedBook]
) -> None:
    with opened(made) as shown:
        for name in ("people", "few", "worth", "moves"):
            pages.part(shown, name)

    everybody = sorted(people.ids(lists[LATER].engine, selection.Selection(LATER)))
    for name in ("map", "segments-chart", "chances", "whale", "deciles", "tiers", "areas", "moves-value-tier"):
        each = [people.ids(lists[LATER].engine, behind.chosen) for behind in shown.behind[name].values()]
        assert sorted(who for some in each for who in some) == everybody, name


def test_lost_customers_of_the_quarter_are_those_the_bridge_lost(made: dict[str, runs.Run]) -> None:
    with opened(made) as shown:
        cockpit = tiles.Cockpit(shown, "quarter")
        found = {each.metric.key: each for each in tiles.all_of(cockpit)}
        bridge = shown.equity_bridge()

    assert bridge is not None
    assert found["lost_customers"].value == bridge.changes["lost"].customers == 361
    assert found["customer_equity"].value == bridge.closing_minor
    assert found["customer_equity"].before == bridge.opening_minor
    assert bridge.unexplained_minor == 0
