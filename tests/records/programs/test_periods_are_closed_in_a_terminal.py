"""`vinculo ledger report`, `close` and `closes`, as a schedule runs them."""

import json
from datetime import date
from pathlib import Path

import pytest
from tests.make import finance as make
from tests.make import platform, store

pytestmark = pytest.mark.slow


def test_a_period_is_reported_closed_and_found_changed(own_records: store.Database, tmp_path: Path) -> None:
    year = make.a_year(4, 40)
    make.worth(year.unit, date(2024, 11, 1))

    def run(*words: str) -> tuple[int, str]:
        done = platform.vinculo("ledger", *words, home=tmp_path, **own_records.environment)
        return done.returncode, done.stdout + done.stderr

    status, said = run("report", "--since", "2025-01-01", "--until", "2025-02-01", "--json")
    closed = run("close", "--program", "club", "--last-day", "2025-01-31")
    whole = run("closes")
    (file,) = tmp_path.glob("finance/*/2025-01-31/reports.json")
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
    assert run("close", "--program", "club", "--last-day", "2025-01-31")[0] == 2
