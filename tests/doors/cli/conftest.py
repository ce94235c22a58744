"""The terminal door as a person uses it: words in; an exit code and two streams out."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.make import shop

from vinculo.cli import main

Door = Callable[..., "Answer"]


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """Return the one sentence of a refusal; fail when it is anything else."""
        assert self.out == ""
        assert self.err.startswith("vinculo: ")
        assert self.err.count("\n") == 1
        assert "Traceback" not in self.err
        return self.err.removeprefix("vinculo: ").rstrip("\n")


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Door:
    """Return a function that runs a command of vinculo in this process, from a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["vinculo", *(str(word) for word in words)])
        code = 0
        try:
            main.run()
        except SystemExit as left:
            code = int(left.code or 0)
        said = capsys.readouterr()
        return Answer(code, said.out, said.err)

    return run


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """Return a file of orders of a small shop."""
    return shop.write(tmp_path / "orders.csv", shop.lines())


@pytest.fixture
def quick(tmp_path: Path) -> Path:
    """Return a file of settings that leaves the contest of models out."""
    file = tmp_path / "quick.toml"
    file.write_text(shop.QUICK_TOML, encoding="utf-8")
    return file
