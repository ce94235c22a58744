"""Retention: events older than a rule allows, and what was set aside of them, counted and removed.

Events that an order, a role or a lead follows from stay, as long as those do: they are removed with their person.
"""

from datetime import datetime

from django.db import connection

from vinculo.identify.records.models import Event, Quarantined
from vinculo.identify.records.rights import rules

_DUE = """
SELECT count(*) FROM identify_event AS event WHERE event.id < %s
    AND NOT EXISTS (SELECT FROM identify_saleevent AS sale WHERE sale.event = event.id)
    AND NOT EXISTS (SELECT FROM identify_accountevent AS spoken WHERE spoken.event = event.id)
"""


def upto(before: datetime) -> int:
    """Return the number below which events were recorded before a moment: numbers grow with time, and are halved."""
    numbers = Event.objects.order_by("id").values_list("id", "recorded_at")
    first, last = numbers.first(), numbers.last()
    if first is None or last is None or first[1] >= before:
        return 0
    if last[1] < before:
        return last[0] + 1
    low, high = first[0], last[0]
    while low + 1 < high:
        middle = (low + high) // 2
        found = numbers.filter(id__gte=middle).first()
        if found is None or found[1] >= before:
            high = middle
        else:
            low = found[0]
    return high


def due(before: datetime) -> int:
    """Return how many events would go."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [upto(before)])
        return int(cursor.fetchone()[0])


def expire(before: datetime, _now: datetime) -> int:
    """Remove events; the database refuses those of the last weeks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT identify_events_expire(%s, %s)", [before, upto(before)])
        return int(cursor.fetchone()[0])


def set_aside(before: datetime) -> int:
    """Return how many events in quarantine would go, as they were written."""
    return Quarantined.objects.filter(received_at__lt=before).count()


def forget(before: datetime, _now: datetime) -> int:
    """Remove what was set aside."""
    return Quarantined.objects.filter(received_at__lt=before).delete()[0]


KINDS = {"events": rules.Kind(due, expire), "quarantine": rules.Kind(set_aside, forget)}
"""What `retention` removes of them."""
