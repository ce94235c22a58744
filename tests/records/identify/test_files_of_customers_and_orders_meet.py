"""A file of customers and one of orders speak of the same people, whichever comes and goes first."""

from pathlib import Path

import pytest
from django.conf import settings
from tests.make import parties

from vinculo.identify.records import services
from vinculo.identify.records.models import Customer, Import
from vinculo.identify.records.services import imports

CUSTOMERS = "Código;Nombre completo;Correo\n1;Ana Ruiz Gil;ana@ruizgil.es\n2;Eva Peña;eva@pena.es\n"
ORDERS = "Pedido;Fecha;Cliente;Artículo;Unidades;Importe\n10;31/01/2021;1;A1;2;9,50\n11;13/02/2021;3;A1;1;4,75\n"

pytestmark = pytest.mark.usefixtures("records")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "IMPORTS_FOLDER", tmp_path / "imports")


def bring(tmp_path: Path, kind: str) -> Import:
    file = tmp_path / f"{kind}.csv"
    file.write_text(CUSTOMERS if kind == "customers" else ORDERS, encoding="utf-8")
    source = services.source_ensure(code="shop")
    opened = imports.import_open(file=file, kind=kind, source=source, by="ana", now=parties.NOW)
    return imports.import_run(import_id=opened.pk, now=parties.NOW)


def undo(imported: Import) -> None:
    imports.import_undo(import_id=imported.pk, by="ana", now=parties.NOW)


def named() -> list[str]:
    return sorted(Customer.objects.values_list("name", flat=True))


@pytest.mark.parametrize("order", [("customers", "orders"), ("orders", "customers")])
def test_both_name_one_customer(tmp_path: Path, order: tuple[str, str]) -> None:
    for kind in order:
        bring(tmp_path, kind)

    assert named() == ["3", "Ana Ruiz Gil", "Eva Peña"]
    assert Customer.objects.get(name="Ana Ruiz Gil").orders.count() == 1


@pytest.mark.parametrize("order", [("customers", "orders"), ("orders", "customers")])
@pytest.mark.parametrize(("gone", "left"), [("customers", ["1", "3"]), ("orders", ["Ana Ruiz Gil", "Eva Peña"])])
def test_what_the_other_file_knows_stays(tmp_path: Path, order: tuple[str, str], gone: str, left: list[str]) -> None:
    brought = {kind: bring(tmp_path, kind) for kind in order}

    undo(brought[gone])

    assert named() == left


@pytest.mark.parametrize("order", [("customers", "orders"), ("orders", "customers")])
@pytest.mark.parametrize("back", [("customers", "orders"), ("orders", "customers")])
def test_both_undone_leave_nobody(tmp_path: Path, order: tuple[str, str], back: tuple[str, str]) -> None:
    brought = {kind: bring(tmp_path, kind) for kind in order}

    for kind in back:
        undo(brought[kind])

    assert named() == []
