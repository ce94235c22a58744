"""`vinculo ledger report`, `close` and `closes`, as a schedule runs them."""

import json
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from tests.make import finance as make
from tests.make import platform, store
from typer.testing import CliRunner

from vinculo.cli.main import app

pytestmark = pytest.mark.slow


def test_a_period_is_reported_closed_and_found_changed(own_records: store.Database, tmp_path: Path) -> None:
    year = make.a_year(4, 40)
    make.worth(year.unit, date(2024, 11, 1))

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["ledger", *words])
        return done.exit_code, done.output

    status, said = run("report", "--since", "2025-01-01", "--until", "2025-02-01", "--json")
    closed = run("close", "--program", "club", "--last-day", "2025-01-31")
    whole = run("closes")
    (file,) = settings.HOME_FOLDER("finance").glob("*/2025-01-31/reports.json")
    file.chmod(0o600)
    file.write_text("{}", "utf-8")
    changed = run("closes", "--json")

    assert status == 0
    (rolled,) = json.loads(said)["club"]["rollforward"]
    assert f"{rolled['roll']['closing']:,}" in run("report", "--since", "2025-01-01", "--until", "2025-02-01")[1]
    assert closed[0] == 0
    assert "closed up to 2025-01-31" in closed[1]
    assert (whole[0], changed[0]) == (0, 1)
    assert "it is as it was closed" in whole[1]
    assert json.loads(changed[1])["club"][0]["files_whole"] is False
    words = ("ledger", "close", "--program", "club", "--last-day", "2025-01-31")
    assert platform.vinculo(*words, home=tmp_path, **own_records.environment).returncode == 2
