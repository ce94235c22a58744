"""The linked book: the figures of the report with a way to the customers, whatever the run lacks."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.make import run as made

from vinculo.foundation import language
from vinculo.foundation.errors import InputError
from vinculo.measure import metrics, people, selection
from vinculo.measure.charts.reader import Reader
from vinculo.measure.cockpit import export, tiles
from vinculo.measure.explorer import book, pages
from vinculo.measure.report import blocks
from vinculo.warehouse.runs import Run

pytestmark = pytest.mark.slow

SETTINGS = {"by": ["country"], "discount_rate_annual": 0.15}
HREF = re.compile(r'<a href="([^"]*)"')


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return made.write(tmp_path_factory.mktemp("runs") / "later", settings=SETTINGS)


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("runs") / "earlier"
    return made.write(folder, customers_count=300, as_of=date(2011, 3, 31), settings=SETTINGS)


def opened(
    run: Run,
    earlier: Run | None = None,
    *,
    spoken: str = "en",
    scope: tuple[str, str] = ("all", "all"),
    may: bool = True,
) -> AbstractContextManager[book.LinkedBook]:
    linking = book.Linking(run="2", earlier="1" if earlier else "", allowed=may)
    return book.opened(run, Reader(spoken, "GBP"), linking=linking, earlier=earlier, scope=scope)


def figures(given: tuple[blocks.Block, ...]) -> Iterator[blocks.Figure]:
    for block in given:
        yield from (each for each in getattr(block, "figures", (block,)) if isinstance(each, blocks.Figure))


@pytest.mark.parametrize("spoken", language.LANGUAGES)
def test_every_part_has_figures_with_a_finding_a_table_and_links(run: Run, earlier: Run, spoken: str) -> None:
    with opened(run, earlier, spoken=spoken) as shown:
        found = {name: list(figures(pages.part(shown, name).blocks)) for name in pages.PARTS}

    assert all(found.values())
    for figure in (each for some in found.values() for each in some):
        assert figure.finding
        assert figure.sheet.rows
        assert "undefined" not in figure.narrow
        if figure.name in shown.behind:
            addresses = [unescape(href) for href in HREF.findall(figure.narrow)]
            assert addresses
            assert {urlsplit(address).path for address in addresses} == {"/customers/"}


def test_a_viewer_without_the_right_sees_counts_and_no_way_to_names(run: Run, earlier: Run) -> None:
    with opened(run, earlier, may=False) as shown:
        found = [each for name in pages.PARTS for each in figures(pages.part(shown, name).blocks)]

    assert not any("<a " in figure.narrow + (figure.wide or "") for figure in found)
    tiers = next(figure for figure in found if figure.name == "tiers")
    assert any(cell.isdigit() for row in tiers.sheet.rows for cell in row)


@pytest.mark.parametrize("scope", [("country", "Germany"), ("country", made.HOSTILE)])
def test_within_a_cut_every_link_stays_within_it(run: Run, scope: tuple[str, str]) -> None:
    with opened(run, scope=scope) as shown:
        for name in ("people", "worth"):
            pages.part(shown, name)
        behind = [each for marks in shown.behind.values() for each in marks.values()]

    assert behind
    assert {each.chosen.given("country") for each in behind} == {scope[1]}


@pytest.mark.parametrize("scope", [("channel", "web"), ("country", "Nowhere"), ("country)--", "x")])
def test_a_cut_that_the_run_does_not_have_is_refused(run: Run, scope: tuple[str, str]) -> None:
    with pytest.raises(InputError), opened(run, scope=scope):
        pass


def test_marks_hold_as_many_customers_as_they_say(run: Run) -> None:
    with opened(run) as shown, opened(run) as everybody:
        for name in ("people", "few", "worth"):
            pages.part(shown, name)
        # The summary tables of the made run were not cut from its customers to the last one: these are.
        exact = {name: shown.behind[name] for name in ("map", "chances", "months", "tiers", "areas", "whale")}
        wrong = [
            (name, each)
            for name, marks in exact.items()
            for each in marks.values()
            if people.count(everybody.engine, each.chosen) != each.customers
        ]

    assert wrong == []


@pytest.mark.parametrize("without", ["concentration", "cohorts", "rfmt_segments", "customer_days", "tiers", "models"])
def test_what_a_run_lacks_is_left_out_or_said(tmp_path: Path, without: str) -> None:
    lacking = made.write(tmp_path / "run", customers_count=60, without=[without])

    with opened(lacking) as shown:
        chapters = [pages.part(shown, name) for name in pages.PARTS]

    assert all(chapter.blocks for chapter in chapters)


def test_one_customer_gives_a_page_too(tmp_path: Path) -> None:
    alone = made.write(tmp_path / "run", customers_count=1, repeats=0)

    with opened(alone) as shown:
        chapters = [pages.part(shown, name) for name in pages.PARTS]
        found = tiles.all_of(tiles.Cockpit(shown, "month"))

    assert all(chapter.blocks for chapter in chapters)
    assert all(tile.finding for tile in found)


@pytest.mark.parametrize("kind", ["month", "quarter", "year"])
def test_every_tile_has_a_comparison_or_says_why_not(run: Run, earlier: Run, kind: str) -> None:
    with opened(run, earlier) as shown:
        found = tiles.all_of(tiles.Cockpit(shown, kind))

    assert [tile.metric for tile in found] == list(metrics.METRICS)
    for tile in found:
        assert tile.finding
        assert tile.behind is not None
        assert (tile.before is not None) == bool(tile.compared_with)
        assert tile.compared_with or "no earlier" in tile.finding


def test_without_an_earlier_run_stocks_say_that_there_is_nothing_to_compare_with(run: Run) -> None:
    with opened(run) as shown:
        cockpit = tiles.Cockpit(shown, "quarter")
        found = {tile.metric.key: tile for tile in tiles.all_of(cockpit)}
        change = tiles.groups(cockpit, "value_tier")

    assert found["customer_equity"].before is None
    assert "no earlier run" in found["customer_equity"].finding
    assert {row[2] for row in change.rows} == {"\u2013"}


def test_flows_add_up_over_the_periods(run: Run) -> None:
    with opened(run) as shown:
        cockpit = tiles.Cockpit(shown, "year")
        by_year = cockpit.flows
        total = shown.engine.rows("SELECT sum(sales_minor - returns_minor) AS s FROM customer_days")["s"][0].as_py()
        won = sum(row["new_customers"] for period, row in by_year.items() if period in cockpit.shown)

    assert sum(row["net_sales"] for period, row in by_year.items() if period in cockpit.shown) == total
    assert won == shown.size("value")


def test_a_lost_customer_is_lost_once_and_counted_until_he_buys_again(run: Run) -> None:
    with opened(run) as shown:
        cockpit = tiles.Cockpit(shown, "month")
        behind = [tiles.behind_flow(cockpit, metrics.BY_KEY["lost_customers"], period) for period in cockpit.shown]
        listed = [people.ids(shown.engine, each.chosen) for each in behind]

    assert [len(who) for who in listed] == [each.customers for each in behind]
    assert sum(len(who) for who in listed) > 0


def test_rows_for_a_spreadsheet_hold_the_tiles(run: Run, earlier: Run) -> None:
    with opened(run, earlier) as shown:
        cockpit = tiles.Cockpit(shown, "quarter")
        found = tiles.all_of(cockpit)
        rows = export.rows(cockpit, found)

    assert [row["value"] for row in rows] == [tile.value for tile in found]
    for row in rows:
        assert selection.read(parse_qs(row["customers_query"]).items()).run == "2"
