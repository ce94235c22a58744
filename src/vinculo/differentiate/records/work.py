"""Work: runs that were asked for are made, one at a time, whichever process does it and whatever happens to it."""

import logging
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from vinculo.differentiate.analysis import apart
from vinculo.differentiate.records import choices, facts, landed, selectors, services, serving
from vinculo.differentiate.records.models import Run
from vinculo.foundation import actor, language
from vinculo.foundation.errors import RunError, VinculoError
from vinculo.foundation.periods import parse_day
from vinculo.foundation.phrases import Phrase
from vinculo.identify.records.store import store_address
from vinculo.warehouse import runs
from vinculo.warehouse.reading.options import ReadingOptions

LOG = logging.getLogger(__name__)
LOCK = 0x56494E43554C4F
"""Key of the lock that one process holds while it makes runs; the database gives it back when that process dies."""
ATTEMPTS = 2
"""Times a run is begun whose process died."""
LANDING, ANALYSIS = 0.15, 0.75
"""Shares of the time that fetching the lines and the analysis take; serving takes the rest."""
WRITE_SECONDS = 0.5

Clock = Callable[[], datetime]


class RunCancelledError(RunError):
    """The run was cancelled."""

    code = "run.cancelled"


def runs_work_off(*, clock: Clock) -> list[int]:
    """Make the runs that wait, one after the other; return those made. When another process does so, do nothing.

    A run found running, though nobody makes runs, lost its process: it is begun once more, and then given up.
    """
    made: list[int] = []
    while True:
        with sole_worker() as alone:
            if not alone:
                return made
            recover(now=clock())
            waiting = Run.objects.filter(state=Run.State.QUEUED).order_by("id").first()
            if waiting is None:
                return made
            run_make(run_id=waiting.pk, clock=clock)
            made.append(waiting.pk)


@contextmanager
def sole_worker() -> Iterator[bool]:
    """Be the only process that makes runs; tells whether one is."""
    with psycopg.connect(store_address(), autocommit=True) as holding:
        found = holding.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
        yield bool(found and found[0])


def recover(*, now: datetime) -> None:
    """Give runs whose process died another try, or give them up. Only for who holds the lock."""
    lost = Run.objects.filter(state=Run.State.RUNNING)
    lost.filter(cancel_asked_at__isnull=False).update(state=Run.State.CANCELLED, finished_at=now)
    lost.filter(attempts__lt=ATTEMPTS).update(state=Run.State.QUEUED, step="", progress=0)
    for run in lost:
        reason = Phrase("The process that made the run died, and so did that of a second try.")
        close(run, Run.State.FAILED, now=now, error=reason.say(translator(run)))


def translator(run: Run) -> Callable[[str], str]:
    """Return the function that says sentences in the language of a run."""
    return language.translator(str(run.settings.get("language") or "en"))


def run_make(*, run_id: int, clock: Clock) -> None:
    """Make a run that waits: fetch the lines, analyse, serve, and publish when that was asked.

    However it ends is written into its row; whatever was published before stays until this run is.
    """
    begun = Run.objects.filter(pk=run_id, state=Run.State.QUEUED).update(
        state=Run.State.RUNNING, started_at=clock(), finished_at=None, error="", attempts=F("attempts") + 1
    )
    if not begun:
        return
    run = Run.objects.get(pk=run_id)
    with actor.acting(run.asked_by or "job"):
        try:
            Making(run, clock).done()
        except RunCancelledError:
            close(run, Run.State.CANCELLED, now=clock())
        except VinculoError as error:
            close(run, Run.State.FAILED, now=clock(), error=error.say(translator(run)))
        except Exception:
            LOG.exception("The run %s stopped at a fault of the program", run_id)
            reason = Phrase("The run stopped at a fault of the program; the log has it.")
            close(run, Run.State.FAILED, now=clock(), error=reason.say(translator(run)))


def close(run: Run, state: str, *, now: datetime, error: str = "") -> None:
    """Write down that a run ended without success, and remove what it left."""
    shutil.rmtree(Path(settings.HOME_FOLDER("runs")) / str(run.pk), ignore_errors=True)
    with transaction.atomic():
        Run.objects.filter(pk=run.pk).update(state=state, finished_at=now, error=error, step="")
        facts.run_finished.send(sender=Run, run_id=run.pk)


