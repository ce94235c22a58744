"""Watched folders: kept, looked at when they are due, and their files brought in one by one."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError, VinculoError
from vinculo.identify.parties import columns, reading
from vinculo.identify.records.imports import folders, templates, watch
from vinculo.identify.records.inbox import places
from vinculo.identify.records.inbox.places import Met, NotReadError
from vinculo.identify.records.models import Import, Source, WatchedFile, WatchedFolder
from vinculo.identify.records.services import imports

NIGHT = timedelta(hours=1)
"""When, after midnight, folders are looked at that are due once a night."""
MOST_MINUTES = 7 * 24 * 60
BROKEN_OFF = "The file was being brought in when the program stopped: look at its import."
UNSURE = "No template knows these headers, and some columns are guesses: look at the import and keep a template."
State = WatchedFile.State


@dataclass(frozen=True)
class Choice:
    """How a folder is watched."""

    source: Source
    kind: str = ""
    every_minutes: int = 0
    after: str = WatchedFolder.After.LEAVE


def folder_watch(*, path: str, choice: Choice, by: str, now: datetime) -> WatchedFolder:
    """Watch a folder below the permitted root; one that is watched already is watched as said now.

    Raises
    ------
    InputError
        It leads out of the root, or is not there, or is asked for too seldom.
    """
    path = places.normalised(path)
    if not 0 <= choice.every_minutes <= MOST_MINUTES:
        raise InputError("Say a number of minutes up to {most}, or 0 for once a night.", most=MOST_MINUTES)
    if choice.kind not in ("", *Import.Kind.values) or choice.after not in WatchedFolder.After.values:
        raise InputError("There is no such choice for a watched folder.")
    with places.opened(path):
        pass
    values: dict[str, Any] = {
        "source": choice.source,
        "kind": choice.kind,
        "every_minutes": choice.every_minutes,
        "after": choice.after,
        "problem": "",
    }
    with actor.acting(by), transaction.atomic():
        made, _new = WatchedFolder.objects.update_or_create(
            path=path, defaults=values, create_defaults={**values, "created_at": now, "created_by": by}
        )
    return made


def folder_forget(*, folder_id: int, by: str) -> None:
    """Watch a folder no more; what came in from it stays."""
    with actor.acting(by), transaction.atomic():
        WatchedFolder.objects.filter(pk=folder_id).delete()


def warning_note(*, file_id: int, now: datetime) -> None:
    """Note that somebody has read what is to be said of a file."""
    WatchedFile.objects.filter(pk=file_id, noted_at=None).update(noted_at=now)


def due(folder: WatchedFolder, now: datetime) -> bool:
    """Tell whether it is time to look at a folder."""
    last = folder.looked_at or folder.created_at
    if folder.every_minutes:
        # A look takes a moment itself: half a minute is not waited for.
        return folder.looked_at is None or now - last >= timedelta(minutes=folder.every_minutes, seconds=-30)
    local = timezone.localtime(now)
    night = local.replace(hour=0, minute=0, second=0, microsecond=0) + NIGHT
    return last < (night if local >= night else night - timedelta(days=1))


def folders_look(*, now: datetime) -> list[int]:
    """Look at every folder that is due; return their numbers. What is wrong with one does not stop the others."""
    found = [folder for folder in WatchedFolder.objects.order_by("id") if due(folder, now)]
    for folder in found:
        folder_look(folder_id=folder.pk, now=now)
    return [folder.pk for folder in found]


def folder_look(*, folder_id: int, now: datetime) -> list[WatchedFile]:
    """Bring in what is new in a folder; return what became of its files. Somebody else's look is not waited for."""
    folder = WatchedFolder.objects.select_related("source").get(pk=folder_id)
    found: list[WatchedFile] = []
    # The second number of the lock is that of an import: folders count from the other end.
    with suppress(watch.ImportBusyError), watch.over(-folder_id), actor.acting(f"folder:{folder.path}"):
        problem = ""
        try:
            with places.opened(folder.path) as place:
                looked = (file_look(folder, place, each, now=now) for each in places.met(place))
                found.extend(each for each in looked if each is not None)
        except InputError as error:
            problem = str(error)
        WatchedFolder.objects.filter(pk=folder_id).update(looked_at=now, problem=problem)
    return found


