"""However often backups and restores are killed, what has a name is whole."""

import random
import subprocess
import sys
from pathlib import Path

import pytest
from tests.make import platform, store

from vinculo.project.operation import manifest

ROUNDS = 20
LONGEST_SECONDS = 6


@pytest.mark.soak
def test_whatever_a_killed_backup_leaves_is_whole_or_has_no_name(own_records: store.Database, tmp_path: Path) -> None:
    home, copies = tmp_path / "home", tmp_path / "copies"
    (home / "runs").mkdir(parents=True)
    copies.mkdir()
    for number in range(40):
        (home / "runs" / f"{number}").write_bytes(random.Random(number).randbytes(1 << 20))
    moments = random.Random(7)

    for turn in range(ROUNDS):
        child = subprocess.Popen(
            [sys.executable, "-c", platform.COMMAND, "backup", str(copies / f"copy-{turn}")],
            env=platform.environment(home, **own_records.environment),
            stdout=subprocess.DEVNULL,
        )
        try:
            child.wait(timeout=moments.uniform(0.5, LONGEST_SECONDS))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    last = platform.vinculo("backup", copies / "last", home=home, **own_records.environment)
    assert last.returncode == 0, last.stderr
    named = sorted(each for each in copies.iterdir())
    assert [each for each in named if each.name.startswith(".")] == []
    assert all(len(manifest.verify(each).files) == 41 for each in named)


@pytest.mark.soak
def test_a_home_that_a_killed_restore_leaves_is_whole_or_not_there(own_records: store.Database, tmp_path: Path) -> None:
    home, copy, new = tmp_path / "home", tmp_path / "copy", tmp_path / "new"
    (home / "runs").mkdir(parents=True)
    (home / "runs" / "1").write_bytes(random.Random(1).randbytes(1 << 22))
    made = platform.vinculo("backup", copy, home=home, **own_records.environment)
    assert made.returncode == 0, made.stderr
    wanted, moments, struck = manifest.read(copy).tables, random.Random(7), 0

    for turn in range(ROUNDS):
        there = new / f"{turn}"
        child = subprocess.Popen(
            [sys.executable, "-c", platform.COMMAND, "restore", str(copy)],
            env=platform.environment(there),
            stdout=subprocess.DEVNULL,
        )
        try:
            child.wait(timeout=moments.uniform(0.5, 2 * LONGEST_SECONDS))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            struck += 1
        if not there.exists():
            again = platform.vinculo("restore", copy, home=there)
            assert again.returncode == 0, again.stderr

        checked = platform.vinculo("backup", tmp_path / f"again-{turn}", home=there)
        assert checked.returncode == 0, checked.stderr
        assert manifest.read(tmp_path / f"again-{turn}").tables == wanted

    assert struck > 0
    assert [each.name for each in new.iterdir() if each.name.startswith(".")] == []
