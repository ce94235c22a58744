"""From each mark to the list of customers in the operational store, on a shop's real year (Online Retail).

The shop's customers are put into the store under their own numbers, and two runs are served as they are in practice.
"""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from tests.make import analysed_shop, landed_shop, staff, store

from vinculo.differentiate.records.models import Run
from vinculo.measure import selection
from vinculo.measure.charts.reader import Reader
from vinculo.measure.cockpit import tiles
from vinculo.measure.explorer import book, pages
from vinculo.measure.records import selectors as lists
from vinculo.warehouse import runs
from vinculo.web.customers import history

pytestmark = pytest.mark.slow


@pytest.fixture
def served(records: store.Database) -> tuple[Run, Run]:
    earlier, later = analysed_shop.analysed(analysed_shop.EARLIER), analysed_shop.analysed()
    landed_shop.customers(later)
    return landed_shop.serve(earlier), landed_shop.serve(later, publish=True)


def behind(served: tuple[Run, Run], scope: tuple[str, str] = ("all", "all")) -> Iterator[tuple[str, book.Behind]]:
    """Yield every mark of the value page and of the cockpit, with the name of its figure."""
    earlier, later = served
    linking = book.Linking(run=str(later.pk), earlier=str(earlier.pk))
    tables, before = runs.read(Path(later.folder)), runs.read(Path(earlier.folder))
    with book.opened(tables, Reader("en", "EUR"), linking=linking, earlier=before, scope=scope) as shown:
        for name in pages.PARTS:
            pages.part(shown, name)
        if scope == ("all", "all"):
            for tile in tiles.all_of(tiles.Cockpit(shown, "quarter")):
                if tile.behind:
                    yield tile.metric.key, tile.behind
        for name, marks in shown.behind.items():
            for mark in marks.values():
                yield name, mark


def listed(chosen: selection.Selection) -> int:
    run = Run.objects.get(pk=int(chosen.run))
    ids = history.people_of(run, chosen) if chosen.from_history else None
    filters = lists.Filters(run_id=run.pk, chosen=chosen, ids=ids)
    return lists.customer_count(filters, sort="total", exactly=True).number


@pytest.mark.parametrize("scope", [("all", "all"), ("country", "Germany")])
def test_the_list_in_the_store_has_exactly_the_count_of_every_mark(
    served: tuple[Run, Run], scope: tuple[str, str]
) -> None:
    marks = list(behind(served, scope))

    counted = {chosen: listed(chosen) for chosen in {each.chosen for _name, each in marks}}

    assert len(marks) > 100
    wrong = [(name, each, counted[each.chosen]) for name, each in marks if counted[each.chosen] != each.customers]
    assert wrong == []


@pytest.mark.parametrize("part", ["people", "few", "worth", "moves", "cohorts"])
def test_a_click_on_the_first_and_the_last_mark_shows_as_many_customers(
    site: Client, served: tuple[Run, Run], part: str
) -> None:
    site.force_login(staff.user("relationship_manager"), backend="django.contrib.auth.backends.ModelBackend")
    text = site.get(f"/value/?part={part}").content.decode()
    found = re.findall(r'<a href="(/customers/\?[^"]*)"><title>[^<]*?([\d,]+) customers</title>', text)

    for address, count in (found[0], found[-1]):
        answer = site.get(unescape(address))
        assert answer.status_code == 200
        assert selection.read(parse_qs(urlsplit(unescape(address)).query).items()).run
        assert re.search(rf"\b{count}\b", answer.content.decode()), address
