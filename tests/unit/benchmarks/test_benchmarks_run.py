"""The benchmarks run on a small base, so that they cannot rot; they measure nothing here.

The longest of them run with `make soak`.
"""

from pathlib import Path

import pytest
from benchmarks.analysis import side_by_side as analysis
from benchmarks.forecast import side_by_side as forecast
from benchmarks.importing import side_by_side as importing
from benchmarks.ingest import side_by_side as ingest
from benchmarks.matching import side_by_side as matching
from benchmarks.pages import side_by_side as pages
from benchmarks.programs import finance, history, ledger, levels, replay
from benchmarks.reading import side_by_side as reading

CUSTOMERS = 2_000


@pytest.mark.slow
def test_the_analysis_stands_beside_its_baselines_with_the_same_figures(tmp_path: Path) -> None:
    comparison, ours = analysis.compare(CUSTOMERS, tmp_path)

    comparison.show(as_json=False)
    assert comparison.title.startswith("The whole analysis, 2,000 customers")
    assert ours.found["days"] == comparison.facts["ours"]["days"] > CUSTOMERS


@pytest.mark.slow
def test_the_forecast_runs_without_its_peer(tmp_path: Path) -> None:
    comparison = forecast.compare(CUSTOMERS, tmp_path, peer=False)

    comparison.show(as_json=True)
    assert comparison.title == "BG/NBD fitted and scored, 2,000 customers"


@pytest.mark.slow
def test_text_is_read_with_the_figures_of_its_peer(tmp_path: Path) -> None:
    comparison = reading.compare(5_000, tmp_path)

    found = {figure.name: (figure.ours, figure.theirs) for figure in comparison.figures}
    assert found["lines"] == (5_000, 5_000)
    assert found["net minor"][0] == found["net minor"][1]


@pytest.mark.soak
def test_an_import_stands_beside_a_bare_copy_of_its_lines(tmp_path: Path) -> None:
    real, simulated = importing.compare(5_000, tmp_path, times=1)

    assert (real.facts["found"]["lines"], simulated.facts["found"]["new"]) == (5_000, 5_000)
    assert 0 < real.facts["found"]["new"] < 5_000  # a real shop writes some lines twice


@pytest.mark.soak
def test_pages_of_a_base_with_two_runs_are_asked_for(tmp_path: Path) -> None:
    kinds = ("one who bought without end", "behind a mark of a chart", "a search for one")

    comparison = pages.compare(CUSTOMERS, tmp_path, kinds=kinds)

    comparison.show(as_json=False)
    assert [figure.name for figure in comparison.figures] == list(kinds)
    assert comparison.facts["found"]["behind a mark of a chart"]["pages"] == 42


@pytest.mark.soak
def test_events_come_in_over_http_and_are_seen() -> None:
    comparison = ingest.compare(2_000, seconds=1)

    comparison.show(as_json=False)
    found = comparison.facts["found"]
    sent = 4_000 + found["sprint"]["events"] + found["paced"]["events"] + len(found["seen"])
    assert (found["counts"]["Quarantined"], found["counts"]["Event"]) == (0, sent)


@pytest.mark.soak
def test_matching_stands_beside_splink_and_rules(tmp_path: Path) -> None:
    comparison = matching.compare(6_000, tmp_path, small_records=2_000)

    found = {target.name: target.found for target in comparison.targets}
    assert found["cluster precision"] > 0.95
    assert found["strangers of one household merged"] == found["records in other clusters than by batch"] == 0
    assert comparison.facts["arrived"]["scored_again"] >= 60


@pytest.mark.soak
def test_programmes_are_measured(tmp_path: Path) -> None:
    found = [ledger.compare(2_000), replay.compare(2_000, tmp_path), levels.compare(2_400), finance.compare(5_000)]
    found.append(history.compare(300_000))

    for comparison in found:
        comparison.show(as_json=False)
    assert found[1].facts["found"]["differing"] == []
    assert found[1].facts["found"]["orders"] == 2_000
    assert list(found[2].facts) == ["first", "a year later", "once more"]
    assert "verification of that month" in found[3].facts
    assert [figure.name for figure in found[4].figures][:2] == ["portal, home", "portal, history"]
