"""A dry run says which new rows are probably customers who are known already, and that a large file was sampled."""

from pathlib import Path

import pytest
from django.conf import settings
from tests.make import imports as make

from vinculo.identify.records.models import Customer, Identifier
from vinculo.identify.records.parties import likeness
from vinculo.identify.records.rights import files
from vinculo.identify.records.services import imports

pytestmark = pytest.mark.usefixtures("records")
SHOP = """Código;Nombre;Apellidos;Correo;Teléfono;NIF;Dirección;CP;Ciudad
1;Ana;Ruiz Gil;ana@ruizgil.es;600123456;12345678Z;C/ Mayor 5;08001;Barcelona
2;Luis;Peña Sanz;luis@penasanz.es;611223344;;Av. Sol 1;27001;Lugo
"""
NEWSLETTER = """id;nombre completo;email;tel;ciudad
a;ANA RUIZ GIL;Ana@ruizgil.es;+34 600 12 34 56;Barcelona
b;Luis Peña;;;Lugo
c;Marta Vila Nova;marta@vilanova.es;;Vigo
"""


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "IMPORTS_FOLDER", tmp_path / "imports")


def test_new_rows_are_compared_with_customers_of_other_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not make.opened(SHOP, kind="customers").counts
    make.bring(SHOP, kind="customers")
    ana = Identifier.objects.get(value="1").customer_id
    opened = make.opened(NEWSLETTER + "1;Ana Ruiz;ana@ruizgil.es;;\n", kind="customers", source="newsletter")

    found = imports.import_preview(import_id=opened.pk, now=make.NOW)
    known = imports.import_preview(import_id=make.opened(SHOP + "\n", kind="customers").pk, now=make.NOW)

    likely = found.likely
    assert (likely["looked_at"], likely["whole"], likely["same"] + likely["maybe"]) == (4, True, 3)
    surest = likely["examples"][0]
    assert (surest["row"], surest["customer_id"], surest["band"]) == (2, ana, "auto")
    assert "e-mail" in surest["why"]["en"] != surest["why"]["es"]
    assert 4 not in {each["row"] for each in likely["examples"]}
    assert (known.likely, Customer.objects.count()) == ({}, 2)
    shown = imports.import_previewed(import_id=opened.pk)
    assert shown is not None
    assert shown.likely == {**likely, "interval": list(likely["interval"])}

    monkeypatch.setattr(likeness, "SAMPLE", 2)
    sampled = imports.import_preview(import_id=opened.pk, now=make.NOW)
    assert (sampled.likely["looked_at"], sampled.likely["whole"]) == (2, False)
    assert sampled.likely == imports.import_preview(import_id=opened.pk, now=make.NOW).likely


def test_an_erasure_reaches_the_examples(tmp_path: Path) -> None:
    make.bring(SHOP, kind="customers")
    opened = make.opened(NEWSLETTER, kind="customers", source="newsletter")
    imports.import_preview(import_id=opened.pk, now=make.NOW)
    kept = tmp_path / "imports" / str(opened.pk) / "preview.json"
    assert "Ana Ruiz Gil" in kept.read_text("utf-8")

    files.preview_loses(kept, lambda cell: "ana ruiz" in str(cell).lower())

    assert "ana ruiz" not in kept.read_text("utf-8").lower()
