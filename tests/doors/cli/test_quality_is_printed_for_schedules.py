"""Quality from the terminal: worst first, as JSON for programs, an exit code where something is amiss."""

import json
from pathlib import Path

import pytest
from tests.make import platform, store

pytestmark = pytest.mark.slow
CUSTOMERS = "Código;Nombre;Correo\n7;Zoraida Quintanilla;zoraida@gmial.com\n8;Luis Mora;luis@mora-gil.es\n"


def test_a_schedule_hears_of_what_is_not_as_it_should_be(own_records: store.Database, tmp_path: Path) -> None:
    from vinculo.identify.records.quality import standards

    def run(*words: object, **more: str) -> tuple[int, str]:
        done = platform.vinculo(*words, home=tmp_path / "home", **own_records.environment, **more)
        return done.returncode, done.stdout + done.stderr

    (tmp_path / "clientes.csv").write_text(CUSTOMERS, "utf-8")
    empty = run("quality", "--no-measure")
    run("import", tmp_path / "clientes.csv", "--source", "shop", "--yes")
    fine, table = run("quality", LANG="es_ES.UTF-8")
    standards.threshold_set(source=None, field="email", measure="valid", least=0.9, effect="stop")
    broken, said = run("quality", "--no-measure")
    _code, plain = run("quality", "--source", "shop", "--json", "--no-measure")
    (tmp_path / "clientes.csv").write_text(CUSTOMERS + "9;Eva Sanz;eva@hotmial.com\n", "utf-8")
    held, why = run("import", tmp_path / "clientes.csv", "--source", "shop", "--yes")

    assert empty == (0, "Nothing has been measured yet: leave --no-measure out.\n")
    assert fine == 0
    assert "los correos electrónicos" in table
    assert "730" in next(line for line in table.splitlines() if "los teléfonos" in line)
    assert broken == 3
    assert "! Whole base: Among e-mails, 50% are not valid; at most 10% allowed." in said
    found = {each["field"]: each for each in json.loads(plain)["fields"]}
    assert found["email"]["measures"]["valid"] == {"share": 0.5, "of": 2, "failing": {"typo": 1}}
    assert (found["email"]["shelf_life_days"], found["name"]["shelf_life_days"]) == (365, None)
    assert held != 0
    assert "The file is held back. Among e-mails, 67% are not valid" in why
    assert run("quality", "--source", "till")[0] not in (0, 3)
