"""An import that runs can be stopped; one whose process died is found; nothing of either is kept."""

from pathlib import Path

import pytest
from django.conf import settings
from tests.make import imports as make
from tests.make import store

from vinculo.foundation.errors import InputError
from vinculo.identify.records.imports import watch
from vinculo.identify.records.models import Import, OrderLine
from vinculo.identify.records.services import imports
from vinculo.project.audit.models import AuditEntry

SALES = make.HEADER + "1;7;03/04/2021 10:00;A;Taza;Menaje;Web;España;2;9,50\n"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "IMPORTS_FOLDER", tmp_path / "imports")
    monkeypatch.setattr(watch, "INTERVAL", 0)


def test_an_import_that_is_cancelled_stops_at_its_next_step(own_records: store.Database) -> None:
    imported = make.opened(SALES)
    told = []

    def progress(words: str, share: float) -> None:
        told.append((words, share))
        if words == "Looking up products":
            with watch.opened(imported.pk) as other:
                other.mark(cancel_asked_at=make.NOW)

    with pytest.raises(watch.ImportCancelledError):
        imports.import_run(import_id=imported.pk, now=make.NOW, progress=progress)

    assert Import.objects.get().state == "cancelled"
    assert OrderLine.objects.count() == 0
    assert [share for _, share in told] == sorted(share for _, share in told)


def test_a_running_import_shows_how_far_it_is(own_records: store.Database) -> None:
    imported = make.opened(SALES)
    seen = []

    def progress(words: str, share: float) -> None:
        with watch.opened(imported.pk) as other:
            seen.append(other.ask("SELECT state, step, progress FROM identify_import WHERE id = %s", [imported.pk]))

    imports.import_run(import_id=imported.pk, now=make.NOW, progress=progress)

    assert ("running", "Putting lines in", 0.6) in seen


def test_an_import_is_worked_on_by_one_process_at_a_time(own_records: store.Database) -> None:
    imported = make.opened(SALES)

    with watch.over(imported.pk), pytest.raises(watch.ImportBusyError):
        imports.import_run(import_id=imported.pk, now=make.NOW)

    assert Import.objects.get().state == "uploaded"


def test_only_an_import_whose_process_died_is_marked_failed(own_records: store.Database) -> None:
    imported = make.opened(SALES)
    Import.objects.update(state="running")

    with watch.over(imported.pk):
        assert imports.import_recover() == []
    assert imports.import_recover() == [imported.pk]

    assert Import.objects.get().state == "failed"
    assert imports.import_run(import_id=imported.pk, now=make.NOW).state == "done"


def test_an_import_that_ends_while_the_dead_are_looked_for_stays_done(
    own_records: store.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported = make.opened(SALES)
    Import.objects.update(state="running")
    locked = watch.Watch.locked

    def ends_first(self: watch.Watch) -> bool:
        monkeypatch.setattr(watch.Watch, "locked", locked)
        imports.import_run(import_id=imported.pk, now=make.NOW)
        return self.locked()

    monkeypatch.setattr(watch.Watch, "locked", ends_first)

    assert imports.import_recover() == []
    assert Import.objects.get().state == "done"


def test_the_lock_of_an_import_is_free_as_soon_as_it_is_let_go(own_records: store.Database) -> None:
    imported = make.opened(SALES)

    for _time in range(200):
        with watch.over(imported.pk):
            pass

    assert imports.import_run(import_id=imported.pk, now=make.NOW).state == "done"


def test_what_an_import_writes_is_put_down_to_it(own_records: store.Database) -> None:
    done = make.bring(SALES)

    found = AuditEntry.objects.filter(table_name="identify_customer").values_list("actor", "import_id", "row_count")
    assert list(found) == [("ana", done.pk, 1)]


def test_a_spanish_import_fails_in_spanish(own_records: store.Database) -> None:
    imported = make.opened(SALES, language="es")

    with pytest.raises(InputError):
        imports.import_run(import_id=imported.pk, now=make.NOW, mapping={"amount": "Fecha", "happened_at": "Fecha"})

    assert Import.objects.get().problem.startswith("No se pudo leer ninguna")
