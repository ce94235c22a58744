"""Ugly files through the upload page: what would happen, or one sentence; never an error of the server."""

import html
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.make import staff, ugly

from vinculo.identify.records.models import Import
from vinculo.identify.records.services import imports

pytestmark = pytest.mark.slow

BACKEND = "django.contrib.auth.backends.ModelBackend"
SHOWN = {
    "customers": ("blank lines", "NUL in a cell", "a quote never closed, first", "a number of nine thousand letters"),
    "products": ("a locked spreadsheet", "half a gzip", "formula, SQL, HTML and signs", "a row cut short"),
    "orders": ("empty", "header only", "no header", "an image", "noise", "HTML", "half a Parquet", "the header again"),
}
CASES = [(kind, name) for kind, names in SHOWN.items() for name in names]


@pytest.fixture
def manager(site: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(settings, "IMPORTS_FOLDER", tmp_path / "imports")
    site.force_login(staff.user("relationship_manager"), backend=BACKEND)
    return site


@pytest.mark.parametrize("said", [True, False], ids=["kind said", "kind by the headers"])
@pytest.mark.parametrize(("kind", "name"), CASES)
def test_an_ugly_upload(manager: Client, tmp_path: Path, kind: str, name: str, said: bool) -> None:
    file = ugly.FILES[name]
    sent = SimpleUploadedFile(file.name, file.make(kind))

    answer = manager.post("/imports/new/", {"file": sent, "kind": kind if said else ""}, follow=True)

    text = html.unescape(answer.content.decode())
    assert answer.status_code == 200
    assert str(tmp_path) not in text
    if file.refused:
        assert re.search(f"{file.refused}|No column", text)
        return
    imported = Import.objects.latest("id")
    assert (imported.kind, imported.state) == (kind, "previewed")
    done = imports.import_run(import_id=imported.pk, now=timezone.now())
    assert (done.counts["new"], done.counts["rejected"]) == (len(file.keys), file.rejected is not None)
    page = manager.get(f"/imports/{imported.pk}/")
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
    assert manager.get(f"/imports/{imported.pk}/rejected.csv").status_code == 200
