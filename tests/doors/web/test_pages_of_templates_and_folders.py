"""Templates are kept, proposed and changed on pages; folders are watched; data goes out and comes in again."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.make import staff

from vinculo.identify.records.imports import templates
from vinculo.identify.records.inbox import services as inbox
from vinculo.identify.records.models import Customer, Import, ImportTemplate, WatchedFile, WatchedFolder
from vinculo.identify.records.services import imports

BACKEND = "django.contrib.auth.backends.ModelBackend"
FILE = "Kód;Navn;Correo\n1;Ana Ruiz Gil;ana@ruizgil.es\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "IMPORTS_FOLDER", tmp_path / "imports")
    monkeypatch.setattr(settings, "IMPORT_ROOT", tmp_path / "root")
    (tmp_path / "root" / "shop").mkdir(parents=True)
    return tmp_path / "root" / "shop"


@pytest.fixture
def site_of_all(site: Client) -> Client:
    site.force_login(staff.user("administrator"), backend=BACKEND)
    return site


def text(site: Client, address: str) -> str:
    answer = site.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def taken(site: Client, address: str) -> bytes:
    answer = site.get(address)
    assert answer.status_code == 200, address
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined] # a stream


def upload(site: Client, content: str | bytes, name: str = "a.csv", **form: str) -> Import:
    file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    assert site.post("/imports/new/", {"file": file, **form}).status_code == 302
    return Import.objects.latest("id")


def test_a_correction_is_kept_and_the_next_file_is_read_by_it(site_of_all: Client) -> None:
    site = site_of_all
    first = upload(site, FILE, source="Shop")
    chosen = {"column_0": "source_key", "column_1": "name", "column_2": "email", "policy_2": "append"}
    site.post(f"/imports/{first.pk}/preview/", chosen)
    site.post(f"/imports/{first.pk}/template/", {"name": "Danish shop"})

    second = upload(site, FILE.replace("1;Ana Ruiz Gil", "2;Eva Peña"), "b.csv")

    kept = ImportTemplate.objects.get()
    assert {target: column for target, column in kept.mapping.items() if column} == {
        "source_key": "Kód",
        "name": "Navn",
        "email": "Correo",
    }
    assert (second.source.name, second.options["template"], second.options["policies"]) == (
        "Shop",
        "Danish shop",
        {"email": "append"},
    )
    assert "Read as the template “Danish shop” says" in text(site, f"/imports/{second.pk}/")
    site.post(f"/imports/{second.pk}/without/")
    assert "Danish shop" not in text(site, f"/imports/{second.pk}/")

    page = text(site, f"/imports/templates/{kept.pk}/")
    assert re.search(r'<option value="append" selected>keep and add', page)
    site.post(
        f"/imports/templates/{kept.pk}/save/",
        {**chosen, "policy_2": "mirror", "name": "Danes", "source": "Shop", "delimiter": ";", "date_order": "dmy"},
    )
    kept.refresh_from_db()
    assert kept.options == {"delimiter": ";", "date_order": "dmy", "policies": {"email": "mirror"}}
    third = upload(site, FILE.replace("1;Ana Ruiz Gil", "3;Luis Gil"), "c.csv")
    assert (third.options["template"], third.options["column_policies"]) == ("Danes", {"email": "mirror"})
    assert "Danes" in text(site, "/imports/templates/")
    site.post(f"/imports/templates/{kept.pk}/remove/")
    assert not ImportTemplate.objects.exists()


def test_new_rows_that_are_known_are_shown_with_whom_they_may_be(site_of_all: Client) -> None:
    site = site_of_all
    text_of = "id;name;email;phone\n7;Ana Ruiz Gil;ana@ruizgil.es;600123456\n"
    imports.import_run(import_id=upload(site, text_of, source="Shop").pk, now=timezone.now())

    page = text(site, f"/imports/{upload(site, text_of, 'b.csv', source='Letter').pk}/")

    assert "Of 1 new rows, 1 are probably customers whom you know under another number" in page
    assert f'<a href="/customers/{Customer.objects.get().pk}/">Ana Ruiz Gil</a>' in page


def test_a_folder_is_watched_on_a_page_and_its_warnings_are_on_that_of_imports(
    site_of_all: Client, folder: Path
) -> None:
    site = site_of_all
    site.post("/imports/folders/watch/", {"path": "../../etc", "source": "Shop"})
    assert not WatchedFolder.objects.exists()
    site.post("/imports/folders/watch/", {"path": "shop", "source": "Shop", "every_minutes": "5", "after": "leave"})
    (watched,) = WatchedFolder.objects.all()
    (folder / "bad.csv").write_text("nothing")
    now = timezone.now()
    for _look in range(2):
        inbox.folder_look(folder_id=watched.pk, now=now)

    assert "every 5 minutes" in text(site, "/imports/folders/")
    assert "shop/bad.csv" in text(site, "/imports/")
    site.post(f"/imports/folders/files/{WatchedFile.objects.get().pk}/noted/")
    assert "shop/bad.csv" not in text(site, "/imports/")
    site.post(f"/imports/folders/{watched.pk}/forget/")
    assert not WatchedFolder.objects.exists()


def test_what_goes_out_by_pages_comes_in_by_them_and_changes_nothing(site_of_all: Client) -> None:
    site = site_of_all
    people = "id;name;email;phone\n7;Ana Ruiz Gil;ana@ruizgil.es;600123456\n8;+Eva Peña;eva@pena.es;\n"
    imports.import_run(import_id=upload(site, people, source="shop").pk, now=timezone.now())
    before = sorted(Customer.objects.values_list())

    for address, name in (
        ("/imports/out/customers.csv?source=shop", "out.csv"),
        ("/imports/out/customers.xlsx?source=shop", "out.xlsx"),
        ("/customers/export.csv", "list.csv"),
        ("/customers/export.xlsx", "list.xlsx"),
        ("/customers/export.vcf", "cards.vcf"),
    ):
        imported = upload(site, taken(site, address), name, source="shop", kind="customers")
        counts = imports.import_run(import_id=imported.pk, now=timezone.now()).counts
        assert (counts["new"], counts["updated"], counts["unchanged"], counts["rejected"]) == (0, 0, 2, 0), name
    assert sorted(Customer.objects.values_list()) == before
    assert b"FN:Ana Ruiz Gil" in taken(site, f"/customers/{before[0][0]}/card.vcf")
    assert "shop" in text(site, "/imports/out/")
    for kind in ("customers", "products", "orders"):
        assert taken(site, f"/imports/blank/{kind}.csv").count(b"\r\n") == 2
        assert taken(site, f"/imports/blank/{kind}.xlsx").startswith(b"PK")


def test_a_name_that_is_hidden_is_not_brought_in(site_of_all: Client) -> None:
    site = site_of_all
    people = "id;name;email\n7;Ana Ruiz Gil;ana@ruizgil.es\n"
    imports.import_run(import_id=upload(site, people, source="shop").pk, now=timezone.now())
    site.force_login(staff.user("analyst"), backend=BACKEND)
    masked = taken(site, "/customers/export.csv")
    assert b"Ana" not in masked
    site.force_login(staff.user("relationship_manager"), backend=BACKEND)

    imports.import_run(import_id=upload(site, masked, source="shop", kind="customers").pk, now=timezone.now())

    assert Customer.objects.get().name == "Ana Ruiz Gil"
    assert not templates.template_list().exists()