def file_look(folder: WatchedFolder, place: int, met: Met, *, now: datetime) -> WatchedFile | None:
    """Bring a file in unless it is known, or still being written; return what became of it, if anything did."""
    known = WatchedFile.objects.filter(folder=folder, name=met.name)
    if known.exclude(content_sha256="").filter(bytes=met.bytes, modified_ns=met.modified_ns).exists():
        return None
    before = known.filter(state=State.GROWING).first()
    same = before is not None and (before.bytes, before.modified_ns) == (met.bytes, met.modified_ns)
    if not (same or met.quiet(now)):
        return unread(folder, met, State.GROWING, now=now)
    try:
        with copied(place, met) as copy:
            if copy is None:
                return unread(folder, met, State.GROWING, now=now)
            known.filter(content_sha256="").delete()
            file, fresh = claimed(folder, met, digest(copy), now=now)
            if fresh:
                taken(folder, file, copy, now=now)
    except NotReadError as error:
        return unread(folder, met, State.FAILED, now=now, problem=str(error))
    if folder.after == WatchedFolder.After.MOVE and file.state != State.HELD:
        with suppress(OSError):
            places.move(place, met.name, places.FAILED if file.state == State.FAILED else places.DONE, now=now)
    return file


def unread(folder: WatchedFolder, met: Met, state: str, *, now: datetime, problem: str = "") -> WatchedFile:
    """Remember a file as it was met and not read; it is looked at again the next time."""
    found, _new = WatchedFile.objects.update_or_create(
        folder=folder,
        name=met.name,
        content_sha256="",
        defaults={
            "bytes": met.bytes,
            "modified_ns": met.modified_ns,
            "state": state,
            "met_at": now,
            "problem": problem,
        },
    )
    return found


@contextmanager
def copied(place: int, met: Met) -> Iterator[Path | None]:
    """Give a copy of a file; nothing when somebody wrote to it meanwhile."""
    with tempfile.TemporaryDirectory(prefix="vinculo-") as folder, places.reading(place, met.name) as file:
        copy = Path(folder) / folders.safe(met.name)
        with copy.open("wb") as target:
            while piece := os.read(file, folders.PIECE):
                target.write(piece)
        yield copy if places.as_met(file, met.name) == met else None


def digest(file: Path) -> str:
    """Return the fingerprint of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def claimed(folder: WatchedFolder, met: Met, sha256: str, *, now: datetime) -> tuple[WatchedFile, bool]:
    """Write a file down before anything is done with it; tell whether its content is new to the folder."""
    same = WatchedFile.objects.filter(folder=folder, content_sha256=sha256).order_by("id")
    if (own := same.filter(name=met.name).first()) is not None:
        # Touched and not changed: what became of it stands.
        own.modified_ns = met.modified_ns
        own.save(update_fields=["modified_ns"])
        return own, False
    earlier = same.first()
    told = {"state": State.FAILED, "problem": BROKEN_OFF} if earlier is None else {"state": State.KNOWN}
    file = WatchedFile(folder=folder, name=met.name, content_sha256=sha256, met_at=now, **told)
    file.bytes, file.modified_ns = met.bytes, met.modified_ns
    file.imported = earlier.imported if earlier else None
    file.save()
    return file, earlier is None


def taken(folder: WatchedFolder, file: WatchedFile, copy: Path, *, now: datetime) -> None:
    """Bring a file in and write down what became of it."""
    try:
        file.state, file.imported = brought(folder, copy, file.name, now=now)
        file.problem = UNSURE if file.state == State.HELD else ""
    except imports.SameFileError as error:
        file.state, file.problem = State.KNOWN, str(error)
    except VinculoError as error:
        error.rename(f"{copy.parent}{os.sep}", "")
        file.problem = str(error)
        file.imported = Import.objects.filter(content_sha256=file.content_sha256, source=folder.source).last()
    file.save()


def brought(folder: WatchedFolder, copy: Path, name: str, *, now: datetime) -> tuple[str, Import]:
    """Import a file by the template of its headers; without one, only when no column has to be guessed."""
    template = templates.template_for(copy, kind=folder.kind)
    with tempfile.TemporaryDirectory(prefix="vinculo-") as work:
        kind = folder.kind or (template.kind if template else reading.likeliest_kind(copy, Path(work)))
    by = actor.current().name
    told = templates.applied(template, copy) if template else {}
    made = imports.import_open(
        file=copy, name=name, kind=kind, source=folder.source, by=by, now=now, options={"language": "en", **told}
    )
    if template is None:
        shown = imports.import_preview(import_id=made.pk, now=now)
        if any(item.confidence < columns.UNSURE for item in shown.mapping):
            return State.HELD, made
    return State.IN, imports.import_run(import_id=made.pk, now=now)
