"""The demo brings everything up from one file, goes on where it was interrupted, and does nothing twice."""

import json
import signal
from pathlib import Path

import pytest
from tests.make import platform, shop, store

pytestmark = pytest.mark.slow

DYING = """
import os, signal
from vinculo.differentiate.records import services
def die(**options):
    os.kill(os.getpid(), signal.SIGKILL)
services.run_publish = die
from vinculo.cli import main
main.run()
"""


def counted() -> tuple[int, int, int]:
    from vinculo.differentiate.records.models import Publication, Run
    from vinculo.identify.records.models import Import

    return Import.objects.filter(state="done").count(), Run.objects.count(), Publication.objects.count()


def test_a_demo_that_was_killed_goes_on_and_then_rests(own_records: store.Database, tmp_path: Path) -> None:
    file = shop.write(tmp_path / "orders.csv", shop.lines())
    home = tmp_path / "home"

    def demo(program: str = platform.COMMAND) -> "tuple[int, str, str]":
        words = ("demo", file, "--once", "--port", platform.free_port(), "--horizon-days", 60)
        done = platform.vinculo(*words, home=home, program=program, **own_records.environment)
        return done.returncode, done.stdout, done.stderr

    died, _out, _err = demo("import django, os\nfrom vinculo.project.commands import start\nstart.django()\n" + DYING)
    between = counted()
    first, second = demo(), demo()

    assert died == -signal.SIGKILL
    assert between == (1, 1, 0)
    assert [code for code, _out, _err in (first, second)] == [0, 0], (first, second)
    assert counted() == (1, 2, 1)
    passwords = json.loads((home / "sign_in.json").read_text("utf-8"))
    assert len(passwords) == 8
    assert all(f"{name}" in second[1] and password in second[1] for name, password in passwords.items())
    assert (home / "sign_in.json").stat().st_mode & 0o077 == 0


INTERRUPTED = """
import os, signal
from vinculo.project.commands import start
start.django()
from vinculo.identify.records.services import imports
def interrupted(**options):
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except SystemExit:
        # As the engine does that is at work when the keyboard interrupts.
        raise RuntimeError("Query interrupted") from None
imports.import_run = interrupted
from vinculo.cli import main
main.run()
"""


def test_a_demo_interrupted_from_the_keyboard_ends_without_a_word(own_records: store.Database, tmp_path: Path) -> None:
    file = shop.write(tmp_path / "orders.csv", shop.lines())
    words = ("demo", file, "--once", "--port", platform.free_port())

    done = platform.vinculo(*words, home=tmp_path / "home", program=INTERRUPTED, **own_records.environment)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
