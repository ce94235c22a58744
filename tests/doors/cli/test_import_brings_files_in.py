"""`vinculo import`: files come in from the terminal, are looked at first, and are taken back by number."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.make import platform, store

SALES = """Pedido;Cliente;Fecha;Artículo;Descripción;Unidades;Importe
1;7;03/04/2021 10:00;A;Taza;2;9,50
1;7;03/04/2021 10:00;B;Plato;1;4,00
2;8;31/02/2021 11:30;A;Taza;1;4,75
"""
KILLED = """
import os, signal
from vinculo.identify.records.orders import lines
put = lines.put
def dies(*given, **named):
    put(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)
lines.put = dies
from vinculo.cli import main
main.run()
"""
HELD = """
import sys
from vinculo.identify.records.orders import lines
put = lines.put
def waits(*given, **named):
    found = put(*given, **named)
    sys.stdout.write("in\\n")
    sys.stdout.flush()
    sys.stdin.readline()
    return found
lines.put = waits
from vinculo.cli import main
main.run()
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def vinculo(
    *words: object, home: Path, found: store.Database, program: str = platform.COMMAND
) -> "subprocess.CompletedProcess[str]":
    return platform.vinculo("import", *words, home=home, program=program, **found.environment)


def written(folder: Path, text: str = SALES, name: str = "ventas.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="cp1252")
    return file


def number_of_lines() -> int:
    from vinculo.identify.records.models import OrderLine

    return OrderLine.objects.count()


@pytest.mark.slow
def test_a_file_is_shown_then_imported_then_taken_back(own_records: store.Database, home: Path, tmp_path: Path) -> None:
    file, rejected = written(tmp_path), tmp_path / "rejected.csv"

    shown = vinculo(file, "--dry-run", "--rejected", rejected, home=home, found=own_records)
    assert (shown.returncode, number_of_lines()) == (0, 0), shown.stderr
    assert "3 rows, 2 new, 0 updated, 0 unchanged, 0 written twice, 1 rejected" in shown.stdout
    assert "Row 4, Fecha: found '31/02/2021 11:30'" in shown.stdout
    assert rejected.read_text("utf-8-sig").splitlines()[1].startswith("2;8;31/02/2021 11:30;")

    unasked = vinculo(file, home=home, found=own_records)
    assert ("--yes" in unasked.stdout, number_of_lines()) == (True, 0)

    done = vinculo(file, "--yes", "--json", home=home, found=own_records)
    said = json.loads(done.stdout)
    assert (said["state"], said["counts"]["new"], number_of_lines()) == ("done", 2, 2)

    again = vinculo(file, "--yes", home=home, found=own_records)
    assert (again.returncode, again.stderr.startswith(f"vinculo: This file is import {said['import']} already")) == (
        2,
        True,
    )

    undone = vinculo("--undo", said["import"], home=home, found=own_records)
    assert (undone.returncode, number_of_lines()) == (0, 0)
    assert f"Import {said['import']} was taken back: 2 rows removed" in undone.stdout


@pytest.mark.slow
@pytest.mark.parametrize("how", ["--dry-run", "--yes"])
def test_a_file_of_which_nothing_can_be_read_ends_with_its_report(
    own_records: store.Database, home: Path, tmp_path: Path, how: str
) -> None:
    file, rejected = written(tmp_path, SALES.replace("/2021", "/20x1")), tmp_path / "rejected.csv"

    ended = vinculo(file, how, "--rejected", rejected, home=home, found=own_records)

    assert (ended.returncode, number_of_lines()) == (2, 0)
    assert "None of the 3 rows of ventas.csv could be read. In row 2 the column 'Fecha'" in ended.stderr
    assert "3 rows, 0 written twice, 3 rejected" in ended.stdout
    assert "brought nothing in" in ended.stdout
    rows = rejected.read_text("utf-8-sig").splitlines()
    assert [row.split(";")[8:10] for row in rows[1:]] == [
        ["Fecha", f"{day}/20x1 1{hour}"] for day, hour in (("03/04", "0:00"), ("03/04", "0:00"), ("31/02", "1:30"))
    ]


@pytest.mark.slow
def test_what_cannot_be_imported_is_said_in_one_sentence(
    own_records: store.Database, home: Path, tmp_path: Path
) -> None:
    file = written(tmp_path)
    refusals = {
        ("nowhere.csv",): "There is no file nowhere.csv",
        (): "Name the files to import",
        ("--undo", 99): "There is no import 99",
        (file, "--yes", "--map", "amount=Fecha", "--map", "happened_at=Fecha"): "None of the 3 rows",
        (file, "--kind", "invoices"): "There is no import of 'invoices'",
    }
    for words, sentence in refusals.items():
        answer = vinculo(*words, home=home, found=own_records)
        assert (answer.returncode, answer.stderr.count("\n")) == (2, 1), answer.stderr
        assert sentence in answer.stderr
    assert number_of_lines() == 0


@pytest.mark.slow
def test_an_import_killed_in_the_middle_leaves_nothing_and_its_repeat_completes(
    own_records: store.Database, home: Path, tmp_path: Path
) -> None:
    from vinculo.identify.records.models import Import

    file = written(tmp_path)

    killed = vinculo(file, "--yes", home=home, found=own_records, program=KILLED)
    assert killed.returncode == -signal.SIGKILL
    assert (number_of_lines(), Import.objects.get().state) == (0, "running")

    repeated = vinculo(file, "--yes", home=home, found=own_records)
    assert repeated.returncode == 0, repeated.stderr
    states = dict(Import.objects.values_list("state", "problem"))
    assert (number_of_lines(), set(states)) == (2, {"failed", "done"})
    assert states["failed"].startswith("The import was interrupted")
    assert [each.name for each in (home / "imports").iterdir() if each.name.startswith(".")] == []


@pytest.mark.slow
def test_of_two_imports_of_one_file_at_once_one_refuses(
    own_records: store.Database, home: Path, tmp_path: Path
) -> None:
    from vinculo.identify.records.models import Import

    file = written(tmp_path)
    environment = platform.environment(home, **own_records.environment)
    with subprocess.Popen(
        [sys.executable, "-c", HELD, "import", str(file), "--yes"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdin is not None
        assert first.stdout is not None
        assert first.stdout.readline() == "in\n"
        second = vinculo(file, "--yes", home=home, found=own_records)
        assert (second.returncode, "This file is import" in second.stderr) == (2, True)
        assert Import.objects.get().state == "running"
        first.stdin.write("\n")
        first.stdin.close()
        assert first.wait() == 0
    assert (number_of_lines(), Import.objects.get().state) == (2, "done")


@pytest.mark.slow
def test_two_files_of_one_shop_at_once_wait_for_each_other(
    own_records: store.Database, home: Path, tmp_path: Path
) -> None:
    from vinculo.identify.records.models import Customer

    files = [written(tmp_path, SALES + f"{number};7;05/04/2021;A;Taza;1;4\n", f"{number}.csv") for number in (8, 9)]
    environment = platform.environment(home, **own_records.environment)
    commands = [[sys.executable, "-c", platform.COMMAND, "import", str(file), "--yes"] for file in files]
    children = [subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) for command in commands]

    assert [child.wait() for child in children] == [0, 0]
    assert (number_of_lines(), Customer.objects.count()) == (4, 1)


@pytest.mark.slow
def test_a_large_file_is_taken_in_without_being_held_in_memory(tmp_path: Path, records: store.Database) -> None:
    """A quarter of a gigabyte goes through a process that may not grow by a tenth of that."""
    size = 256 * 1024**2
    big = tmp_path / "big.csv"
    with big.open("wb") as stream:
        stream.truncate(size)
    code = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from django.conf import settings\n"
        "settings.configure(IMPORTS_FOLDER=sys.argv[2])\n"
        "import vinculo.foundation.errors\n"
        "import importlib.util\n"
        "spec = importlib.util.find_spec('vinculo.identify.records.imports.folders')\n"
        "folders = importlib.util.module_from_spec(spec)\n"
        "sys.modules[spec.name] = folders\n"
        "spec.loader.exec_module(folders)\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "stored = folders.store(Path(sys.argv[1]), 'big.csv')\n"
        "after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print(stored.bytes, after - before)\n"
    )
    command = [sys.executable, "-c", code, str(big), str(tmp_path / "imports")]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, env=dict(os.environ))

    stored, grown = map(int, answer.stdout.split())
    assert (stored, grown < size // 1024 // 10) == (size, True)


@pytest.mark.slow
def test_files_are_known_again_watched_and_written_out_from_the_terminal(
    own_records: store.Database, home: Path, tmp_path: Path
) -> None:
    def run(*words: object) -> "subprocess.CompletedProcess[str]":
        return platform.vinculo(*words, home=home, **own_records.environment)

    people = tmp_path / "people.csv"
    people.write_text("Nr;Navn;Post\n1;Ana Ruiz Gil;ana@ruizgil.es\n", encoding="utf-8")
    odd = ["--map", "source_key=Nr", "--map", "name=Navn", "--policy", "email=append", "--source", "shop", "--json"]
    kept = run("import", people, "--kind", "customers", *odd, "--keep-template", "Danes")
    assert kept.returncode == 0, kept.stderr
    inbox = home / "inbox" / "day"
    inbox.mkdir(parents=True)
    (inbox / "b.csv").write_text("Navn;Nr;Post\nEva Peña;2;eva@pena.es\n", encoding="utf-8")
    os.utime(inbox / "b.csv", (1_700_000_000, 1_700_000_000))

    watched = run("folder", "--watch", "day", "--source", "shop", "--move", "--look")
    out = run("export", "customers", "--source", "shop", "--out", tmp_path / "out.csv")
    again = run("import", tmp_path / "out.csv", "--source", "shop", "--kind", "customers", "--json")

    assert (watched.returncode, "day/b.csv" in watched.stdout) == (0, True), watched.stderr
    assert (inbox / "done" / "b.csv").exists()
    assert "Danes" in run("template").stdout
    counts = json.loads(again.stdout)["counts"]
    assert (out.returncode, counts["new"], counts["updated"], counts["unchanged"]) == (0, 0, 0, 2), again.stdout
    refused = run("folder", "--watch", "../..")
    assert (refused.returncode, "cannot be watched: name one below" in refused.stderr) == (2, True)
    people.write_text("Nr;Navn\n3;Pía Gil\n", encoding="utf-8")
    wrong = run("import", people, "--policy", "source_key=never", "--kind", "customers", "--yes")
    assert "The column source_key cannot be 'never'" in wrong.stderr
    assert run("template", "--blank", "orders", "--out", tmp_path / "blank.xlsx").returncode == 0
