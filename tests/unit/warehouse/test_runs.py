"""A run folder is whole or not there."""

import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vinculo.foundation.errors import RunError
from vinculo.warehouse import runs


def publish(target: Path, number: int) -> None:
    with runs.staging(target) as folder:
        (folder / "value").mkdir()
        pq.write_table(pa.table({"number": [number]}), folder / "value" / "part-0.parquet")
        runs.write_manifest(folder, {"tables": {"value": {"rows": 1}}})


def test_is_read_back_as_written(tmp_path: Path) -> None:
    publish(tmp_path / "run", 1)

    run = runs.read(tmp_path / "run")

    assert run.tables == ("value",)
    assert run.table("value").to_pylist() == [{"number": 1}]


def test_is_not_there_while_it_is_written_or_when_writing_fails(tmp_path: Path) -> None:
    seen = []

    def fail() -> None:
        with runs.staging(tmp_path / "run") as folder:
            seen.append(((tmp_path / "run").exists(), folder.exists()))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert seen == [(False, True)]
    assert list(tmp_path.iterdir()) == []


def test_replaces_an_earlier_run_whole(tmp_path: Path) -> None:
    publish(tmp_path / "run", 1)
    publish(tmp_path / "run", 2)

    assert runs.read(tmp_path / "run").table("value").to_pylist() == [{"number": 2}]
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_never_replaces_what_is_not_a_run(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "thesis.txt").write_text("years of work")

    with pytest.raises(RunError, match="not a run of Vinculo"):
        publish(tmp_path / "run", 1)

    assert (tmp_path / "run" / "thesis.txt").read_text() == "years of work"


def test_refuses_a_file_as_target(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("")

    with pytest.raises(RunError, match="is a file"):
        publish(tmp_path / "run", 1)


def test_clears_what_a_killed_run_left_and_spares_a_running_one(tmp_path: Path) -> None:
    dead, alive = 2**22 - 1, os.getppid()
    for pid in (dead, alive):
        (tmp_path / f".run.{pid}-0123abcd.partial").mkdir()

    publish(tmp_path / "run", 1)

    assert sorted(path.name for path in tmp_path.iterdir()) == [f".run.{alive}-0123abcd.partial", "run"]


@pytest.mark.skipif(not hasattr(os, "waitid"), reason="this system cannot wait for a process without taking it away")
def test_what_a_process_left_goes_though_nobody_has_noticed_its_end(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        (tmp_path / f".run.{child.pid}-0123abcd.partial").mkdir()

        runs.clear_leftovers(tmp_path / "run")

        assert list(tmp_path.iterdir()) == []


def test_puts_the_earlier_run_back_when_killed_between_the_two_renames(tmp_path: Path) -> None:
    publish(tmp_path / "run", 1)
    (tmp_path / "run").rename(tmp_path / f".run.{2**22 - 1}-0123abcd.earlier")

    runs.clear_leftovers(tmp_path / "run")

    assert runs.read(tmp_path / "run").table("value").to_pylist() == [{"number": 1}]


def test_leaves_alone_what_a_killed_run_of_a_longer_name_set_aside(tmp_path: Path) -> None:
    other = tmp_path / f".run.v2.{2**22 - 1}-0123abcd.earlier"
    publish(other, 7)

    publish(tmp_path / "run", 1)

    assert sorted(path.name for path in tmp_path.iterdir()) == [other.name, "run"]


def test_clears_what_a_process_of_the_same_number_left(tmp_path: Path) -> None:
    for name in (f".run.{os.getpid()}-0123abcd.partial", f".run.{os.getpid()}-0123abcd.partial-x1y2_z"):
        (tmp_path / name).mkdir()

    publish(tmp_path / "run", 1)

    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_spares_what_this_process_is_writing(tmp_path: Path) -> None:
    with runs.staging(tmp_path / "run") as folder:
        runs.clear_leftovers(tmp_path / "run")

        assert folder.is_dir()
        runs.write_manifest(folder, {"tables": {}})


def test_removes_the_folders_it_made_for_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), runs.staging(tmp_path / "a" / "b" / "run"):
        raise RuntimeError

    assert list(tmp_path.iterdir()) == []


def test_takes_its_place_when_another_run_got_there_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename, rivals = Path.rename, [2]

    def raced(path: Path, target: Path) -> Path:
        if path.name == ".ours.partial" and rivals:
            (tmp_path / "run").mkdir()
            (tmp_path / "run" / "rival").write_text(str(rivals.pop()))
        return rename(path, target)

    (tmp_path / ".ours.partial").mkdir()
    monkeypatch.setattr(Path, "rename", raced)

    runs.put_in_place(tmp_path / ".ours.partial", tmp_path / "run")

    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    assert list((tmp_path / "run").iterdir()) == []


def test_puts_the_earlier_run_back_when_it_cannot_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path / "run", 1)
    rename = Path.rename

    def refused(path: Path, target: Path) -> Path:
        if path.suffix == ".partial":
            raise PermissionError(13, "Permission denied")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refused)

    with pytest.raises(PermissionError):
        publish(tmp_path / "run", 2)

    assert runs.read(tmp_path / "run").table("value").to_pylist() == [{"number": 1}]
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_names_the_tables_there_are_when_asked_for_another(tmp_path: Path) -> None:
    publish(tmp_path / "run", 1)

    with pytest.raises(RunError, match="it holds value"):
        runs.read(tmp_path / "run").table("prices")


def test_says_so_when_a_folder_holds_no_run(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no finished run"):
        runs.read(tmp_path)
