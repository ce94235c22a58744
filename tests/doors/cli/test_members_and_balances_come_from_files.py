"""`vinculo members` and `vinculo balances`: let in from files, written to files, with an exit code for bad rows."""

import json
from pathlib import Path

import pytest
from tests.make import platform, store

pytestmark = pytest.mark.slow


def test_members_and_balances_come_in_and_go_out(own_records: store.Database, tmp_path: Path) -> None:
    from tests.make import programs, served

    programs.unit(programs.program())
    served.customer("Ana Ruiz", number="C1", country="Spain")

    def run(*words: object, **more: str) -> tuple[int, str]:
        done = platform.vinculo(*words, home=tmp_path / "home", **own_records.environment, **more)
        return done.returncode, done.stdout + done.stderr

    (tmp_path / "socios.csv").write_text("Tarjeta;Cliente\n9001;C1\n9002;C2\n", "utf-8")
    (tmp_path / "saldos.csv").write_text("Tarjeta;Puntos;Caduca\n9001;500;nunca\n", "utf-8")
    joined = run("members", "import", tmp_path / "socios.csv", "--rejected", tmp_path / "bad.csv", LANG="es_ES.UTF-8")
    code, posted = run("balances", "import", tmp_path / "saldos.csv", "--json")
    again = run("balances", "import", tmp_path / "saldos.csv", "--json")
    run("balances", "export", "--out", tmp_path / "out.csv")

    assert joined[0] == 3
    assert "2 filas: 1 altas, 0 ya eran socios, 1 rechazadas." in joined[1]
    assert "Fila 3, customer: se encontró 'C2'; se esperaba lo que identifica a un cliente." in joined[1]
    assert "C2" in (tmp_path / "bad.csv").read_text("utf-8")
    assert (code, json.loads(posted)["points"]) == (0, 500)
    assert json.loads(again[1])["known"] == 1
    assert (tmp_path / "out.csv").read_text("utf-8").splitlines()[1] == "9001,points,500,never"
