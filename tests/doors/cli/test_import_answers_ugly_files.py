"""Ugly files from the terminal: exit code 0 with the counts, or 2 with one sentence; never a traceback."""

import json
from pathlib import Path

import pytest
from tests.make import platform, store, ugly

pytestmark = pytest.mark.slow
SHOWN = {
    "customers": ("a locked spreadsheet", "a quote never closed, first"),
    "products": ("a gzip bomb of one line", "formula, SQL, HTML and signs"),
    "orders": ("no header", "half a Parquet", "several sheets"),
}
"""Some of each sort; what becomes of every ugly file is tried without a terminal."""


@pytest.mark.parametrize("kind", SHOWN)
def test_an_ugly_file_from_the_terminal(own_records: store.Database, tmp_path: Path, kind: str) -> None:
    for place, name in enumerate(SHOWN[kind]):
        file = ugly.FILES[name]
        path = tmp_path / str(place) / file.name
        path.parent.mkdir()
        path.write_bytes(file.make(kind))

        answer = platform.vinculo(
            *("import", path, "--kind", kind, "--source", f"s{place}", "--yes", "--json"),
            home=tmp_path / "home",
            **own_records.environment,
        )

        assert "Traceback" not in answer.stderr
        if file.refused:
            assert (answer.returncode, answer.stdout, answer.stderr.count("\n")) == (2, "", 1), (name, answer.stderr)
        else:
            counts = json.loads(answer.stdout)["counts"]
            assert (answer.returncode, counts["new"]) == (0, len(file.keys)), name
            assert counts["rejected"] == (file.rejected is not None), name
