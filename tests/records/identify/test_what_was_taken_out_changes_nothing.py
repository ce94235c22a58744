"""What an export gives comes in again by an import, as CSV and as a workbook, and changes nothing."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests.make import imports as make

from vinculo.identify.records import services
from vinculo.identify.records.exports import tables
from vinculo.identify.records.models import Address, Customer, Identifier, Import, Source
from vinculo.measure import sheets

pytestmark = pytest.mark.usefixtures("records")
CUSTOMERS = """\
Código;Nombre completo;Empresa;Correo;Correo 2;Tel;Móvil;NIF;Calle;CP;Ciudad;País;Alta;Nacimiento;Idioma;Situación
1;ANA RUIZ GIL;;a@rgil.es;a2@rgil.es;600123456;932123456;12345678Z;C/ Mayor 5;8001;Gavà;España;31/01/2020;03/04/1975;es;
2;Luis Peña;Muebles López, S.L.;ventas@muebles.es;;+34 932 123 456;;B58378431;Av. Sol 1;08019;Barcelona;España;;;;
3;García Pérez, José Luis;;no@tiene.com;000000000;;;;;;;;;;;Potencial
4;;;solo@correo-shop.es;;;;;;;;Portugal;;;;
"=5+1";"=HYPERLINK(""x"")";;;;;;;"+ Calle";;"-";;;;;
''=6;"''+Ana ""Nena"" O'Hara";;;;0033 1 23 45 67 89;;;"Rua 'A'
nº 5";;@Lisboa;;;;;
"""
PRODUCTS = """Referencia;Descripción;Familia;PVP;Coste;Moneda
A1;Taza "Té";Menaje > Té;9,50;1.234,5;EUR
=A2;+Olla;;;;
A3;Sin precio;Cocina;12;;USD
"""
ORDERS = f"""{make.HEADER}P1;1;31/01/2020 10:15;A1;Taza;Menaje;web;España;2;19,00
P1;1;31/01/2020 10:15;A1;Otra taza;Menaje;web;España;2;19,00
P2;7;13/02/2021;Z9;Caña  larga;Ocio;tienda;Francia;0,125;1.234,50
P3;1;05/03/2022;A1;Taza;Menaje;web;España;-1;-9,50
;8;06/03/2022 09:00;A3;;;;;1;3,00
;;07/03/2022;A3;;;;;1;3,00
"""


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "IMPORTS_FOLDER", tmp_path / "imports")


def people() -> list[Any]:
    columns = ("kind", "standing", "name", "given_name", "family_name", "second_family_name", "language", "country")
    return [
        *sorted(Customer.objects.values_list("id", *columns, "acquired_on", "acquisition_channel", "search_text")),
        *sorted(Identifier.objects.values_list("customer_id", "kind", "value", "normalised")),
        *sorted(Address.objects.values_list("customer_id", "lines", "postcode", "city", "region", "country")),
    ]


def sold() -> dict[str, list[Any]]:
    """Return products, orders and lines; of customers it is also told which import named them last."""
    return {name: rows for name, rows in make.described().items() if name != "customers"}


def taken_out(kind: str, way: str, language: str, *, without: Collection[str] = ()) -> bytes:
    rows = tables.rows(kind, source=Source.objects.get(code="shop"), language=language, without=without)
    return b"".join(sheets.as_workbook(rows) if way == "xlsx" else sheets.as_csv(rows))


def test_what_is_there_stays_as_it_is_whatever_its_cells_hold() -> None:
    for kind, text in (("customers", CUSTOMERS), ("products", PRODUCTS), ("orders", ORDERS)):
        assert make.bring(text, kind=kind, currency="EUR").counts["rejected"] == 0
    services.customer_change(
        customer_id=Identifier.objects.get(kind="source_key", value="1").customer_id,
        change=services.Change({"city": "Sitges", "given_name": "Ana MARÍA"}, add=[("email", "m@ruizgil.es")]),
        now=make.NOW,
    )
    before, store = people(), sold()
    assert {"=5+1", "'=6"} <= {row[2] for row in before if row[1] == "source_key"}

    for language, way in (("es", "csv"), ("en", "xlsx")):
        for kind in tables.KINDS:
            content = taken_out(kind, way, language)
            counts = make.bring(content, name=f"{kind}.{way}", kind=kind).counts
            assert (counts["new"], counts.get("updated", 0), counts["rejected"]) == (0, 0, 0), (kind, way, counts)
            assert counts["rows"] == counts["unchanged"] + counts["duplicates"]

    assert people() == before
    assert sold() == store
    for imported in Import.objects.order_by("-id")[:6]:
        make.take_back(imported)
    assert people() == before


def test_costs_are_left_out_for_those_who_do_not_see_them() -> None:
    make.bring(PRODUCTS, kind="products")

    text = taken_out("products", "csv", "en", without=tables.MONEY).decode("utf-8-sig")

    assert text.splitlines()[:2] == [
        "Product code,Product name,Category,List price,Currency",
        "'=A2,'+Olla,,,",
    ]
