"""Pages of runs: who may do what, what is shown, and what a comparison says."""

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.make import run as made_runs
from tests.make import staff

from vinculo.differentiate.records import selectors, services
from vinculo.differentiate.records.models import Run

BACKEND = "django.contrib.auth.backends.ModelBackend"
NOW = datetime(2011, 6, 10, 8, 0, tzinfo=UTC)


def signed_in(site: Client, role: str = "relationship_manager", *, language: str = "") -> Client:
    site.force_login(staff.user(role, language=language), backend=BACKEND)
    return site


def a_run(folder: Path, *, as_of: date = made_runs.AS_OF, customers: int = 60, **manifest: object) -> Run:
    made_runs.write(folder, customers_count=customers, as_of=as_of, **manifest)
    run = services.run_open(as_of=as_of, settings={"horizon_days": 180, "currency": "GBP"}, now=NOW)
    counts = {"customers": customers, "lines": 10_000}
    Run.objects.filter(pk=run.pk).update(state="done", folder=str(folder), counts=counts, served_at=NOW, progress=1)
    return selectors.run_get(run_id=run.pk)


def test_the_page_says_what_to_do_before_the_first_run(site: Client) -> None:
    content = signed_in(site).get("/runs/").content.decode()

    assert "No run has been made yet" in content
    assert "Start it" in content


def test_a_run_is_started_with_what_was_chosen_and_shown_under_way(site: Client) -> None:
    signed_in(site)

    wanted = {"as_of": "2011-06-09", "horizon_days": "90", "language": "es", "publish": "1"}
    content = site.post("/runs/start/", wanted, follow=True).content.decode()

    run = selectors.run_list().get()
    assert (run.state, run.as_of, run.publishing) == ("queued", date(2011, 6, 9), True)
    assert (run.settings["horizon_days"], run.settings["language"]) == (90, "es")
    assert run.asked_by
    assert run.job_id
    assert f'hx-get="/runs/{run.pk}/progress/"' in content
    assert "The run is on its way." in content


def test_who_may_not_publish_cannot_ask_for_it_either(site: Client) -> None:
    signed_in(site, "analyst").post("/runs/start/", {"publish": "1"})

    assert not selectors.run_list().get().publishing


def test_a_horizon_that_makes_no_sense_is_said_and_nothing_waits(site: Client) -> None:
    signed_in(site)
    zero = site.post("/runs/start/", {"horizon_days": "0"}, follow=True).content.decode()
    words = site.post("/runs/start/", {"horizon_days": "soon"}, follow=True).content.decode()

    assert "look 1 day ahead or more" in zero
    assert "could not be understood" in words
    assert not selectors.run_list().exists()


def test_progress_is_told_in_the_language_of_the_reader_until_it_is_over(site: Client) -> None:
    signed_in(site, language="es")
    run = services.run_open(as_of=date(2011, 6, 9), settings={}, now=NOW)
    Run.objects.filter(pk=run.pk).update(state="running", step="Building customer days", progress=0.4)

    going = site.get(f"/runs/{run.pk}/progress/")
    Run.objects.filter(pk=run.pk).update(state="failed")
    over = site.get(f"/runs/{run.pk}/progress/")

    assert "40" in going.content.decode()
    assert "Building" not in going.content.decode()
    assert "HX-Refresh" not in going.headers
    assert over.headers["HX-Refresh"] == "true"


def test_a_run_is_cancelled(site: Client) -> None:
    signed_in(site)
    run = services.run_open(as_of=date(2011, 6, 9), settings={}, now=NOW)

    site.post(f"/runs/{run.pk}/cancel/")

    assert selectors.run_get(run_id=run.pk).state == "cancelled"


def test_a_run_is_published_and_gone_back_to(site: Client, tmp_path: Path) -> None:
    signed_in(site)
    one, two = a_run(tmp_path / "1"), a_run(tmp_path / "2")
    seen = []
    for run in (two, one):
        site.post(f"/runs/{run.pk}/publish/")
        seen.append(selectors.run_published())
    content = site.get("/runs/").content.decode()

    assert seen == [two, one]
    assert f"Everybody sees run {one.pk}" in content
    assert f"/runs/{two.pk}/publish/" in content


