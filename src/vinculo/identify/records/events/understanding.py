"""Understanding: new events become visitors, links, customers, products and orders, in batches and in sets.

One transaction a batch, alone among those who write customers: it gives way to an import that is being written. An
event that nobody foresaw is found by halving the batch, set aside with its reason, and the others go on.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import DataError, IntegrityError, InternalError, connection, transaction

from vinculo.foundation import actor
from vinculo.foundation.errors import VinculoError
from vinculo.identify.records import facts
from vinculo.identify.records.events import aside, batches, following, orders, traces
from vinculo.identify.records.events.batches import Piece
from vinculo.identify.records.imports import watch
from vinculo.identify.records.leads import purchases, pursuits
from vinculo.identify.records.models import Event
from vinculo.identify.records.relations import posts

AT_ONCE = 5_000
"""Events a batch: a person who saves a customer meanwhile waits for no more."""
ACTOR = "events"
UNFORESEEN = (
    DataError,
    IntegrityError,
    InternalError,
    VinculoError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
)
_LOOKS = """
INSERT INTO identify_productview (event, product_id, happened_at)
SELECT DISTINCT ON (viewed.event) viewed.event, product.id, viewed.happened_at FROM event_viewed AS viewed
JOIN identify_product AS product ON product.source_id = viewed.source_id AND product.code = viewed.code
ORDER BY viewed.event ON CONFLICT (event) DO NOTHING
"""
# Links that wait to be announced are few: once both are customers they are, and that of a mere visitor never will be.
_ALIASES = """
UPDATE identify_eventlink AS link SET announced = TRUE
FROM identify_identifier AS earlier, identify_identifier AS later
WHERE link.kind = 'alias' AND NOT link.announced
    AND earlier.kind = 'source_key' AND earlier.source_id = link.source_id
    AND earlier.value = link.from_key COLLATE "default"
    AND later.kind = 'source_key' AND later.source_id = link.source_id AND later.value = link.to_key COLLATE "default"
    AND earlier.customer_id <> later.customer_id
RETURNING earlier.customer_id, later.customer_id
"""
_VISITORS = """
UPDATE identify_eventlink AS link SET announced = TRUE
WHERE link.kind = 'alias' AND NOT link.announced AND EXISTS (
    SELECT FROM identify_visitor AS visitor WHERE visitor.source_id = link.source_id AND visitor.key = link.from_key)
"""


def events_understand(*, now: datetime) -> int | None:
    """Understand a batch of what waits; return how many events it was, nothing when somebody else is writing.

    Sends `events_understood`, and `customers_linked` for each pair that an alias call says to be one.
    """
    with actor.acting(ACTOR, import_id=0), transaction.atomic(), connection.cursor() as cursor:
        if not waiting(cursor):
            return 0
        if not watch.alone_at_once(cursor):
            return None
        batches.prepare(cursor)
        pieces = batches.taken(cursor, AT_ONCE)
        return by_halves(cursor, pieces, now)


def waiting(cursor: Any) -> bool:
    """Tell whether any delivery waits."""
    cursor.execute("SELECT EXISTS (SELECT FROM identify_delivery)")
    return bool(cursor.fetchone()[0])


def by_halves(cursor: Any, pieces: Sequence[Piece], now: datetime) -> int:
    """Understand the events of some pieces together, or each half by itself when something in them fails."""
    if not pieces:
        return 0
    try:
        with transaction.atomic():
            count = batches.fill(cursor, pieces)
            if count:
                traces.gather(cursor)
                settle(cursor, now, pieces)
            return count
    except UNFORESEEN as error:
        first, last = pieces[0]
        if len(pieces) == 1 and first == last:
            aside.put(cursor, [(first, "unforeseen", type(error).__name__)])
            return 1
        halves = [pieces[: len(pieces) // 2], pieces[len(pieces) // 2 :]]
        if len(pieces) == 1:
            middle = (first + last) // 2
            halves = [[(first, middle)], [(middle + 1, last)]]
        return sum(by_halves(cursor, half, now) for half in halves)


def settle(cursor: Any, now: datetime, pieces: Sequence[Piece] = ()) -> None:
    """Bring customers, products and orders in line with the traces, and say so."""
    nothing = orders.add_up(cursor)
    changed = following.follow(cursor, now)
    orders.write(cursor, nothing)
    pursued = pursuits.follow(posts.settle(cursor, now), ACTOR)
    cursor.execute(_LOOKS)
    cursor.execute(_ALIASES)
    linked = cursor.fetchall()
    cursor.execute(_VISITORS)
    cursor.execute("SELECT DISTINCT source_id, number FROM event_order")
    touched = cursor.fetchall()
    cursor.execute("TRUNCATE event_party, event_order, event_viewed, event_moved, event_said, event_account")
    if changed or pursued:
        purchases.convert(cursor, customer_ids=[*changed, *pursued], by=ACTOR, now=now)
    if changed:
        facts.events_understood.send(sender=Event, customer_ids=changed)
    facts.events_read.send(sender=Event, pieces=pieces, orders=touched)
    for pair in linked:
        facts.customers_linked.send(sender=Event, customer_ids=pair, now=now)
