"""Courier: tells whoever listens, one courier at a time, and knows when it has to come again.

A delivery is written down after the endpoint has answered. Whoever dies between the two leaves it waiting, and the
next courier sends it again under the same name: at least once, never lost.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

from django.db import connection

from vinculo.exchange import calls, envelopes, signatures
from vinculo.exchange.calls import Answer
from vinculo.exchange.records import deliveries, endpoints, outbox
from vinculo.exchange.records.models import Delivery

THREADS = 16
ROUNDS = 200
"""Rounds after which others get a turn; the job is asked for again."""
SECRET = Random()
USER_AGENT = "Vinculo-Webhooks/1"

Clock = Callable[[], datetime]


def work_off(*, clock: Clock, random: Random = SECRET, seconds: float = calls.SECONDS) -> datetime | None:
    """Send all that is due; return when something is due next, nothing when nothing waits or another courier works."""
    with ThreadPoolExecutor(THREADS) as pool:
        for _round in range(ROUNDS):
            with alone() as mine:
                if not mine:
                    return None
                outbox.events_place()
                due = deliveries.deliveries_due(now=clock())
                send(due, pool, clock=clock, random=random, seconds=seconds)
            # Asked after the lock is let go: what came while others found us at work is seen here.
            following = following_due(clock())
            if following is None or following > clock():
                return following
    return clock()


def following_due(now: datetime) -> datetime | None:
    """Return when something is due next, with events that were committed meanwhile."""
    outbox.events_place()
    return deliveries.next_due(now=now)


def send(due: list[Delivery], pool: ThreadPoolExecutor, *, clock: Clock, random: Random, seconds: float) -> None:
    """Send deliveries beside each other and write down what became of each as soon as it is known."""
    local = endpoints.local()
    under_way = {pool.submit(sent, each, clock(), local, seconds): each for each in due}
    for done in as_completed(under_way):
        deliveries.delivery_record(under_way[done], done.result(), now=clock(), random=random)


def sent(delivery: Delivery, now: datetime, local: bool, seconds: float) -> Answer:
    """Send one delivery; it touches no database, for it runs in a thread of its own."""
    event, endpoint = outbox.told(delivery.event), delivery.endpoint
    body = envelopes.webhook(event)
    signed = signatures.headers(uid=event.uid, body=body, moment=now, keys=endpoints.keys_of(endpoint, now))
    headers = {"Content-Type": "application/json", "User-Agent": USER_AGENT, **signed}
    return calls.post(endpoint.url, body=body, headers=headers, local=local, seconds=seconds)


@contextmanager
def alone() -> Iterator[bool]:
    """Tell whether nobody else sends, and keep it so; the lock of a process that dies is free at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [outbox.LOCK, outbox.SENDING])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [outbox.LOCK, outbox.SENDING])


def soon(moment: datetime | None, now: datetime) -> timedelta | None:
    """Return how long until something is due, when that is before the courier comes round anyway."""
    if moment is None or moment - now > timedelta(minutes=1):
        return None
    return max(moment - now, timedelta(0))
