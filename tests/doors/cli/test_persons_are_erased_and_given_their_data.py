"""Persons from the terminal: given their data, erased, erased again after a restore; what is old is only shown."""

import json
import zipfile
from pathlib import Path

import pytest
from tests.make import platform, store

pytestmark = pytest.mark.slow
CUSTOMERS = "Código;Nombre;Correo\n7;Zoraida Quintanilla;zoraida@quintanilla.es\n8;Luis Mora;luis@mora-gil.es\n"


@pytest.fixture
def home(own_records: store.Database, tmp_path: Path) -> Path:
    (tmp_path / "clientes.csv").write_text(CUSTOMERS, "utf-8")
    done = platform.vinculo(
        "import",
        tmp_path / "clientes.csv",
        "--source",
        "shop",
        "--yes",
        home=tmp_path / "home",
        **own_records.environment,
    )
    assert done.returncode == 0, done.stderr
    return tmp_path / "home"


def test_a_person_is_given_everything_and_erased_for_good(
    own_records: store.Database, home: Path, tmp_path: Path
) -> None:
    def run(*words: object, said: str = "", where: Path = home) -> str:
        done = platform.vinculo(*words, home=where, said=said, **own_records.environment)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("export-person", "Zoraida@Quintanilla.es", "--out", tmp_path / "person.zip")
    run("backup", tmp_path / "backups" / "first")
    asked = platform.vinculo("erase", "7", home=home, said="n\n", **own_records.environment)
    said = run("erase", "7", "--yes")
    run("backup", tmp_path / "backups" / "second")

    with zipfile.ZipFile(tmp_path / "person.zip") as packed:
        data = json.loads(packed.read("data.json"))
        assert "Zoraida Quintanilla" in packed.read("data.html").decode()
    assert data["sections"]["customer"][0]["name"] == "Zoraida Quintanilla"
    assert data["sections"]["source_records"][0]["payload"]["raw"]["Correo"] == "zoraida@quintanilla.es"
    assert "luis" not in json.dumps(data).lower()
    assert (asked.returncode, "for good" in asked.stdout) == (1, True)
    assert "0 orders stay and name nobody; 1 imported files were removed" in said
    nobody = platform.vinculo("erase", "zoraida@quintanilla.es", "--yes", home=home, **own_records.environment)
    assert "Nobody here is known by" in nobody.stderr

    restored = platform.vinculo("restore", tmp_path / "backups" / "first", home=tmp_path / "new" / "home")
    gone = platform.vinculo("erase", "zoraida@quintanilla.es", "--yes", home=tmp_path / "new" / "home")
    luis = platform.vinculo("export-person", "8", "--out", tmp_path / "luis.zip", home=tmp_path / "new" / "home")

    assert restored.returncode == 0, restored.stderr
    assert "Erasures made since the backup were done again: 1." in restored.stdout
    assert "Nobody here is known by" in gone.stderr
    assert luis.returncode == 0, luis.stderr


def test_what_is_old_is_shown_and_nothing_goes(own_records: store.Database, home: Path) -> None:
    done = platform.vinculo("retention", home=home, **own_records.environment)
    applied = platform.vinculo("retention", "--apply", home=home, **own_records.environment)

    assert "prospects: off" in done.stdout
    assert "No rule is in use." in applied.stdout
    assert next((home / "imports").glob("*/original/*")).is_file()
