"""Pages of imports: a file is looked at, corrected, brought in, and taken back."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.make import staff

from vinculo.foundation.errors import InputError
from vinculo.identify.records.models import Customer, Import, Product, Relation
from vinculo.identify.records.services import imports

BACKEND = "django.contrib.auth.backends.ModelBackend"
CUSTOMERS = """Código;Nombre completo;Correo;Teléfono;Otro;Ciudad
1;Ana Muñoz Gil;ana@munozgil.es;600123456;x;A Coruña
2;Eva Peña;mal;6,00123E+08;y;Lugo
;Sin Número;n@pena.es;;z;Vigo
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "IMPORTS_FOLDER", tmp_path / "imports", raising=False)


@pytest.fixture
def manager(site: Client) -> Client:
    site.force_login(staff.user("relationship_manager"), backend=BACKEND)
    return site


def upload(site: Client, text: str | bytes = CUSTOMERS, **form: str) -> Import:
    content = text if isinstance(text, bytes) else text.encode()
    answer = site.post("/imports/new/", {"file": SimpleUploadedFile("clientes.csv", content), **form})
    assert answer.status_code == 302
    return Import.objects.latest("id")


def page(site: Client, imported: Import) -> str:
    return site.get(f"/imports/{imported.pk}/").content.decode()


def work(imported: Import) -> None:
    """Do what the worker would."""
    Import.objects.filter(pk=imported.pk).update(job_id=None)
    imports.import_run(import_id=imported.pk, now=timezone.now())


def form_of(text: str) -> dict[str, str]:
    """Return what the form of the mapping would send."""
    found = {}
    for name, body in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body)
        found[name] = chosen.group(1) if chosen else ""
    return found


def test_an_upload_shows_what_would_happen_and_brings_nothing_in(manager: Client) -> None:
    imported = upload(manager)

    text = page(manager, imported)
    assert (imported.kind, imported.state, imported.created_by) == ("customers", "previewed", "relationship_manager")
    assert "Mu<mark>ñ</mark>oz" in text
    assert "6,00123E+08" in text
    assert "a spreadsheet has cut off its last digits" in text
    assert Customer.objects.count() == 0


def test_a_mapping_is_corrected_and_the_file_comes_in(manager: Client) -> None:
    imported = upload(manager)
    form = form_of(page(manager, imported))
    assert form["column_4"] == ""

    manager.post(f"/imports/{imported.pk}/preview/", {**form, "column_4": "acquisition_channel"})
    assert form_of(page(manager, imported))["column_4"] == "acquisition_channel"
    manager.post(f"/imports/{imported.pk}/run/")
    assert 'hx-trigger="every 1s"' in page(manager, imported)
    work(imported)

    imported.refresh_from_db()
    assert imported.state == "done"
    assert (imported.counts["new"], imported.counts["rejected"], imported.counts["set_aside"]) == (2, 1, 2)
    assert sorted(Customer.objects.values_list("name", "acquisition_channel")) == [
        ("Ana Muñoz Gil", "x"),
        ("Eva Peña", "y"),
    ]


def test_progress_ends_by_loading_the_page_anew(manager: Client) -> None:
    imported = upload(manager)

    answer = manager.get(f"/imports/{imported.pk}/progress/")

    assert answer.headers["HX-Refresh"] == "true"


def test_two_columns_cannot_be_the_same(manager: Client) -> None:
    imported = upload(manager)
    form = {**form_of(page(manager, imported)), "column_4": "email"}

    answer = manager.post(f"/imports/{imported.pk}/preview/", form, follow=True)

    assert "Two columns cannot both be: E-mail." in answer.content.decode()


def test_another_encoding_is_one_click(manager: Client) -> None:
    imported = upload(manager, CUSTOMERS.encode("cp850"))
    assert "Muñoz" not in re.sub("</?mark>", "", page(manager, imported))

    manager.post(f"/imports/{imported.pk}/preview/", {**form_of(page(manager, imported)), "encoding": "cp850"})

    assert "Muñoz" in re.sub("</?mark>", "", page(manager, imported))


