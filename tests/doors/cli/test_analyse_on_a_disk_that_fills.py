"""A disk that fills: exit code 1, one sentence, nothing left behind, and the earlier run untouched."""

import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.make import shop

COMMAND = (sys.executable, "-c", "from vinculo.cli.main import run; run()", "analyse")
SENTENCE = "vinculo: The disk filled up: free some space and run the same command again.\n"


def limited(limit: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


def analyse(source: Path, out: Path, *, limit: int = 0, temporary: Path | None = None) -> tuple[int, str]:
    found = subprocess.run(
        [*COMMAND, source, "--out", out, "--no-report"],
        preexec_fn=(lambda: limited(limit)) if limit else None,
        env=os.environ | {"LC_ALL": "C.UTF-8"} | ({"TMPDIR": str(temporary)} if temporary else {}),
        capture_output=True,
        text=True,
        check=False,
    )
    return found.returncode, found.stderr


@pytest.mark.parametrize(
    "limit", [6_000, *(pytest.param(each, marks=pytest.mark.slow) for each in (100, 2_000, 20_000))]
)
def test_no_file_may_grow(tmp_path: Path, limit: int) -> None:
    source = shop.write(tmp_path / "orders.csv", shop.lines(200))

    code, said = analyse(source, tmp_path / "run", limit=limit)

    assert (code, said) == (1, SENTENCE)
    assert [item.name for item in tmp_path.iterdir()] == ["orders.csv"]


@pytest.fixture
def small_disk() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp())
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        folder.rmdir()
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", folder], check=True)
    folder.rmdir()


@pytest.mark.slow
def test_a_small_disk_keeps_its_earlier_run(tmp_path: Path, small_disk: Path) -> None:
    source = shop.write(tmp_path / "orders.csv", shop.lines(200))
    (small_disk / "run").mkdir()
    (small_disk / "run" / "manifest.json").write_text("{}")

    code, said = analyse(source, small_disk / "run")

    assert (code, said) == (1, SENTENCE)
    assert [item.name for item in small_disk.iterdir()] == ["run"]
    assert (small_disk / "run" / "manifest.json").read_text() == "{}"