def test_a_run_that_is_not_complete_is_not_published_and_the_page_says_why(site: Client) -> None:
    signed_in(site)
    run = services.run_open(as_of=date(2011, 6, 9), settings={}, now=NOW)

    content = site.post(f"/runs/{run.pk}/publish/", follow=True).content.decode()

    assert "only a complete run can be published" in content


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_run_shows_what_it_assumed_and_its_tables(site: Client, tmp_path: Path, language: str) -> None:
    run = a_run(tmp_path / "1")
    content = signed_in(site, language=language).get(f"/runs/{run.pk}/").content.decode()

    assert "The margin on net sales is 40%" in content
    assert f"/runs/{run.pk}/tables/value.csv" in content
    assert ("Descargar" if language == "es" else "Download") in content


def test_the_report_opens_in_the_language_of_the_reader(site: Client, tmp_path: Path) -> None:
    run = a_run(tmp_path / "1")
    answer = signed_in(site, language="es").get(f"/runs/{run.pk}/report/")

    assert '<html lang="es"' in answer.content.decode()
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_tables_are_downloaded_without_formulas(site: Client, tmp_path: Path) -> None:
    run = a_run(tmp_path / "1")
    value = pq.read_table(tmp_path / "1" / "value")
    country = value.schema.get_field_index("country")
    risky = value.set_column(country, "country", [["=1+1"] * value.num_rows])
    pq.write_table(risky, tmp_path / "1" / "value" / "part-0.parquet")
    signed_in(site)

    lines = b"".join(site.get(f"/runs/{run.pk}/tables/value.csv").streaming_content).decode("utf-8-sig").splitlines()
    answer = site.get(f"/runs/{run.pk}/tables/value.parquet")
    (tmp_path / "down.parquet").write_bytes(b"".join(answer.streaming_content))

    assert lines[0].startswith("customer_id,as_of,currency")
    assert len(lines) == value.num_rows + 1
    assert all("'=1+1" in line for line in lines[1:])
    assert pq.read_table(tmp_path / "down.parquet") == risky


@pytest.mark.parametrize("name", ["nothing", "..", "manifest"])
def test_only_tables_of_the_run_are_given(site: Client, tmp_path: Path, name: str) -> None:
    run = a_run(tmp_path / "1")

    assert signed_in(site).get(f"/runs/{run.pk}/tables/{name}.csv").status_code == 404


def test_two_runs_are_compared_to_the_minor_unit(site: Client, tmp_path: Path) -> None:
    early, late = a_run(tmp_path / "1", as_of=date(2011, 3, 9), customers=60), a_run(tmp_path / "2", customers=80)
    signed_in(site)

    answer = site.get(f"/runs/compare/?earlier={early.pk}&later={late.pk}")

    bridge, steps = answer.context["bridge"], answer.context["steps"]
    worth = [sum(pq.read_table(tmp_path / each / "value")["residual_value_minor"].to_pylist()) for each in "12"]
    assert [bridge.opening_minor, bridge.closing_minor] == worth
    assert bridge.opening_minor + sum(step["minor"] for step in steps) == bridge.closing_minor
    assert bridge.unexplained_minor == 0
    tiers = answer.context["matrices"][0]
    assert sum(cell.customers for _name, cells in tiers.rows for cell in cells) == 80
    assert f"run={late.pk}&amp;earlier={early.pk}&amp;change=" in answer.content.decode()


def test_runs_that_mean_different_things_are_not_compared(site: Client, tmp_path: Path) -> None:
    early, late = a_run(tmp_path / "1"), a_run(tmp_path / "2", horizon_days=365)

    content = signed_in(site).get(f"/runs/compare/?earlier={early.pk}&later={late.pk}", follow=True).content.decode()

    assert "The runs cannot be compared" in content


def test_who_may_only_look_starts_cancels_and_publishes_nothing(site: Client, tmp_path: Path) -> None:
    run = a_run(tmp_path / "1")
    signed_in(site, "finance")

    answers = [site.post(f"/runs/{each}").status_code for each in ("start/", f"{run.pk}/cancel/", f"{run.pk}/publish/")]

    assert answers == [403, 403, 403]
    assert "Start it" not in site.get("/runs/").content.decode()


def test_the_page_asks_the_store_as_much_for_many_runs_as_for_one(site: Client) -> None:
    signed_in(site)
    counts = []
    for more in (1, 25):
        for _ in range(more):
            services.run_open(as_of=date(2011, 6, 9), settings={}, now=NOW)
        with CaptureQueriesContext(connection) as asked:
            site.get("/runs/")
        counts.append(len(asked))

    assert counts[0] == counts[1]
