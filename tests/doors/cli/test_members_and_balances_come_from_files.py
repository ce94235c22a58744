"""`vinculo members` and `vinculo balances`: let in from files, written to files, with an exit code for bad rows."""

import json
from pathlib import Path

import pytest
from tests.make import platform, store
from typer.testing import CliRunner

from vinculo.cli.main import app

pytestmark = pytest.mark.slow


def test_members_and_balances_come_in_and_go_out(own_records: store.Database, tmp_path: Path) -> None:
    from tests.make import programs, served

    programs.unit(programs.program())
    served.customer("Ana Ruiz", number="C1", country="Spain")

    def run(*words: object) -> tuple[int, str]:
        done = CliRunner().invoke(app, [str(word) for word in words])
        return done.exit_code, done.output

    (tmp_path / "socios.csv").write_text("Tarjeta;Cliente\n9001;C1\n9002;C2\n", "utf-8")
    (tmp_path / "saldos.csv").write_text("Tarjeta;Puntos;Caduca\n9001;500;nunca\n", "utf-8")
    words = ("members", "import", tmp_path / "socios.csv", "--rejected", tmp_path / "bad.csv")
    spanish = {**own_records.environment, "LANG": "es_ES.UTF-8"}
    joined = platform.vinculo(*words, home=tmp_path / "home", **spanish)
    code, posted = run("balances", "import", tmp_path / "saldos.csv", "--json")
    again = run("balances", "import", tmp_path / "saldos.csv", "--json")
    run("balances", "export", "--out", tmp_path / "out.csv")

    said = joined.stdout + joined.stderr
    assert joined.returncode == 3
    assert "2 filas: 1 altas, 0 ya eran socios, 1 rechazadas." in said
    assert "Fila 3, customer: se encontró 'C2'; se esperaba lo que identifica a un cliente." in said
    assert "C2" in (tmp_path / "bad.csv").read_text("utf-8")
    assert (code, json.loads(posted)["points"]) == (0, 500)
    assert json.loads(again[1])["known"] == 1
    assert (tmp_path / "out.csv").read_text("utf-8").splitlines()[1] == "9001,points,500,never"