@dataclass
class Making:
    """One run while it is made."""

    run: Run
    clock: Clock
    written: float = 0.0
    timings: dict[str, float] = field(default_factory=dict)

    def done(self) -> None:
        """Do all of it."""
        with self.timed("Fetching the order lines"):
            found = landed.lines_land(progress=lambda share: self.tell("Fetching the order lines", LANDING * share))
        currency = landed.require_one_currency(found)
        with landed.lines_snapshot(run_id=self.run.pk) as lines:
            finished = apart.make(
                self.asked(lines, currency),
                progress=lambda words, share: self.tell(words, LANDING + ANALYSIS * share),
                look=self.refuse_cancelled,
            )
        self.tell("Serving the values", LANDING + ANALYSIS)
        with self.timed("Serving the values"):
            customers = serving.values_serve(run=self.run, finished=finished)
        self.finish(finished, customers)

    def asked(self, lines: Path, currency: str) -> apart.Asked:
        """Return what the analysis is asked for."""
        kept = dict(self.run.settings)
        as_of = kept.pop("as_of", None)
        if currency:
            kept["currency"] = currency
        wanted = choices.settings_of(kept, as_of=parse_day(as_of) if as_of else None)
        said = Phrase("Orders in Vinculo").say(translator(self.run))
        return apart.Asked(
            source=lines,
            target=Path(settings.HOME_FOLDER("runs")) / str(self.run.pk),
            settings=wanted,
            reading=ReadingOptions(currency=wanted.currency, description=said),
            now=timezone.localtime(self.clock()),
            memory=settings.ENGINE_MEMORY,
        )

    @contextmanager
    def timed(self, words: str) -> Iterator[None]:
        """Note how long a step took."""
        started = time.perf_counter()
        yield
        self.timings[words] = round(time.perf_counter() - started, 3)

    def tell(self, words: str, share: float) -> None:
        """Write down how far the run is, and stop it when that was asked."""
        self.refuse_cancelled()
        if words != self.run.step or time.monotonic() - self.written >= WRITE_SECONDS:
            self.run.step, self.written = words, time.monotonic()
            Run.objects.filter(pk=self.run.pk).update(step=words, progress=min(1.0, share))

    def refuse_cancelled(self) -> None:
        """Stop the run when that was asked."""
        if Run.objects.filter(pk=self.run.pk, cancel_asked_at__isnull=False).exists():
            raise RunCancelledError

    def finish(self, finished: runs.Run, customers: int) -> None:
        """Write down that the run is done, and publish it when that was asked; both or neither."""
        manifest, now = finished.manifest, self.clock()
        with transaction.atomic():
            Run.objects.filter(pk=self.run.pk).update(
                state=Run.State.DONE,
                folder=str(finished.folder),
                as_of=date.fromisoformat(str(manifest["as_of"])[:10]),
                settings={**self.run.settings, "currency": manifest["currency"]},
                counts={"customers": customers, "lines": manifest["source"]["rows"]},
                timings={**manifest["timings"], **self.timings},
                step="",
                progress=1.0,
                finished_at=now,
                served_at=now,
            )
            if self.run.publishing:
                services.run_publish(run_id=self.run.pk, now=now)
            facts.run_finished.send(sender=Run, run_id=self.run.pk)
        serving.values_forget()


def run_wait(*, run_id: int, clock: Clock, progress: Callable[[str, float], None]) -> Run:
    """Make a run here, or wait for the process that does; tell how far it is, and return it when it is over.

    Raises
    ------
    RunError
        The run failed or was cancelled.
    """
    with ThreadPoolExecutor(1) as aside:
        working = aside.submit(worked, clock)
        try:
            while (run := selectors.run_get(run_id=run_id)).state in (Run.State.QUEUED, Run.State.RUNNING):
                progress(run.step, run.progress)
                if working.done():
                    working.result()
                    working = aside.submit(worked, clock)
                time.sleep(WRITE_SECONDS)
        except BaseException:
            # Who asked does not wait any more.
            with suppress(RunError):
                services.run_cancel(run_id=run_id, now=clock())
            raise
    if run.state == Run.State.DONE:
        return run
    raise RunError("{reason}", reason=run.error) if run.error else RunCancelledError()


def worked(clock: Clock) -> None:
    """Make runs in a thread of one's own, and let its connection go."""
    try:
        runs_work_off(clock=clock)
    finally:
        connection.close()
