"""What is exported is what is seen: the same customers, masked alike, and harmless in a spreadsheet."""

import csv
import io
from datetime import datetime

import openpyxl
import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from tests.make import served, staff, store

from vinculo.measure import sheets

BACKEND = "django.contrib.auth.backends.ModelBackend"
EVIL = ["=1+1", "+cmd", "-2", "@SUM(A1)", "\tx", "\rx"]


def fetched(site: Client, role: str, address: str, *, language: str = "") -> bytes:
    site.force_login(staff.user(role, language=language), backend=BACKEND)
    answer: HttpResponseBase = site.get(address)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined] # it streams


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.fixture
def people(records: store.Database) -> None:
    made = [served.customer(name, number=f"N{place}") for place, name in enumerate(["María", *EVIL])]
    served.customer("Acme", number="A", kind="organisation")
    served.published(
        [
            {
                "customer_id": each.pk,
                "total_value_minor": 100 * place,
                "residual_value_minor": -150,
                "last_purchase_on": "2024-06-29",
            }
            for place, each in enumerate(made)
        ]
    )


def test_every_customer_of_the_list_is_there_in_its_order(
    site: Client, people: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vinculo.web.customers.exports.AT_ONCE", 3)

    found = rows(fetched(site, "relationship_manager", "/customers/export.csv?sort=total"))

    assert [each["Customer number"] for each in found] == [f"N{place}" for place in range(6, -1, -1)]
    assert found[-1]["Full name"] == "María"
    assert found[0]["Total value"] == "6.0"
    assert found[0]["Residual value"] == "-1.5"


def test_no_cell_becomes_a_formula(site: Client, people: None) -> None:
    found = rows(fetched(site, "relationship_manager", "/customers/export.csv?sort=name"))

    told = ("Customer number", "Full name", "Country")
    texts = [cell for each in found for name, cell in each.items() if name in told]
    assert not [cell for cell in texts if cell.startswith(sheets.RISKY)]
    assert "'=1+1" in texts


def test_the_workbook_holds_the_same(site: Client, people: None) -> None:
    content = fetched(site, "relationship_manager", "/customers/export.xlsx?sort=total")

    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    found = list(sheet.iter_rows(values_only=True))
    assert found[0][:2] == ("Customer number", "Full name")
    assert [row[0] for row in found[1:]] == [f"N{place}" for place in range(6, -1, -1)]
    assert found[1][-1] == 6
    assert found[1][9] == datetime.fromisoformat("2024-06-29")
    assert [cell.number_format for cell in sheet[2][9:12]] == ["mm-dd-yy", "0.00%", "#,##0.00"]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_an_export_is_masked_as_the_page_is(site: Client, people: None) -> None:
    found = rows(fetched(site, "analyst", "/customers/export.csv?sort=name"))

    assert {each["Full name"] for each in found} == {"Acme", *(f"Customer N{place}" for place in range(7))}


def test_an_export_speaks_the_language_of_its_reader(site: Client, people: None) -> None:
    found = rows(fetched(site, "analyst", "/customers/export.csv?sort=name", language="es"))

    assert "Cliente N0" in {each["Nombre completo"] for each in found}
    assert {each["Nivel"] for each in found} >= {"Estándar"}


@pytest.mark.parametrize("role", ["agent", "read_only", "team_lead"])
def test_who_may_not_export_does_not(site: Client, people: None, role: str) -> None:
    site.force_login(staff.user(role), backend=BACKEND)

    assert site.get("/customers/export.csv").status_code == 403
    assert site.get("/customers/export.xlsx").status_code == 403
    assert "export.csv" not in site.get("/customers/").content.decode()
