"""Files put into a watched folder come in by themselves, once, and nothing outside the permitted root is reached."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests.make import imports as make

from vinculo.foundation.errors import InputError
from vinculo.identify.records import services
from vinculo.identify.records.imports import templates
from vinculo.identify.records.inbox import places, selectors
from vinculo.identify.records.inbox import services as inbox
from vinculo.identify.records.models import Customer, Import, ImportTemplate, WatchedFile, WatchedFolder

pytestmark = pytest.mark.usefixtures("records")
NOW = datetime(2024, 6, 3, 12, 0, tzinfo=UTC)
CUSTOMERS = "Código;Nombre completo;Correo\n1;Ana Ruiz Gil;ana@ruizgil.es\n"
ODD = "Código;Nombre completo;K7\n1;Ana Ruiz Gil;Lugo\n"


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "IMPORTS_FOLDER", tmp_path / "imports")
    monkeypatch.setattr(settings, "IMPORT_ROOT", tmp_path / "root", raising=False)
    (tmp_path / "root" / "shop" / "day").mkdir(parents=True)
    return tmp_path / "root"


def watched(path: str = "shop/day", **choice: object) -> WatchedFolder:
    source = services.source_ensure(code="shop")
    chosen = inbox.Choice(source, **choice)  # type: ignore[arg-type] # as the test says
    return inbox.folder_watch(path=path, choice=chosen, by="ana", now=NOW - timedelta(days=2))


def put(root: Path, name: str, text: str, *, age: float = 600, now: datetime = NOW) -> Path:
    file = root / "shop" / "day" / name
    file.write_text(text, encoding="utf-8")
    os.utime(file, (now.timestamp() - age,) * 2)
    return file


def states(found: list[WatchedFile]) -> list[tuple[str, str]]:
    return [(each.name, each.state) for each in found]


def test_new_and_changed_files_come_in_once_and_a_bad_one_stops_nobody(root: Path) -> None:
    folder = watched()
    put(root, "a.csv", CUSTOMERS)
    put(root, "bad.csv", "nothing", age=500)
    put(root, "b.csv", CUSTOMERS.replace("1;Ana", "2;Eva"), age=400)
    put(root, "same.csv", CUSTOMERS, age=300)
    put(root, ".hidden.csv", CUSTOMERS)
    put(root, "c.csv.part", CUSTOMERS)

    first = inbox.folder_look(folder_id=folder.pk, now=NOW)
    again = inbox.folder_look(folder_id=folder.pk, now=NOW)
    put(root, "a.csv", CUSTOMERS, age=200)
    put(root, "same.csv", CUSTOMERS, age=199)
    touched = inbox.folder_look(folder_id=folder.pk, now=NOW)
    put(root, "a.csv", CUSTOMERS.replace("ana@", "ana.maria@"), age=190)
    changed = inbox.folder_look(folder_id=folder.pk, now=NOW)

    assert states(first) == [("a.csv", "in"), ("bad.csv", "failed"), ("b.csv", "in"), ("same.csv", "known")]
    assert (again, states(changed)) == ([], [("a.csv", "in")])
    assert states(touched) == [("a.csv", "in"), ("same.csv", "known")]
    assert Import.objects.filter(state="done").count() == 3
    assert Import.objects.filter(state="done").values_list("created_by", flat=True)[0] == "folder:shop/day"
    (warning,) = selectors.warning_list()
    assert (warning.name, warning.problem) == ("bad.csv", warning.imported.problem if warning.imported else None)
    assert str(root.parent) not in warning.problem
    inbox.warning_note(file_id=warning.pk, now=NOW)
    assert not selectors.warning_list().exists()


def test_a_file_that_cannot_be_opened_stops_nobody(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = watched()
    put(root, "a.csv", CUSTOMERS)
    put(root, "b.csv", CUSTOMERS.replace("1;Ana", "2;Eva"), age=500)
    opened = os.open

    def refusing(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if path == "a.csv" and dir_fd is not None:
            raise PermissionError(13, "Permission denied")
        return opened(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", refusing)
    found = inbox.folder_look(folder_id=folder.pk, now=NOW)

    assert states(found) == [("a.csv", "failed"), ("b.csv", "in")]
    assert selectors.warning_list().get().problem == "a.csv cannot be opened: Permission denied."
    monkeypatch.setattr(os, "open", opened)
    assert states(inbox.folder_look(folder_id=folder.pk, now=NOW)) == [("a.csv", "in")]
    assert not selectors.warning_list().exists()


def test_a_file_that_is_still_written_is_left_for_the_next_time(root: Path) -> None:
    folder = watched()
    file = put(root, "a.csv", "Código;Nombre completo\n", age=1)

    first = inbox.folder_look(folder_id=folder.pk, now=NOW)
    with file.open("a") as stream:
        stream.write("1;Ana Ruiz\n")
    os.utime(file, (NOW.timestamp(),) * 2)
    second = inbox.folder_look(folder_id=folder.pk, now=NOW + timedelta(seconds=30))
    third = inbox.folder_look(folder_id=folder.pk, now=NOW + timedelta(seconds=60))

    assert [states(each)[0][1] for each in (first, second, third)] == ["growing", "growing", "in"]
    assert (Customer.objects.count(), WatchedFile.objects.count()) == (1, 1)


def test_files_are_read_by_the_template_of_their_headers_and_guesses_wait_for_somebody(root: Path) -> None:
    folder = watched(after="move")
    put(root, "a.csv", CUSTOMERS.replace("Correo", "Zona"))
    (held,) = inbox.folder_look(folder_id=folder.pk, now=NOW)
    assert (held.state, Import.objects.get(pk=held.imported_id).state) == ("held", "previewed")
    assert (root / "shop" / "day" / "a.csv").exists()

    imported = make.bring(ODD, name="first.csv", kind="customers", mapping={"city": "K7"}, source="shop")
    templates.template_keep(import_id=imported.pk, name="  Odd  ones ", by="ana", now=NOW)
    put(root, "b.csv", ODD.replace("1;Ana", "2;Eva"))
    put(root, "broken.csv", "\x00\x01")
    found = inbox.folder_look(folder_id=folder.pk, now=NOW)

    assert states(found) == [("b.csv", "in"), ("broken.csv", "failed")]
    assert Import.objects.get(file_name="b.csv").options["template"] == "Odd ones"
    assert ImportTemplate.objects.get().mapping == {"source_key": "Código", "name": "Nombre completo", "city": "K7"}
    assert Customer.objects.get(name="Eva Ruiz Gil").addresses.get().city == "Lugo"
    day = root / "shop" / "day"
    assert sorted(each.name for each in day.rglob("*") if each.is_file()) == ["a.csv", "b.csv", "broken.csv"]
    assert (day / "done" / "b.csv").exists()
    assert (day / "failed" / "broken.csv").exists()


@pytest.mark.parametrize("path", ["", "/etc", "../x", "shop/../..", "~/x", "a\x00b", "nowhere", "link", "link/day"])
def test_no_path_leads_out_of_the_root(root: Path, path: str) -> None:
    (root / "link").symlink_to(root / "shop")

    with pytest.raises(InputError):
        watched(path)

    assert not WatchedFolder.objects.exists()


def test_no_link_is_followed_though_it_was_put_there_later(root: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(CUSTOMERS)
    os.utime(secret, (NOW.timestamp() - 600,) * 2)
    folder = watched()
    (root / "shop" / "day" / "a.csv").symlink_to(secret)
    os.mkfifo(root / "shop" / "day" / "pipe.csv")
    assert inbox.folder_look(folder_id=folder.pk, now=NOW) == []

    (root / "shop").rename(root / "old")
    (root / "shop").symlink_to(root / "old")
    inbox.folder_look(folder_id=folder.pk, now=NOW)

    folder.refresh_from_db()
    assert folder.problem == "The folder shop/day cannot be opened: it is a link or no folder."
    assert list(selectors.problem_list()) == [folder]
    with pytest.raises(InputError), places.opened("old/day") as place, places.reading(place, "a.csv"):
        pass
    assert not Import.objects.exists()


def test_folders_are_looked_at_when_they_are_due(root: Path) -> None:
    nightly, often = watched(), watched("shop", every_minutes=15)

    looks = {
        hour: inbox.folders_look(now=NOW.replace(hour=0, minute=30) + timedelta(hours=hour))
        for hour in (0.0, 0.2, 0.25, 1.0, 24.0)
    }

    assert looks == {
        0.0: [nightly.pk, often.pk],
        0.2: [],
        0.25: [often.pk],
        1.0: [nightly.pk, often.pk],
        24.0: [often.pk],
    }
