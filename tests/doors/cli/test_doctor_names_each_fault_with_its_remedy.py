"""The doctor names each fault with its remedy."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.make import platform, store

pytestmark = pytest.mark.slow


def examined(home: Path, *, code: int, **environment: str) -> dict[str, dict[str, Any]]:
    done = platform.vinculo("doctor", "--json", home=home, **environment)
    assert (done.returncode, done.stderr) == (code, "")
    return {each["subject"]: each for each in json.loads(done.stdout)}


def executed(statement: str) -> None:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    return folder


def test_a_platform_that_is_well_is_left_alone(own_records: store.Database, home: Path) -> None:
    found = examined(home, code=0, **own_records.environment)

    assert {name for name, each in found.items() if each["state"] != "well"} <= {"Mail"}
    assert {"Versions", "Disk", "Database", "Tables", "Audit trail", "Queue", "Stale jobs", "Order lines"} <= set(found)


def test_every_fault_is_found_with_its_remedy(own_records: store.Database, home: Path) -> None:
    executed("INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('q', 't', 'doing')")
    executed("GRANT UPDATE ON audit_entry TO vinculo_app")
    executed(
        "INSERT INTO identify_orderline (order_id, customer_id, product_id, import_id, happened_at, line_key, "
        "line_kind, description, quantity, gross_minor, discount_minor, net_minor, row_number) "
        "VALUES (1, NULL, 2, 3, now(), 'a', 'sale', '', 1, 1, 0, 1, 1)"
    )
    home.chmod(0o755)

    found = examined(home, code=1, EMAIL_HOST="127.0.0.1", EMAIL_PORT="1", **own_records.environment)

    faults = {name: each["remedy"] for name, each in found.items() if each["state"] == "fault"}
    assert set(faults) == {"Home", "Stale jobs", "Audit trail", "Order lines"}
    assert all(faults.values())
    assert found["Mail"]["state"] == "warning"
    assert "1 to orders, 1 to products, 0 to customers, 1 to imports" in found["Order lines"]["says"]


def test_missing_migrations_and_an_unreachable_server_are_faults(own_records: store.Database, home: Path) -> None:
    executed("DELETE FROM django_migrations WHERE app = 'audit'")
    behind = examined(home, code=1, **own_records.environment)
    away = examined(home, code=1, DATABASE_URL="postgresql://ana:secret@127.0.0.1:1/shop")
    empty = examined(home, code=1)

    assert "audit.0001_initial" in behind["Tables"]["says"]
    assert away["Database"]["state"] == "fault"
    assert "secret" not in away["Database"]["says"]
    assert empty["Database"]["remedy"] == "Start the platform once: vinculo up."


def test_the_doctor_speaks_spanish(own_records: store.Database, home: Path) -> None:
    done = platform.vinculo("doctor", "--quick", home=home, LANG="es_ES.UTF-8", **own_records.environment)

    assert done.returncode == 0, done.stderr
    assert "Base de datos" in done.stdout
    assert "Todas las migraciones están aplicadas." in done.stdout
