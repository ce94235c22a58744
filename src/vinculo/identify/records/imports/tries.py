"""Tries: one reading and one load of a file, for good or only to see what would happen."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from vinculo.foundation.errors import InputError
from vinculo.identify.records import facts
from vinculo.identify.records.imports import folders, kinds, preview, rejected, watch
from vinculo.identify.records.imports.kinds import Reading, Step, Work
from vinculo.identify.records.imports.preview import Preview
from vinculo.identify.records.models import Import
from vinculo.identify.records.parties import likeness
from vinculo.identify.records.parties.arrivals import Arrival
from vinculo.identify.records.quality import admission
from vinculo.identify.records.rights import files
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.reading import orders

MEMORY = "1500MB"
"""What the engine may use; beyond it, it spills to the work folder."""
REPORT = (folders.ROWS, folders.ISSUES, folders.PREVIEW)
"""What is kept of a try that put nothing in: its errors can be downloaded, and shown."""
READ, LOADED = 0.3, 0.97
"""Shares of the work done when the file has been read and when its rows are in."""


class SeenError(Exception):
    """Raised and caught here: it takes a dry run back."""


@dataclass(frozen=True)
class Try:
    """One try at one import, with all it needs."""

    imported: Import
    work: Work
    now: datetime
    begun: float

    @property
    def kind(self) -> kinds.Kind:
        """Return the kind of the import."""
        return kinds.named(self.imported.kind)

    def dry(self, options: Mapping[str, Any]) -> Preview:
        """Do all that a run does, then take it back; return what was read and what would happen."""
        counts: dict[str, Any] = {}
        reading = admission.weighed(self.read(options), self.work, options, for_good=False)
        likely = likeness.foreseen(self.work)
        with suppress(SeenError), transaction.atomic():
            counts = self.load(reading, options)
            raise SeenError
        shown = replace(self.shown(reading, counts), likely=likely)
        preview.write(shown, self.work.produced / folders.PREVIEW)
        folders.keep(self.work.produced, self.imported.pk, names=REPORT)
        return shown

    def run(self, options: Mapping[str, Any]) -> None:
        """Read the file and put its rows in."""
        reading = admission.weighed(self.read(options), self.work, options, for_good=True)
        with transaction.atomic():
            counts = self.load(reading, options)
            self.work.step("Finishing", LOADED)
            preview.write(self.shown(reading, counts), self.work.produced / folders.PREVIEW)
            folders.keep(self.work.produced, self.imported.pk)
            if counts.get("erased"):
                # The file says again what was erased; what may be kept of it has been read.
                files.forget_original(self.imported.pk)
            Import.objects.filter(pk=self.imported.pk).update(
                state=Import.State.DONE,
                counts=counts,
                mapping={item.target: item.column for item in reading.mapping},
                finished_at=self.now + timedelta(seconds=time.monotonic() - self.begun),
                step="",
                progress=1.0,
            )
            facts.import_finished.send(sender=Import, import_id=self.imported.pk)

    def read(self, options: Mapping[str, Any]) -> Reading:
        """Read the file; what cannot come in is kept with its original rows."""
        work = self.work
        work.step("Reading the file", 0.0)
        reading = self.kind.read(work, file=folders.original(self.imported.pk), options=options)
        rejected.keep(work.engine, reading.source, reading.issues, work=work.folder, produced=work.produced)
        files.bury_rejected(work)
        if 0 < reading.rows == reading.rejected:
            raise self.nothing(reading)
        return reading

    def nothing(self, reading: Reading) -> InputError:
        """Keep what is to be said of a file none of whose rows can come in; return the sentence it ends with."""
        counts = preview.counts(reading, {})
        shown = self.shown(reading, counts)
        preview.write(shown, self.work.produced / folders.PREVIEW)
        folders.keep(self.work.produced, self.imported.pk, names=REPORT)
        Import.objects.filter(pk=self.imported.pk).update(counts=counts)
        return orders.nothing_readable(reading.source, reading.rows, shown.issues[0])

    def load(self, reading: Reading, options: Mapping[str, Any]) -> dict[str, Any]:
        """Put the rows in, alone; return all that is counted."""
        self.work.step("Waiting for other imports", READ)
        with connection.cursor() as cursor:
            watch.alone_writing(cursor)
            raw: Any = cursor
            loaded = self.kind.load(raw, work=self.work, reading=reading, options=options)
            return preview.counts(reading, loaded)

    def shown(self, reading: Reading, counts: Mapping[str, Any]) -> Preview:
        """Return the preview of what was read."""
        return preview.of(reading, counts, self.work)


@contextmanager
def prepared(imported: Import, watcher: watch.Watch, *, now: datetime, progress: Step | None) -> Iterator[Try]:
    """Prepare a try: its work folder, its engine, and whom to tell how far it is."""

    def step(words: str, share: float) -> None:
        watcher.step(words, share)
        if progress is not None:
            progress(words, share)

    with folders.working(imported.pk) as folder, DuckEngine(folder / "spill", memory=MEMORY) as engine:
        produced = folder / "produced"
        produced.mkdir()
        arrival = Arrival(imported.pk, imported.source_id, imported.kind, now)
        work = Work(arrival, engine, folder, produced, folders.of(imported.pk), step)
        yield Try(imported, work, now, time.monotonic())
