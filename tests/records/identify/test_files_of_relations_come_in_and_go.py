"""A file says who is bound to whom; rows that name nobody are refused with what is right; an undo takes it back."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from tests.make import imports as make
from tests.make import served, store

from vinculo.identify.records.models import Customer, Import, LinkChange, Relation
from vinculo.identify.records.relations import files, services
from vinculo.identify.records.relations.services import Details
from vinculo.identify.records.services import imports

HEADER = "Persona;Empresa;Relación;Cargo;Decisión;Contacto principal;Desde;Hasta;Participación\n"
ROWS = (
    "P-1;O-1;;Compras;Compradora;sí;01/02/2020;;",
    "ana@soto.es;O-2;;Dirección;;;;01/03/2024;",
    "O-1;O-2;filial de;;;;;;60 %",
)
GOOD = HEADER + "".join(f"{row}\n" for row in ROWS)


@pytest.fixture(autouse=True)
def people(records: store.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "IMPORTS_FOLDER", tmp_path / "imports")
    served.customer("Ana Soto", number="P-1", email="ana@soto.es")
    served.customer("Luis Soto", number="P-2", email="luis@soto.es")
    served.customer("Norte SL", number="O-1", kind="organisation")
    served.customer("Grupo SA", number="O-2", kind="organisation")


def bring(text: str) -> Import:
    return make.bring(text, name="cargos.csv", kind="relations")


def held() -> set[tuple[str, str, str, str, date | None, date | None]]:
    return {
        (each.first.name, each.kind.code, each.second.name, each.post, each.begins_on, each.ends_on)
        for each in Relation.objects.select_related("first", "second", "kind")
    }


def test_relations_come_in_by_number_and_by_e_mail(people: None) -> None:
    imported = bring(GOOD)

    assert held() == {
        ("Ana Soto", "post", "Norte SL", "Compras", date(2020, 2, 1), None),
        ("Ana Soto", "post", "Grupo SA", "Dirección", None, date(2024, 3, 1)),
        ("Norte SL", "legal", "Grupo SA", "", None, None),
    }
    mine = Relation.objects.get(post="Compras")
    assert (mine.decision, mine.main_contact) == ("buyer", True)
    assert (imported.counts["new"], imported.counts["rejected"]) == (3, 0)
    assert LinkChange.objects.values_list("by", "import_id").distinct().get() == ("ana", imported.pk)


def test_the_inverse_words_turn_the_ends_round(people: None) -> None:
    bring("Primero;Segundo;Relación\nO-2;O-1;matriz de\nP-1;P-2;Viene por recomendación de\n")

    assert {each[:3] for each in held()} == {
        ("Norte SL", "legal", "Grupo SA"),
        ("Luis Soto", "referral", "Ana Soto"),
    }


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [
        ("P-9;O-1;;Jefe;;;;;", "Persona", "un número de cliente"),
        ("P-1;;;Jefe;;;;;", "Empresa", "un número de cliente"),
        ("P-1;O-1;enemigo de;;;;;;", "Relación", "un tipo de relación"),
        ("P-1;O-1;;Jefe;;;01/02/2020;01/01/2020;", "Hasta", "no anterior al primero"),
        ("P-1;O-1;;Jefe;;;pronto;;", "Desde", "un día"),
    ],
)
def test_a_row_that_cannot_come_in_says_why_and_holds_nobody_back(
    people: None, row: str, column: str, expected: str
) -> None:
    made = make.opened(GOOD + row + "\n", name="cargos.csv", kind="relations", language="es")

    preview = imports.import_preview(import_id=made.pk, now=make.NOW)
    done = imports.import_run(import_id=made.pk, now=make.NOW)

    (issue,) = preview.issues
    assert (issue["row_number"], issue["column_name"]) == (5, column)
    assert expected in issue["expected"]
    assert (done.counts["new"], done.counts["rejected"], Relation.objects.count()) == (3, 1, 3)
    assert row.split(";")[0] in b"".join(imports.import_rejected_file(import_id=made.pk)).decode()


def test_a_circle_brings_nothing_in(people: None) -> None:
    with pytest.raises(files.RowError, match="Row 3: A circle"):
        bring("Primero;Segundo;Relación\nO-1;O-2;legal\nO-2;O-1;legal\n")

    assert not Relation.objects.exists()
    assert Import.objects.get().state == "failed"


def test_a_file_that_says_more_changes_and_the_same_again_does_not(people: None) -> None:
    bring(GOOD)

    again = bring(GOOD + "\n")
    ended = bring(GOOD.replace("01/02/2020;;", "01/02/2020;01/06/2024;"))

    assert [again.counts[name] for name in ("new", "updated", "unchanged")] == [0, 0, 3]
    assert [ended.counts[name] for name in ("new", "updated", "unchanged")] == [0, 1, 2]
    make.take_back(ended)
    assert Relation.objects.get(post="Compras").ends_on is None


def test_an_undo_takes_back_what_nobody_has_changed_since(people: None) -> None:
    before = Customer.objects.count()
    imported = bring(GOOD)
    mine = Relation.objects.get(post="Dirección")
    services.relation_change(relation_id=mine.pk, details=Details(post="Gerencia"), now=make.NOW)

    counts = make.take_back(imported)

    assert counts == {"removed": 2, "restored": 0, "kept": 1}
    assert {each[3] for each in held()} == {"Gerencia"}
    assert Customer.objects.count() == before
