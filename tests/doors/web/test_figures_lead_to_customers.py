"""The cockpit and the value page: whole, in both languages, one number everywhere, and open only to those allowed."""

import csv
import io
import json
import re
import stat
from collections.abc import Callable
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import Client
from tests.make import run as made
from tests.make import staff

from vinculo.differentiate.records import services
from vinculo.differentiate.records.models import Run
from vinculo.measure import metrics, selection
from vinculo.measure.explorer import book, pages
from vinculo.warehouse import runs

NOW = datetime(2011, 6, 10, 3, 0, tzinfo=UTC)
SHARED = "django.core.cache.backends.filebased.FileBasedCache"
LINK = re.compile(r'<a href="(/customers/\?[^"]*)"')
SETTINGS = {"by": ["country"], "discount_rate_annual": 0.15}
Open = Callable[..., Client]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, runs.Run]:
    folder = tmp_path_factory.mktemp("runs")
    return {
        "later": made.write(folder / "later", settings=SETTINGS),
        "earlier": made.write(folder / "earlier", customers_count=300, as_of=date(2011, 3, 31), settings=SETTINGS),
    }


@pytest.fixture
def published(site: Client, folders: dict[str, runs.Run]) -> int:
    """Publish a run, beside an earlier one to compare with; return its number."""
    caches["drawings"].clear()
    found = 0
    for name in ("earlier", "later"):
        as_of = date.fromisoformat(str(folders[name].manifest["as_of"]))
        run = services.run_open(as_of=as_of, settings={"currency": "GBP"}, now=NOW)
        Run.objects.filter(pk=run.pk).update(state="done", folder=str(folders[name].folder), served_at=NOW)
        found = run.pk
    services.run_publish(run_id=found, now=NOW)
    return found


@pytest.fixture
def opened(site: Client) -> Open:
    def sign_in(role: str = "relationship_manager", language: str = "en") -> Client:
        site.force_login(staff.user(role, language=language), backend="django.contrib.auth.backends.ModelBackend")
        return site

    return sign_in


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content[:2000]
    return answer.content.decode()


def test_before_the_first_run_is_published_both_pages_say_so(opened: Open) -> None:
    client = opened()

    assert "No run has been published" in page(client, "/cockpit/")
    assert "No run has been published" in page(client, "/value/")
    assert client.get("/cockpit/figures.csv").status_code == 404


def test_the_cockpit_shows_every_metric_with_its_comparison_definition_finding_and_freshness(
    opened: Open, published: int
) -> None:
    found = page(opened(), "/cockpit/?period=quarter")

    for metric in metrics.METRICS:
        tile = found.split(f'id="tile-{metric.key}"')[1].split("</section>")[0]
        assert f'/cockpit/definitions/#{metric.key}"' in tile
        assert 'class="against"' in tile
        assert 'class="finding"' in tile
        assert re.search(r"Data up to 9 June 2011|As of 9 June 2011", tile)
    assert "the same days of Q1 2011" in found
    assert "Not finished" in found


def test_one_number_on_the_page_in_csv_and_in_json(opened: Open, published: int) -> None:
    client = opened()
    text = page(client, "/cockpit/?period=quarter")

    sheet = {
        row["metric"]: row for row in csv.DictReader(io.StringIO(page(client, "/cockpit/figures.csv").lstrip("\ufeff")))
    }
    given = {row["metric"]: row for row in json.loads(page(client, "/cockpit/figures.json"))["figures"]}

    assert list(sheet) == list(given) == [metric.key for metric in metrics.METRICS]
    for key, row in given.items():
        assert sheet[key]["value"] == str(row["value"])
    active = re.search(r'id="tile-active_customers".*?class="amount"><a [^>]*>([\d,]+)<', text, re.DOTALL)
    assert active is not None
    assert (
        int(active[1].replace(",", "")) == given["active_customers"]["value"] == given["active_customers"]["customers"]
    )


def test_the_bridge_on_the_page_adds_up_to_the_penny(opened: Open, published: int) -> None:
    text = page(opened(), "/cockpit/?period=quarter")

    table = text.split('id="bridge-table"')[1].split("</table>")[0]
    amounts = [
        round(float(cell.replace("£", "").replace(",", "").replace("\u2212", "-")) * 100)
        for cell in re.findall(r'<td class="number">([^<]*£[^<]*)</td>', unescape(table))
    ]
    opening, acquired, growth, recovered, risen, fallen, lost, closing = amounts
    assert opening + acquired + growth - lost == closing
    assert recovered + risen + fallen == growth


@pytest.mark.parametrize("name", list(pages.PARTS))
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_part_of_the_value_page_opens_in_both_languages(
    opened: Open, published: int, name: str, language: str
) -> None:
    found = page(opened(language=language), f"/value/?part={name}")

    assert f'<html lang="{language}"' in found
    assert f'id="{name}-title"' in found
    assert "vega.github.io" not in found
    assert "marks.invalid" not in found


