"""The terminal door neither needs the platform nor waits for it."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from vinculo.project import commands
from vinculo.project.commands import start

Door = Callable[..., Any]


def test_the_door_loads_no_django_and_no_engine() -> None:
    heavy = ("django", "psycopg", "procrastinate", "platformdirs", "scipy", "vinculo.differentiate.analysis.run")
    code = f"import sys, vinculo.cli.main; print([name for name in {heavy} if name in sys.modules])"

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ["up", "doctor", "backup"])
def test_a_command_of_the_platform_says_how_to_install_it(
    door: Door, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(start, "NEEDED", ("no_such_package",))

    answer = door(name)

    assert answer.code == 2
    assert answer.sentence == "The platform is not installed: pip install 'vinculo[platform]'."


def test_every_command_is_there(door: Door) -> None:
    shown = door("--help").out

    assert [name for name in commands.COMMANDS if f" {name} " not in shown] == []
