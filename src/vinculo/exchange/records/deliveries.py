"""Deliveries: what is due, what became of each, and what is sent again by hand."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import connection
from django.db.models import Min, Q, QuerySet

from vinculo.exchange import retries
from vinculo.exchange.calls import Answer
from vinculo.exchange.envelopes import written
from vinculo.exchange.records import endpoints, outbox
from vinculo.exchange.records.models import Delivery, Endpoint, Event, Reply
from vinculo.foundation import actor

AT_ONCE = 8
"""Deliveries to one endpoint at a time."""
SHOWN = 30
"""Answers that are kept of a delivery."""
GONE = 410
BUSY = (429, 503)
KEPT = {
    "delivered": timedelta(days=30),
    "events": timedelta(days=90),
    "replies": timedelta(days=7),
    "jobs": timedelta(days=1),
}
_OLD_JOBS = """
DELETE FROM procrastinate_jobs AS job WHERE queue_name = %s AND status = 'succeeded'
    AND NOT EXISTS (SELECT FROM procrastinate_events AS event WHERE event.job_id = job.id AND event.at >= %s)
"""


def deliveries_due(*, now: datetime) -> list[Delivery]:
    """Return what is to be sent now: of every endpoint that is on and not resting, the first few."""
    ready = Endpoint.objects.filter(disabled_at=None).filter(Q(resting_until=None) | Q(resting_until__lte=now))
    found: list[Delivery] = []
    for endpoint in ready.order_by("id"):
        waiting = Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.WAITING, due_at__lte=now)
        rows = list(waiting.select_related("event").order_by("due_at", "id")[:AT_ONCE])
        for row in rows:
            row.endpoint = endpoint
        found += rows
    return found


def next_due(*, now: datetime) -> datetime | None:
    """Return when something is to be sent next, or nothing."""
    on = Delivery.objects.filter(state=Delivery.State.WAITING, endpoint__disabled_at=None)
    free = on.filter(Q(endpoint__resting_until=None) | Q(endpoint__resting_until__lte=now))
    resting = on.filter(endpoint__resting_until__gt=now)
    moments = [
        free.aggregate(at=Min("due_at"))["at"],
        resting.aggregate(at=Min("endpoint__resting_until"))["at"],
    ]
    return min((each for each in moments if each is not None), default=None)


def delivery_record(delivery: Delivery, answer: Answer, *, now: datetime, random: Random) -> None:
    """Write down what became of a try, and when the next is."""
    delivery.tries += 1
    delivery.answers = [*delivery.answers, told(answer, now)][-SHOWN:]
    endpoint = Endpoint.objects.filter(pk=delivery.endpoint_id)
    if answer.taken:
        delivery.state, delivery.ended_at = Delivery.State.DELIVERED, now
        endpoint.exclude(failures=0).update(failures=0, resting_until=None)
    elif answer.status == GONE:
        delivery.state, delivery.ended_at = Delivery.State.DEAD, now
        endpoints.endpoint_disable(endpoint_id=delivery.endpoint_id, now=now, by=endpoints.GONE)
    else:
        wait, asked = retries.delay(delivery.tries, random), retries.wished(answer.retry_after, now)
        if wait is None:
            delivery.state, delivery.ended_at = Delivery.State.DEAD, now
        else:
            delivery.due_at = now + max(wait, asked or timedelta(0))
        rested(delivery.endpoint_id, answer, asked, now=now, random=random)
    delivery.save(update_fields=["state", "due_at", "tries", "answers", "ended_at"])


def rested(endpoint_id: int, answer: Answer, asked: timedelta | None, *, now: datetime, random: Random) -> None:
    """Leave an endpoint alone for a while that asks for it, or cannot be reached; what one event did is no reason."""
    endpoint = Endpoint.objects.get(pk=endpoint_id)
    if answer.status in BUSY and asked is not None:
        until = now + asked
    elif answer.status == 0 or answer.status in BUSY:
        if endpoint.resting_until is not None and endpoint.resting_until > now:
            # Others that were under way with this one have said so already.
            return
        endpoint.failures += 1
        until = now + retries.rest(endpoint.failures, random)
    else:
        return
    endpoint.resting_until = max(filter(None, (endpoint.resting_until, until)))
    endpoint.save(update_fields=["failures", "resting_until"])


def told(answer: Answer, now: datetime) -> dict[str, Any]:
    """Return what is kept of a try."""
    return {"at": written(now), "status": answer.status, "problem": answer.problem, "ms": answer.took_ms}


def delivery_list(*, endpoint_id: int, state: str = "") -> QuerySet[Delivery]:
    """Return the deliveries of an endpoint, the latest first."""
    found = Delivery.objects.filter(endpoint_id=endpoint_id).select_related("event").order_by("-id")
    return found.filter(state=state) if state else found


def deliveries_replay(*, endpoint_id: int, now: datetime, delivery_id: int | None = None) -> int:
    """Send again, under the same name, one delivery, or all that were given up; return how many."""
    found = Delivery.objects.filter(endpoint_id=endpoint_id)
    found = found.filter(pk=delivery_id) if delivery_id is not None else found.filter(state=Delivery.State.DEAD)
    count = found.update(state=Delivery.State.WAITING, due_at=now, tries=0, ended_at=None)
    if count:
        outbox.wake_later()
    return count


def kept_clear(*, now: datetime) -> None:
    """Forget what was told and answered long ago, and the jobs of it; what waits is kept with its events."""
    # A statement an entry in the trail, as imports have it.
    with actor.acting("nightly", import_id=0):
        Delivery.objects.filter(state=Delivery.State.DELIVERED, ended_at__lt=now - KEPT["delivered"]).delete()
        old = Event.objects.filter(recorded_at__lt=now - KEPT["events"], position__isnull=False)
        old.exclude(deliveries__state=Delivery.State.WAITING).delete()
        Reply.objects.filter(recorded_at__lt=now - KEPT["replies"]).delete()
    with connection.cursor() as cursor:
        cursor.execute(_OLD_JOBS, [outbox.QUEUE, now - KEPT["jobs"]])
