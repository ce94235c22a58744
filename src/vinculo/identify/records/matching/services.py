"""Matchings asked for, made, and recovered; one at a time, whichever process does it."""

import logging
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import psycopg
from django.db import connection, transaction

from vinculo.foundation import actor, language
from vinculo.foundation.errors import VinculoError
from vinculo.identify.records.imports import watch
from vinculo.identify.records.matching import kept, policy, publishing
from vinculo.identify.records.models import Matching, MatchingPolicy, RightsRequest
from vinculo.identify.records.store import store_address

if TYPE_CHECKING:
    from vinculo.identify.records.matching import proposal

LOG = logging.getLogger(__name__)
LOCK = 0x56494E4D415443
"""Key of the lock that one process holds while it matches; the database gives it back when that process dies."""
WRITE_SECONDS = 0.5
NEW = ".new"
"""Folder of a proposal that has no number yet."""
UNEXPECTED = "The matching failed ({reason}): nothing has changed."
DIED = "The process that matched died: match again."


class MatchingBusyError(VinculoError):
    """Somebody is matching the base already: wait until it is done."""

    code = "matching.busy"


def matching_ask(*, now: datetime) -> Matching:
    """Ask for a matching; one that waits already is returned as it is."""
    waiting = Matching.objects.filter(state=Matching.State.QUEUED, kind=Matching.Kind.WHOLE).order_by("id").first()
    return waiting or Matching.objects.create(asked_at=now, asked_by=actor.current().name)


def matching_make(
    *, matching_id: int, clock: Callable[[], datetime], progress: Callable[[str, float], None] | None = None
) -> Matching:
    """Match the whole base and keep what would change; nothing is in force until it is published.

    Raises
    ------
    MatchingBusyError
        Another process matches at this moment.
    VinculoError
        It failed; the reason is kept with it too.
    """
    # What matches takes seconds to load, in every process that only shows what came of it.
    from vinculo.identify.records.matching import proposal

    with alone():
        recover(now=clock())
        matching = Matching.objects.get(pk=matching_id)
        if matching.state != Matching.State.QUEUED:
            return matching
        Matching.objects.filter(pk=matching_id).update(state=Matching.State.RUNNING)
        last = 0.0

        def step(words: str, share: float) -> None:
            nonlocal last
            if progress is not None:
                progress(words, share)
            if time.monotonic() - last > WRITE_SECONDS:
                last = time.monotonic()
                Matching.objects.filter(pk=matching_id).update(step=words, progress=share)

        try:
            found = proposal.propose(matching_id=matching_id, progress=step)
            bury(since=matching.asked_at)
        except BaseException as error:
            shutil.rmtree(kept.folder_of(matching_id), ignore_errors=True)
            close(matching, Matching.State.FAILED, now=clock(), error=said(error))
            raise
        close(matching, Matching.State.DONE, now=clock(), counts=found.counts, versions=found.versions)
    return matching


def arrivals_make(*, clock: Callable[[], datetime], thorough: bool = False) -> Matching | None:
    """Match what came since the matching in force, and publish it where the policy says so; nothing when nothing came.

    Raises
    ------
    MatchingBusyError
        Another process matches at this moment.
    VinculoError
        It failed; the reason is kept with it too.
    """
    kind, merging = Matching.Kind.ARRIVALS, policy.policy_get().arrivals
    with alone():
        recover(now=clock())
        base, began = kept.in_force(), clock()
        if base is None or merging == MatchingPolicy.Arrivals.OFF or not kept.came(base.pk, thorough=thorough):
            return None
        made = Matching(kind=kind, based_on=base, asked_at=began, asked_by=actor.current().name)
        try:
            found = arrivals_proposed(base.pk, thorough=thorough)
        except BaseException as error:
            before = Matching.objects.filter(kind=kind).order_by("-id").values_list("error", flat=True).first()
            if before != said(error):
                close(made, Matching.State.FAILED, now=clock(), error=said(error))
            raise
        if found is None:
            return None
        counts = found.counts
        close(made, Matching.State.DONE, now=clock(), counts=counts, versions=found.versions)
        kept.folder_of(0).with_name(NEW).rename(kept.folder_of(made.pk))
        bury(since=began)
    sure = merging == MatchingPolicy.Arrivals.MERGE
    if sure or not (counts["merges"] or counts["separations"]):
        publishing.matching_publish(matching_id=made.pk, now=clock())
        made.refresh_from_db()
    return made


def arrivals_proposed(base_id: int, *, thorough: bool) -> "proposal.Proposal | None":
    """Return what is proposed for what came, in a folder that waits for its number."""
    # What matches takes seconds to load.
    from vinculo.identify.records.matching import arrivals

    target = kept.folder_of(0).with_name(NEW)
    return arrivals.propose(base_id=base_id, target=target, thorough=thorough, progress=lambda _words, _share: None)


def night_make(*, clock: Callable[[], datetime]) -> Matching | None:
    """Look through the whole base: for what changed unseen, or again with a new model where the old is out of date."""
    nightly = policy.policy_get().nightly
    if not policy.stale(now=clock()):
        return arrivals_make(clock=clock, thorough=True)
    if nightly == MatchingPolicy.Nightly.OFF or policy.waits():
        return None
    made = matching_make(matching_id=matching_ask(now=clock()).pk, clock=clock)
    if nightly == MatchingPolicy.Nightly.PUBLISH:
        publishing.matching_publish(matching_id=made.pk, now=clock())
        made.refresh_from_db()
    return made


def bury(*, since: datetime) -> None:
    """Take out of what is kept whoever was erased while the base was matched."""
    with transaction.atomic(), connection.cursor() as cursor:
        watch.alone_writing(cursor)
        erased = RightsRequest.objects.filter(kind=RightsRequest.Kind.ERASURE, closed_at__gte=since)
        if ids := list(erased.values_list("customer_id", flat=True)):
            kept.erase(ids)


@contextmanager
def alone() -> Iterator[None]:
    """Be the only process that matches."""
    with psycopg.connect(store_address(), autocommit=True) as holding:
        found = holding.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
        if not (found and found[0]):
            raise MatchingBusyError
        yield


def recover(*, now: datetime) -> None:
    """Mark as failed what a process that died left running. Only for who holds the lock."""
    for lost in Matching.objects.filter(state=Matching.State.RUNNING):
        close(lost, Matching.State.FAILED, now=now, error=DIED)


def close(matching: Matching, state: str, *, now: datetime, **columns: object) -> None:
    """Write down how a matching ended."""
    for name, value in {"state": state, "finished_at": now, "step": "", "progress": 1.0, **columns}.items():
        setattr(matching, name, value)
    matching.save()


def said(error: BaseException) -> str:
    """Return what went wrong, in English; pages say it in the reader's language."""
    if isinstance(error, VinculoError):
        return error.say(language.translator("en"))
    LOG.error("A matching failed", exc_info=error)
    return UNEXPECTED.format(reason=type(error).__name__)