def test_marks_lead_to_the_list_of_the_run_shown(opened: Open, published: int) -> None:
    found = page(opened(), "/value/?part=worth")

    chosen = [selection.read(parse_qs(urlsplit(unescape(link)).query).items()) for link in LINK.findall(found)]
    assert {each.run for each in chosen} == {str(published)}
    assert {each.given("tier") for each in chosen} >= {"high_performance", "standard"}


def test_a_cut_narrows_every_link_and_an_unknown_one_is_refused_in_a_sentence(opened: Open, published: int) -> None:
    client = opened()

    found = page(client, "/value/?part=people&cut=country:Germany")
    refused = client.get("/value/?cut=country:Nowhere")
    hostile = client.get("/value/?cut=country')--:x")

    assert all("country=Germany" in link for link in LINK.findall(found))
    assert refused.status_code == hostile.status_code == 400
    assert b"Nowhere" in refused.content


def test_what_the_data_say_is_escaped(opened: Open, published: int) -> None:
    client = opened()
    hostile = "/value/?part=people&cut=country:" + made.HOSTILE.replace("&", "%26").replace("<", "%3C")

    for address in ("/cockpit/", "/value/", hostile):
        assert "<script>alert" not in page(client, address)


def test_who_may_not_see_the_list_sees_figures_and_no_links(opened: Open, published: int) -> None:
    client = opened("read_only")
    from django.contrib.auth.models import Group, Permission

    Group.objects.get(name="read_only").permissions.remove(Permission.objects.get(codename="customer_list"))

    for address in ("/value/?part=worth", "/value/?part=few", "/cockpit/"):
        found = page(client, address)
        assert "/customers/?" not in found
        assert "<svg" in found


def test_margins_are_shown_only_to_those_who_may_see_money(opened: Open, published: int) -> None:
    client = opened("read_only")

    assert "tile-margin" not in page(client, "/cockpit/")
    assert "margin," not in page(client, "/cockpit/figures.csv")


def test_an_agent_sees_neither_page(opened: Open, published: int) -> None:
    client = opened("agent")

    addresses = ("/cockpit/", "/value/", "/cockpit/figures.csv", "/cockpit/figures.json", "/cockpit/definitions/")
    assert [client.get(address).status_code for address in addresses] == [403] * 5


def test_a_page_is_drawn_once_for_all_who_read_the_same(
    opened: Open, published: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = opened()
    first = page(client, "/value/?part=few")
    monkeypatch.setattr(pages, "part", None)

    assert page(client, "/value/?part=few").split("<main")[1] == first.split("<main")[1]


def test_runs_that_are_not_done_or_not_there_are_not_found(opened: Open, published: int) -> None:
    client = opened()
    queued = services.run_open(as_of=date(2011, 6, 9), settings={}, now=NOW)

    assert [client.get(f"/value/?run={number}").status_code for number in (queued.pk, 10**9, "x", 10**30)] == [404] * 4
    assert client.get("/cockpit/?period=fortnight").status_code == 404


def test_pages_read_the_store_a_bounded_number_of_times(opened: Open, published: int) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = opened()
    for address in ("/value/?part=worth", "/cockpit/"):
        with CaptureQueriesContext(connection) as queries:
            page(client, address)
        assert len(queries) <= 14, [each["sql"] for each in queries]


def test_every_metric_has_its_definition(opened: Open, published: int) -> None:
    found = page(opened(language="es"), "/cockpit/definitions/")

    for metric in metrics.METRICS:
        assert f'id="{metric.key}"' in found
        assert metric.formula.split(" ")[0] in found
    assert "Clientes con al menos una compra en el periodo." in found


def test_spanish_figures_are_written_as_a_spaniard_writes_them(opened: Open, published: int) -> None:
    found = unescape(page(opened(language="es"), "/cockpit/"))

    assert re.search(r"\d{1,3}\.\d{3}\sGBP", found)
    assert re.search(r"\d,\d\s%", found)


def test_what_one_process_drew_no_other_draws_again(
    opened: Open, published: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.CACHES, "drawings", {"BACKEND": SHARED, "LOCATION": tmp_path / "drawings"})
    site, pages_seen = opened(), []
    for _process in ("one", "another"):
        monkeypatch.delattr(caches._connections, "drawings", raising=False)
        pages_seen.append([site.get(address).content for address in ("/cockpit/", "/value/?part=few")])
        # Whoever comes later finds all drawn.
        monkeypatch.setattr(book, "opened", None)
    monkeypatch.delattr(caches._connections, "drawings", raising=False)

    assert b"tile-active_customers" in pages_seen[0][0]
    assert [within(page) for page in pages_seen[0]] == [within(page) for page in pages_seen[1]]
    assert stat.S_IMODE((tmp_path / "drawings").stat().st_mode) == 0o700


def within(page: bytes) -> bytes:
    """Return the content of a page; what surrounds it carries a token of its own each time."""
    return page.partition(b"<main")[2].partition(b"</main>")[0]
