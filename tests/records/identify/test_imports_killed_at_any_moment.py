"""However often imports and their undoing are killed, all of a file is in or nothing, and the repeat completes."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.make import imports as make
from tests.make import platform, store

from vinculo.identify.records.imports import folders
from vinculo.identify.records.models import Import

TELLING = """
from vinculo.project.commands import start
start.django()
from vinculo.identify.records.imports import folders, rejected, watch
from vinculo.identify.records.orders import lines, orphans
from vinculo.identify.records.parties import arrivals
def told(place, name):
    real = getattr(place, name)
    def telling(*words, **options):
        print("step", flush=True)
        return real(*words, **options)
    setattr(place, name, telling)
for place, name in ((watch.Watch, "step"), (folders, "settle"), (folders, "keep"), (rejected, "keep"), (lines, "put"),
                    (arrivals, "add_records"), (arrivals, "withdraw"), (orphans, "remove")):
    told(place, name)
from vinculo.cli import main
main.run()
"""
STEPS = 10
"""Steps an import or its undoing tells of, at most."""
FILES = {
    "orders": make.HEADER + "".join(f"{n};{n % 700};03/04/2021;A{n % 90};x;M;Web;ES;1;4,75\n" for n in range(6_000)),
    "customers": "Código;Nombre completo;Correo\n" + "".join(f"{n};Ana {n};a{n}@x-shop.es\n" for n in range(3_000)),
}


def killed(words: list[str], environment: dict[str, str], chance: random.Random) -> bool:
    """Run a command and kill it at a random moment; tell whether it was killed before its end."""
    command = [sys.executable, "-c", TELLING, "import", *words]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as child:
        assert child.stdout is not None
        for _step in range(chance.randint(0, STEPS)):
            while (line := child.stdout.readline()) and line.strip() != "step":
                pass
        try:
            child.wait(timeout=chance.uniform(0, 0.15))
        except subprocess.TimeoutExpired:
            child.kill()
        child.stdout.read()
        assert child.wait() in (0, -signal.SIGKILL)
        return child.returncode == -signal.SIGKILL


def standing(whole: dict[str, list[Any]]) -> bool:
    """Tell whether the file is in; fail unless it is as a whole and said to be, or nothing of it is."""
    found, done = make.described(), Import.objects.filter(state="done").count()
    assert (found, done) in ((whole, 1), ({name: [] for name in found}, 0))
    return bool(done)


def old(home: Path) -> None:
    """Make what a dead process left behind look as old as it will be when somebody comes next."""
    imports = home / "imports"
    for left in (*imports.glob(f"{folders.ARRIVING}*"), *imports.glob(f"*/{folders.WORKING}*")):
        os.utime(left, (time.time() - 2 * folders.YOUNG,) * 2)


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize(
    "rounds", [pytest.param(1, marks=pytest.mark.slow, id="once"), pytest.param(15, marks=pytest.mark.soak, id="many")]
)
def test_a_file_is_in_as_a_whole_or_not_at_all(
    own_records: store.Database, tmp_path: Path, kind: str, rounds: int
) -> None:
    home, file = tmp_path / "home", tmp_path / "file.csv"
    file.write_text(FILES[kind], "utf-8")
    environment = platform.environment(home, **own_records.environment)
    words = [str(file), "--kind", kind, "--yes"]
    seed = random.SystemRandom().randrange(1 << 30)
    chance, struck = random.Random(seed), 0
    assert platform.vinculo("import", *words, home=home, **own_records.environment).returncode == 0
    whole = make.described()
    print(f"seed {seed}")  # noqa: T201 - shown when the test fails

    for _round in range(rounds):
        number = str(Import.objects.get(state="done").pk)
        struck += killed(["--undo", number], environment, chance)
        if standing(whole):
            assert platform.vinculo("import", "--undo", number, home=home, **own_records.environment).returncode == 0
        assert not standing(whole)

        struck += killed(words, environment, chance)
        was_in = standing(whole)
        old(home)
        again = platform.vinculo("import", *words, home=home, **own_records.environment)
        assert again.returncode == (2 if was_in else 0), again.stderr
        assert standing(whole)

    assert struck * 4 > rounds
    assert list((home / "imports").glob(".*")) == []
    assert list((home / "imports").glob("*/.*")) == []
