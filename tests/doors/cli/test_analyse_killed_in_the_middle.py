"""Kill -9 in the middle of a run: the target is absent, the old run or the new run, and the next run clears up."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.make import shop

# The command stops itself at a moment that the test chooses, so that no test has to guess how long a step takes.
STOPPING = """
import os, signal, sys
from vinculo.cli.main import run
from vinculo.differentiate.analysis.work import Work
from vinculo.warehouse import runs
moment = sys.argv.pop(1)
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
published, put, manifest = Work.published, runs.put_in_place, runs.write_manifest
def publish(self, contract):
    published(self, contract)
    if contract.name == moment: die()
def write(folder, written):
    manifest(folder, written)
    if moment == "manifest": die()
def place(folder, target):
    if moment == "between":
        target.rename(folder.with_suffix(".earlier")); die()
    put(folder, target)
    if moment == "placed": die()
Work.published, runs.put_in_place, runs.write_manifest = publish, place, write
run()
"""
PLAIN = "from vinculo.cli.main import run; run()"
MOMENTS = [
    *("customer_days", "manifest", "between", "placed"),
    *(pytest.param(each, marks=pytest.mark.soak) for each in ("profile", "ledger", "value", "rfmt_edges", "cohorts")),
]


def words(folder: Path) -> list[str]:
    return ["analyse", str(folder / "orders.csv"), "--out", str(folder / "run"), "--settings", str(folder / "s.toml")]


def start(script: str, folder: Path, *before: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *before, *words(folder), "--no-report"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finished")
    shop.write(folder / "orders.csv", shop.lines())
    (folder / "s.toml").write_text(shop.QUICK_TOML)
    assert start(PLAIN, folder).wait() == 0
    return folder


@pytest.fixture
def folder(finished: Path, tmp_path: Path) -> Path:
    return shutil.copytree(finished, tmp_path, dirs_exist_ok=True)


def tables(run: Path) -> dict[str, list[dict[str, object]]]:
    names = json.loads((run / "manifest.json").read_text("utf-8"))["tables"]
    return {name: pq.read_table(run / name).to_pylist() for name in names}


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS)
def test_the_repeat_completes_and_nothing_is_left(folder: Path, moment: str) -> None:
    whole = tables(folder / "run")
    number = json.loads((folder / "run" / "manifest.json").read_text("utf-8"))["run_id"]

    code = start(STOPPING, folder, moment).wait()

    assert code == -signal.SIGKILL
    left = sorted(item.name for item in folder.iterdir())
    if moment == "between":
        assert "run" not in left
    else:
        found = json.loads((folder / "run" / "manifest.json").read_text("utf-8"))["run_id"]
        assert (found == number) == (moment != "placed")
        assert tables(folder / "run") == whole
    assert start(PLAIN, folder).wait() == 0
    assert sorted(item.name for item in folder.iterdir()) == ["orders.csv", "run", "s.toml"]
    assert tables(folder / "run") == whole


@pytest.mark.slow
def test_an_earlier_run_comes_back_when_the_next_run_is_refused(folder: Path) -> None:
    whole = tables(folder / "run")
    assert start(STOPPING, folder, "between").wait() == -signal.SIGKILL
    (folder / "orders.csv").write_text("customer_id,date,amount\n")

    code = start(PLAIN, folder).wait()

    assert code == 2
    assert tables(folder / "run") == whole
    assert sorted(item.name for item in folder.iterdir()) == ["orders.csv", "run", "s.toml"]


@pytest.mark.soak
def test_a_hundred_kills_at_random_moments(folder: Path) -> None:
    began = time.monotonic()
    assert start(PLAIN, folder).wait() == 0
    length, whole = time.monotonic() - began, tables(folder / "run")
    draw = random.Random(os.urandom(8))
    for _ in range(100):
        process = start(PLAIN, folder)
        try:
            process.wait(draw.uniform(0, 1.2 * length))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if (folder / "run").exists():
            assert tables(folder / "run") == whole
    assert start(PLAIN, folder).wait() == 0
    assert tables(folder / "run") == whole
    assert sorted(item.name for item in folder.iterdir()) == ["orders.csv", "run", "s.toml"]


@pytest.mark.soak
def test_five_commands_race_for_one_folder(folder: Path) -> None:
    whole = tables(folder / "run")
    for _ in range(5):
        processes = [start(PLAIN, folder) for _ in range(5)]
        codes = [process.wait() for process in processes]
        assert 0 in codes
        assert set(codes) <= {0, 2}
        assert tables(folder / "run") == whole
    assert sorted(item.name for item in folder.iterdir()) == ["orders.csv", "run", "s.toml"]
