"""Imports: a file opened, previewed, run, cancelled and undone; the same way for every kind of rows."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from vinculo.foundation import actor, language
from vinculo.foundation.errors import InputError, VinculoError
from vinculo.identify.records import facts
from vinculo.identify.records.imports import folders, kinds, preview, rejected, tries, watch
from vinculo.identify.records.imports.kinds import Step
from vinculo.identify.records.imports.preview import Preview
from vinculo.identify.records.models import Import, Source
from vinculo.identify.records.quality.admission import ADMITTED
from vinculo.identify.templates import policies
from vinculo.warehouse.duck import DuckEngine

WAITING = (Import.State.UPLOADED, Import.State.PREVIEWED)
INTERRUPTED = "The import was interrupted and nothing of it was kept: run it again."
UNEXPECTED = "The import failed ({reason}) and nothing of it was kept."


class SameFileError(InputError):
    """The same file has come before."""

    code = "import.same_file"


def import_open(
    *,
    file: str | os.PathLike[str] | IO[bytes] | folders.Upload,
    kind: str,
    source: Source,
    by: str,
    now: datetime,
    name: str = "",
    options: Mapping[str, Any] | None = None,
) -> Import:
    """Take a file in, unread: it is copied into the home a piece at a time, whatever its size.

    A file that waits already is returned as it is; one that is being imported, or has been, is refused by a
    `SameFileError` that names the earlier import. What a dead process left running is first marked failed.
    """
    kinds.named(kind)
    name = name or str(getattr(file, "name", "") or (file if isinstance(file, str | os.PathLike) else "")) or "file"
    stored = folders.store(file, name)
    try:
        if stored.bytes == 0:
            raise InputError("{file} is empty.", file=folders.safe(name))
        import_recover()
        earlier = same_file(source=source, kind=kind, sha256=stored.sha256)
        if earlier is None:
            fields = {"file_name": folders.safe(name), "content_sha256": stored.sha256, "bytes": stored.bytes}
            with actor.acting(by), transaction.atomic():
                made = Import.objects.create(
                    source=source, kind=kind, **fields, options=dict(options or {}), created_at=now, created_by=by
                )
                folders.settle(stored, made.pk)
            return made
    except IntegrityError:
        earlier = same_file(source=source, kind=kind, sha256=stored.sha256)
        if earlier is None:
            raise
    finally:
        folders.discard(stored)
    if earlier.state in WAITING:
        return earlier
    raise SameFileError(
        "This file is import {number} already ({file}, {day}, {state}): the same file twice changes nothing. "
        "Undo that import first to bring it in again.",
        number=earlier.pk,
        file=earlier.file_name,
        day=f"{timezone.localtime(earlier.created_at):%Y-%m-%d %H:%M}",
        state=str(earlier.get_state_display()),
    )


def same_file(*, source: Source, kind: str, sha256: str) -> Import | None:
    """Return the import that holds this content now, or nothing."""
    found = Import.objects.filter(source=source, kind=kind, content_sha256=sha256).exclude(state__in=Import.GONE)
    return found.first()


def import_preview(
    *,
    import_id: int,
    now: datetime,
    mapping: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
    progress: Step | None = None,
) -> Preview:
    """Try an import: all that a run does, then all of it taken back; return what was read and what would happen.

    Mapping and options are kept for the run; None keeps those of before. `import_previewed` reads it again.
    """
    with worked(import_id, now=now, progress=progress) as (imported, one_try, watcher):
        refuse_unless(
            imported, (*WAITING, Import.State.HELD, Import.State.FAILED, Import.State.CANCELLED, Import.State.RUNNING)
        )
        settings = asked(imported, mapping, options)
        watcher.mark(**claimed(imported, settings, Import.State.RUNNING, now))
        found = one_try.dry(settings)
        watcher.mark(state=Import.State.PREVIEWED, step="", progress=0.0)
        Import.objects.filter(pk=import_id).update(counts=found.counts)
    return found


def import_previewed(*, import_id: int) -> Preview | None:
    """Return the last preview of an import, or nothing."""
    return preview.read(folders.of(import_id) / folders.PREVIEW)


def import_run(
    *,
    import_id: int,
    now: datetime,
    mapping: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
    progress: Step | None = None,
) -> Import:
    """Put the rows of a file in, in one transaction: all that can be read, or nothing when anything fails.

    A waiting, failed or cancelled import may be run, and one whose process died. The row shows step and progress while
    it runs; `progress` is told too. Sends `import_finished`.
    """
    with worked(import_id, now=now, progress=progress) as (imported, one_try, watcher):
        refuse_unless(imported, (*WAITING, Import.State.FAILED, Import.State.CANCELLED, Import.State.RUNNING))
        settings = asked(imported, mapping, options)
        watcher.mark(**claimed(imported, settings, Import.State.RUNNING, now))
        with actor.acting(actor.current().name or imported.created_by, import_id=import_id):
            one_try.run(settings)
    return Import.objects.select_related("source").get(pk=import_id)


def import_undo(*, import_id: int, by: str, now: datetime) -> dict[str, Any]:
    """Take an import back, as if it had never been, whatever came after; return what was removed, restored and kept.

    Sends `import_undone`.
    """
    with worked(import_id, now=now, fails=False) as (imported, one_try, _watcher):
        refuse_unless(imported, (Import.State.DONE,))
        with actor.acting(by, import_id=import_id), transaction.atomic(), connection.cursor() as cursor:
            watch.alone_writing(cursor)
            raw: Any = cursor
            counts = kinds.named(imported.kind).undo(raw, work=one_try.work)
            Import.objects.filter(pk=import_id).update(state=Import.State.UNDONE, undone_at=now, step="")
            facts.import_undone.send(sender=Import, import_id=import_id, now=now)
    return counts


def import_cancel(*, import_id: int, now: datetime) -> Import:
    """Stop an import: one that waits at once, one that runs at its next step; one that is done is undone instead."""
    with transaction.atomic():
        imported = Import.objects.select_for_update().get(pk=import_id)
        if imported.state in (*WAITING, Import.State.HELD):
            imported.state = Import.State.CANCELLED
            imported.finished_at = now
        elif imported.state == Import.State.RUNNING:
            imported.cancel_asked_at = now
        elif imported.state == Import.State.DONE:
            raise InputError("Import {number} is done: undo it instead.", number=import_id)
        imported.save(update_fields=["state", "finished_at", "cancel_asked_at"])
    return imported


def import_recover() -> list[int]:
    """Mark as failed what a process that died left running; return the numbers of these imports."""
    found = []
    for imported in Import.objects.filter(state=Import.State.RUNNING):
        with watch.opened(imported.pk) as watcher:
            # It may have ended since the list was read: only with the lock does its row tell the truth.
            translate = language.translator(str(imported.options.get("language", "en")))
            if watcher.locked() and watcher.give_up(translate(INTERRUPTED)):
                folders.clear(imported.pk)
                found.append(imported.pk)
    return found


def import_rejected_file(*, import_id: int) -> Iterator[bytes]:
    """Yield, in pieces, the original rows that could not come in, each with its number and its reasons, as CSV."""
    imported = Import.objects.get(pk=import_id)
    folder, shown = folders.of(import_id), import_previewed(import_id=import_id)
    if shown is None or not (folder / folders.ISSUES).is_dir():
        raise InputError("Import {number} has not been read yet: preview it first.", number=import_id)
    translate = language.translator(str(imported.options.get("language", "en")))
    with folders.working(import_id) as work, DuckEngine(work) as engine:
        yield from rejected.text(engine, folder, shown.headers, delimiter=shown.delimiter or ",", translate=translate)


@contextmanager
def worked(
    import_id: int, *, now: datetime, progress: Step | None = None, fails: bool = True
) -> Iterator[tuple[Import, tries.Try, watch.Watch]]:
    """Work on an import alone; whatever goes wrong is written down in its row before it is raised again."""
    with watch.over(import_id) as watcher:
        imported = Import.objects.select_related("source").get(pk=import_id)
        try:
            with tries.prepared(imported, watcher, now=now, progress=progress) as one_try:
                yield imported, one_try, watcher
        except BaseException as error:
            if isinstance(error, VinculoError):
                error.rename(f"{folders.of(import_id) / folders.ORIGINAL}{os.sep}", "")
            if fails and not isinstance(error, NotNowError):
                watcher.mark(**failure(error, str(imported.options.get("language", "en"))), finished_at=now)
            raise


class NotNowError(InputError):
    """The import is not in a state in which this can be done."""

    code = "import.state"


def refuse_unless(imported: Import, states: tuple[str, ...]) -> None:
    """Refuse what cannot be done with an import in its state."""
    if imported.state not in states:
        raise NotNowError(
            "Import {number} ({file}) is {state}: that cannot be done now.",
            number=imported.pk,
            file=imported.file_name,
            state=str(imported.get_state_display()),
        )


def asked(imported: Import, mapping: Mapping[str, str] | None, options: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return how to read the file: as asked now, else as asked before."""
    before = dict(imported.options)
    chosen = {**before, **(options or {})}
    chosen["mapping"] = dict(mapping) if mapping is not None else dict(before.get("mapping", {}))
    if asked_for := chosen.get("policies"):
        policies.refuse_unknown(asked_for)
    chosen["column_policies"] = policies.of_columns(asked_for or {})
    if any(value != before.get(name) for name, value in chosen.items() if name != "language"):
        # A file that was held back was let in as it was read then.
        chosen.pop(ADMITTED, None)
    return chosen


def claimed(imported: Import, settings: Mapping[str, Any], state: str, now: datetime) -> dict[str, Any]:
    """Return the columns of an import that is being worked on."""
    imported.options = dict(settings)
    if imported.state in Import.GONE and (
        other := same_file(source=imported.source, kind=imported.kind, sha256=imported.content_sha256)
    ):
        raise SameFileError("This file has come again as import {number}.", number=other.pk)
    return {
        "state": state,
        "options": dict(settings),
        "problem": "",
        "step": "",
        "progress": 0.0,
        "started_at": now,
        "finished_at": None,
        "cancel_asked_at": None,
    }


def failure(error: BaseException, spoken: str) -> dict[str, Any]:
    """Return the columns of an import that came to nothing."""
    translate = language.translator(spoken)
    if isinstance(error, watch.ImportCancelledError | KeyboardInterrupt):
        return {"state": Import.State.CANCELLED, "problem": "", "step": "", "progress": 0.0}
    if isinstance(error, VinculoError):
        problem = error.say(translate)
    else:
        problem = translate(UNEXPECTED).format(reason=type(error).__name__)
    state = getattr(type(error), "leaves", Import.State.FAILED)
    return {"state": state, "problem": problem, "step": "", "progress": 0.0}