def test_the_rejected_rows_can_be_downloaded_and_sent_again(manager: Client) -> None:
    imported = upload(manager)
    work(imported)

    answer = manager.get(f"/imports/{imported.pk}/rejected.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined] # a stream

    assert text.splitlines()[0].startswith("Código;Nombre completo;Correo")
    assert ";4;" in text
    again = upload(manager, text.replace(";Sin Número", "3;Sin Número"))
    work(again)
    assert Customer.objects.filter(name="Sin Número").exists()


def test_the_same_file_again_is_refused_with_the_number_of_the_first(manager: Client) -> None:
    imported = upload(manager)
    work(imported)

    answer = manager.post("/imports/new/", {"file": SimpleUploadedFile("b.csv", CUSTOMERS.encode())}, follow=True)

    assert f"import {imported.pk}" in answer.content.decode()
    assert Import.objects.count() == 1


def test_an_undo_asks_and_says_what_it_did(manager: Client) -> None:
    imported = upload(manager)
    work(imported)
    assert "2 new entries are removed" in page(manager, imported)

    answer = manager.post(f"/imports/{imported.pk}/undo/", follow=True)

    assert "2 removed" in answer.content.decode()
    assert Customer.objects.count() == 0


def test_products_are_told_by_their_headers(manager: Client) -> None:
    imported = upload(manager, "Referencia;Descripción;Familia;PVP\nA1;Olla;Hogar;1.234,50\n")
    work(imported)

    assert imported.kind == "products"
    assert Product.objects.get().list_price_minor == 123450


def test_what_is_no_table_is_refused_in_a_sentence(manager: Client) -> None:
    answer = manager.post("/imports/new/", {"file": SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n123")}, follow=True)

    assert "PNG" in answer.content.decode()
    assert answer.status_code == 200


def test_without_a_file_nothing_happens(manager: Client) -> None:
    assert "Choose a file first." in manager.post("/imports/new/", follow=True).content.decode()


def test_the_pages_speak_spanish(site: Client) -> None:
    site.force_login(staff.user("relationship_manager", language="es"), backend=BACKEND)
    imported = upload(site)

    text = page(site, imported)

    assert "Qué columna es cuál" in text
    assert "Correo electrónico" in text
    assert "Importaciones" in site.get("/imports/").content.decode()


def test_cells_are_hidden_from_roles_that_do_not_need_personal_data(site: Client) -> None:
    site.force_login(staff.user("relationship_manager"), backend=BACKEND)
    imported = upload(site)
    site.force_login(staff.user("finance"), backend=BACKEND)

    assert "ana@munozgil.es" not in page(site, imported)
    assert site.get(f"/imports/{imported.pk}/rejected.csv").status_code == 403


@pytest.mark.parametrize(
    ("role", "see", "run", "undo"),
    [
        ("administrator", 200, 302, 302),
        ("relationship_manager", 200, 302, 302),
        ("analyst", 200, 302, 403),
        ("team_lead", 200, 403, 403),
        ("finance", 200, 403, 403),
        ("agent", 403, 403, 403),
        ("read_only", 403, 403, 403),
    ],
)
def test_each_role_may_do_what_it_declares(site: Client, role: str, see: int, run: int, undo: int) -> None:
    site.force_login(staff.user("relationship_manager", name="owner"), backend=BACKEND)
    imported = upload(site)
    site.force_login(staff.user(role), backend=BACKEND)

    assert site.get("/imports/").status_code == see
    assert site.get(f"/imports/{imported.pk}/").status_code == see
    assert site.post(f"/imports/{imported.pk}/preview/").status_code == run
    assert site.post(f"/imports/{imported.pk}/run/").status_code == run
    assert site.post(f"/imports/{imported.pk}/undo/").status_code == undo


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("Código;Nombre;Correo\n;Ana Gil;ana@gil-es.es\n;Eva Mora;eva@mora-es.es\n", "customers", "Código"),
        ("Cliente;Fecha;Importe\n1;ayer;5,00\n2;hoy;6,00\n", "orders", "Fecha"),
    ],
)
def test_a_file_of_which_no_row_comes_in_says_so_and_gives_its_errors(
    manager: Client, text: str, kind: str, found: str
) -> None:
    imported = upload(manager, text, kind=kind)

    for _ in ("looked at", "brought in"):
        imported.refresh_from_db()
        seen = page(manager, imported)
        assert (imported.state, imported.counts["rows"], imported.counts["rejected"]) == ("failed", 2, 2)
        assert seen.count("None of the 2 rows of clientes.csv could be read.") == 1
        assert "Which column is which" in seen
        given = b"".join(manager.get(f"/imports/{imported.pk}/rejected.csv").streaming_content).decode("utf-8-sig")
        assert len(given.splitlines()) == 3
        assert f";{found};" in given
        with pytest.raises(InputError):
            work(imported)
    assert not Customer.objects.exists()


def test_totals_are_counted_apart_and_never_become_customers(manager: Client) -> None:
    text = "Código;Nombre completo;Correo\n1;Ana Muñoz Gil;ana@munozgil.es\nTOTAL GENERAL;;\n"
    imported = upload(manager, text)
    seen = page(manager, imported)

    work(imported)
    imported.refresh_from_db()

    assert "Rows of totals, set aside" in seen
    assert "this one adds up the others" in seen
    assert (imported.counts["totals"], imported.counts["rejected"], imported.counts["new"]) == (1, 0, 1)
    assert Customer.objects.count() == 1


def test_a_file_of_relations_is_told_by_its_headers(manager: Client) -> None:
    work(upload(manager, "Código;Nombre completo;NIF;Correo\n1;Ana Muñoz Gil;;a@gil.es\n2;Norte SL;;n@gil.es\n"))
    imported = upload(manager, "Persona;Empresa;Cargo;Desde\n1;2;Compras;01/02/2020\n7;2;Ventas;\n")

    text = page(manager, imported)
    work(imported)

    assert (imported.kind, imported.state) == ("relations", "previewed")
    assert "known of one customer" in text
    assert form_of(text)["column_2"] == "post"
    assert Relation.objects.get().post == "Compras"
    assert "policy_0" not in text
