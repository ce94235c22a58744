"""The analysis that Python gets: tables, a manifest, a report, a folder that is kept or goes."""

import gc
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.make import shop

import vinculo
from vinculo.foundation.errors import RunError, SettingsError


def test_tables_are_read_by_name(analysis: vinculo.Analysis) -> None:
    assert "value" in analysis.tables
    assert analysis["value"].equals(analysis.table("value"))
    with pytest.raises(RunError, match="has no table 'prices'"):
        analysis.table("prices")


def test_the_folder_goes_when_the_analysis_goes() -> None:
    made = vinculo.analyse(shop.table(shop.plain(), shop.PLAIN), settings=shop.QUICK)
    folder, value = made.folder, made["value"]
    assert folder.is_dir()

    del made
    gc.collect()

    assert not folder.parent.exists()
    assert value.num_rows == 20


def test_nothing_stays_when_the_source_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    with pytest.raises(vinculo.VinculoError):
        vinculo.analyse(shop.table([("c1", "soon", 9)], shop.PLAIN))

    assert list(tmp_path.iterdir()) == []


def test_a_kept_folder_is_opened_again(tmp_path: Path) -> None:
    made = vinculo.analyse(
        shop.table(shop.plain(), shop.PLAIN), out=tmp_path / "run", settings=shop.QUICK, report=False
    )

    opened = vinculo.read_run(tmp_path / "run")

    assert opened.manifest == made.manifest
    assert opened["value"].equals(made["value"])
    assert not (tmp_path / "run" / "report.html").exists()
    with pytest.raises(RunError, match="holds no finished run"):
        vinculo.read_run(tmp_path)


def test_words_that_mean_nothing_are_refused_at_once() -> None:
    with pytest.raises(TypeError, match="no argument colour"):
        vinculo.analyse("orders.csv", colour="red")


@pytest.mark.parametrize(
    ("given", "words"), [({"horizon_days": 0}, "look 1 day ahead"), ({"as_of": date(2500, 1, 1)}, "not come yet")]
)
def test_arguments_that_make_no_sense_are_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        vinculo.analyse(shop.table(shop.plain(), shop.PLAIN), **given)


def test_progress_is_told_in_order() -> None:
    told: list[tuple[str, float]] = []

    vinculo.analyse(
        shop.table(shop.plain(), shop.PLAIN),
        settings=shop.QUICK,
        progress=lambda words, share: told.append((words, share)),
    )

    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert (told[0], told[-1][0]) == (("Reading the orders", 0.0), "Writing the report")
    assert all(0 <= share <= 1 for share in shares)


def test_a_preview_reads_nothing(tmp_path: Path) -> None:
    found = vinculo.preview(shop.write(tmp_path / "orders.csv", shop.lines()))

    assert found.column("customer_id") == "customer_id"
    assert found.column("happened_at") == "date"
    assert found.rows == 0


@pytest.mark.slow
def test_the_report_is_written_where_asked_in_the_language_asked(analysis: vinculo.Analysis, tmp_path: Path) -> None:
    english = analysis.write_report(tmp_path / "en.html").read_text("utf-8")
    spanish = analysis.write_report(tmp_path / "es.html", language="es").read_text("utf-8")

    assert 'lang="en"' in english
    assert 'lang="es"' in spanish
    with pytest.raises(SettingsError, match="no language 'fr'"):
        analysis.write_report(tmp_path / "fr.html", language="fr")


def test_two_analyses_are_compared(tmp_path: Path) -> None:
    orders = shop.table(shop.lines())
    for name, day in {"then": date(2023, 6, 30), "now": date(2023, 12, 20)}.items():
        vinculo.analyse(orders, as_of=day, out=tmp_path / name, settings=shop.QUICK, report=False)

    moves = vinculo.compare(tmp_path / "then", tmp_path / "now").to_pylist()

    counts = {name: vinculo.read_run(tmp_path / name)["value"].num_rows for name in ("then", "now")}
    tiers = [row for row in moves if row["label"] == "value_tier"]
    assert sum(row["customers"] for row in tiers if row["label_to"] != "gone") == counts["now"]
    assert sum(row["customers"] for row in tiers if row["label_from"] != "new_customer") == counts["then"]
