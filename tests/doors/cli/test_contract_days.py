"""The option `--contract-days`: who renews, from a file of payments."""

import csv
import json
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from vinculo.cli.main import app


@pytest.fixture
def payments(tmp_path: Path) -> Path:
    """Sixty members from January 2023, paying on the fifth; the n-th pays for 1 + n mod 12 months."""
    file = tmp_path / "payments.csv"
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["customer_id", "date", "amount"])
        for number in range(60):
            for month in range(1, 2 + number % 12):
                writer.writerow([f"M{number:02}", date(2023, month, 5).isoformat(), "12.50"])
        writer.writerow(["late", "2024-01-20", "12.50"])
    return file


def tables(payments: Path, out: Path, *options: str) -> Path:
    result = CliRunner().invoke(app, ["analyse", str(payments), "--out", str(out), "--no-report", *options])
    assert result.exit_code == 0, result.output
    return out


def test_contracts_are_analysed_when_their_length_is_given(payments: Path, tmp_path: Path) -> None:
    run = tables(payments, tmp_path / "run", "--contract-days", "30.44")

    survival = pq.read_table(run / "contract_survival").to_pylist()
    january = [row for row in survival if row["cohort"] == date(2023, 1, 1)]
    assert [row["survivors"] for row in january if not row["projected"]] == list(range(60, -1, -5))
    assert pq.read_table(run / "contract_cohorts")["customers"].to_pylist() == [60, 60, 1]
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["settings"]["lifetime"]["contract_days"] == 30.44


def test_without_contracts_nobody_is_said_to_have_left(payments: Path, tmp_path: Path) -> None:
    run = tables(payments, tmp_path / "run")

    assert (run / "opportunities").is_dir()
    assert not (run / "contract_survival").exists()


def test_a_length_below_nothing_is_refused(payments: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["analyse", str(payments), "--contract-days", "-5"])

    assert result.exit_code != 0
