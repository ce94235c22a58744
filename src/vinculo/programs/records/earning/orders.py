"""Orders: those somebody placed earn at once, those of an import by a job; what is gone or came back is taken back."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from vinculo.programs.records.earning import awarding, deeds, keeping, posting, receipts, using
from vinculo.programs.records.earning.awarding import Settled, Work
from vinculo.programs.records.histories import loading
from vinculo.programs.records.ledger.services import retried
from vinculo.programs.records.models import Earning, PointsPaid, Program
from vinculo.programs.records.rules import services as ruled

AT_ONCE = 2_000
_WITH_RETURNS = """
SELECT DISTINCT touched.id FROM (
    SELECT unnest(%(ids)s::bigint[]) AS id
    UNION ALL SELECT sold.order_id FROM identify_orderline AS back
    JOIN identify_orderline AS sold ON sold.id = back.returns_line_id
    WHERE back.order_id = ANY(%(ids)s) AND back.returns_line_id IS NOT NULL
) AS touched
"""
_KEYS = """
SELECT source.code, placed.number, coalesce(buyer.merged_into_id, buyer.id, 0) FROM identify_order AS placed
JOIN identify_source AS source ON source.id = placed.source_id
LEFT JOIN identify_customer AS buyer ON buyer.id = placed.customer_id WHERE placed.id = ANY(%s)
"""
_NUMBERED = """
SELECT placed.id FROM identify_order AS placed JOIN identify_source AS source ON source.id = placed.source_id
WHERE source.code = %s AND placed.number = %s
"""
_TOLD = """
SELECT placed.id, source.code, told.number FROM unnest(%s::bigint[], %s::text[]) AS told (source_id, number)
JOIN identify_source AS source ON source.id = told.source_id
LEFT JOIN identify_order AS placed ON placed.source_id = told.source_id AND placed.number = told.number
"""
_BUYERS = "SELECT DISTINCT customer_id FROM identify_orderline WHERE {which} AND customer_id IS NOT NULL"
_ALL = "SELECT customer_id FROM identify_order"
_OF_BUYERS = """
SELECT placed.id FROM identify_order AS placed
WHERE placed.customer_id IN ({buyers}) AND EXISTS (
    SELECT FROM identify_customer AS buyer JOIN identify_customer AS party
        ON coalesce(party.merged_into_id, party.id) = coalesce(buyer.merged_into_id, buyer.id)
    JOIN programs_member AS member ON member.customer_id = party.id AND member.program_id = %(program)s
    WHERE buyer.id = placed.customer_id
)
ORDER BY placed.happened_at, placed.id
"""


def programs_open() -> list[Program]:
    """Return the programmes that run."""
    return list(Program.objects.filter(state=Program.State.OPEN).order_by("pk"))


def orders_settle(*, order_ids: Sequence[int], now: datetime) -> Settled:
    """Bring the points of some orders, and of those of which they bring something back, in line with them.

    It runs in the caller's transaction: an order and its points are there together.
    """
    told = Settled()
    for program in programs_open():
        told.add(orders_of_program(program, order_ids, now))
    return told


def orders_of_program(
    program: Program, order_ids: Sequence[int], now: datetime, *, as_of: datetime | None = None
) -> Settled:
    """Bring the points of some orders in one programme in line with them, as they are or as they were at a moment."""
    if not Earning.objects.filter(program=program).exists() and not ruled.versions_in_force(program.pk):
        return Settled()
    with transaction.atomic(savepoint=False):
        with connection.cursor() as cursor:
            cursor.execute(_WITH_RETURNS, {"ids": list(order_ids)})
            ids = [number for (number,) in cursor.fetchall()]
            cursor.execute(_KEYS, [ids])
            rows = cursor.fetchall()
        rules = ruled.ruleset(program)
        # Held before anything is read: whoever waits reads what the one before has written.
        posting.hold(program.pk, [buyer for *_key, buyer in rows], alone=using.alone(program.pk, rules.rules))
        loaded = loading.load(program, loading.Which(ids, as_of=as_of), rules.rules, keys=True)
        found = deeds.of_orders(loaded)
        gone = keeping.gone(
            program.pk, [(source, number) for source, number, _buyer in rows], {deed.key for deed in found}
        )
        work = Work(found, deeds.evaluable(program, loaded, found, rules.rules), gone)
        return awarding.settle(program=program, rules=rules, work=work, now=now)


def import_settle(*, import_id: int, now: datetime) -> Settled:
    """Bring the points of all whose orders an import touched in line, some orders at a time."""
    which = "(import_id = %(import)s OR superseded_by_id = %(import)s)"
    return in_batches(_OF_BUYERS.format(buyers=_BUYERS.format(which=which)), {"import": import_id}, now)


def source_settle(*, source_id: int, now: datetime) -> Settled:
    """Bring all orders of a source in line, those among them of which nothing is there any more: after an undo."""
    told = in_batches(
        _OF_BUYERS.format(buyers="SELECT DISTINCT customer_id FROM identify_order WHERE source_id = %(source)s"),
        {"source": source_id},
        now,
    )
    told.add(gone_settle(source_id=source_id, now=now))
    return told


def told_settle(*, orders: Sequence[tuple[int, str]], now: datetime) -> Settled:
    """Bring the points of orders in line that were told by source and number, gone ones among them."""
    told = Settled()
    if not orders:
        return told
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, [[source for source, _number in orders], [number for _source, number in orders]])
        rows = cursor.fetchall()
    for some in pieces([number for number, _source, _told in rows if number is not None]):
        told.add(orders_settle(order_ids=some, now=now))
    lost = [(source, number) for found, source, number in rows if found is None]
    for program in programs_open() if lost else ():
        earned = keeping.gone(program.pk, lost, set())
        if earned:
            told.add(gone_of_program(program, earned, now))
    return told


def program_settle(*, program_id: int, now: datetime, progress: Callable[[float], None] | None = None) -> Settled:
    """Give the points of all orders of the members of a programme: when it begins, or members of long ago come in.

    Parameters
    ----------
    progress
        Called with the share of the orders that are done.
    """
    program, told = Program.objects.get(pk=program_id), Settled()
    with connection.cursor() as cursor:
        cursor.execute(_OF_BUYERS.format(buyers=_ALL), {"program": program_id})
        ids = [number for (number,) in cursor.fetchall()]
    for done, some in enumerate(pieces(ids), start=1):
        told.add(own_transaction(program, some, now))
        if progress is not None:
            progress(min(1.0, done * AT_ONCE / len(ids)))
    return told


def order_paid(*, program_id: int, source: str, number: str, paid_minor: int, now: datetime) -> Settled:
    """Note what of an order was paid with points, and bring its points in line; the order may come later.

    Rules that count `net_of_points` leave it out, shared out among its lines by their net amounts.
    """
    with transaction.atomic():
        PointsPaid.objects.update_or_create(
            program_id=program_id, source=source, number=number, defaults={"paid_minor": paid_minor}
        )
        if source == receipts.SOURCE:
            return receipts.number_settle(program_id=program_id, number=number, now=now)
        with connection.cursor() as cursor:
            cursor.execute(_NUMBERED, [source, number])
            ids = [found for (found,) in cursor.fetchall()]
        return orders_of_program(Program.objects.get(pk=program_id), ids, now) if ids else Settled()


def in_batches(query: str, values: dict[str, Any], now: datetime) -> Settled:
    """Settle the orders a query finds, each batch in a transaction of its own: it can be done again at any time."""
    told = Settled()
    for program in programs_open():
        with connection.cursor() as cursor:
            cursor.execute(query, {**values, "program": program.pk})
            ids = [number for (number,) in cursor.fetchall()]
        for some in pieces(ids):
            told.add(own_transaction(program, some, now))
    return told


def own_transaction(program: Program, ids: Sequence[int], now: datetime) -> Settled:
    """Settle some orders in a transaction of their own, again when another one was in the way."""
    if connection.in_atomic_block:
        return orders_of_program(program, ids, now)
    return retried(lambda: orders_of_program(program, ids, now))


def pieces(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield numbers some at a time."""
    for first in range(0, len(ids), AT_ONCE):
        yield ids[first : first + AT_ONCE]


_GONE = """
SELECT earning.id FROM programs_earning AS earning JOIN identify_source AS source ON source.code = earning.source
WHERE earning.program_id = %s AND source.id = %s AND earning.trigger = 'purchase' AND NOT EXISTS (
    SELECT FROM identify_order AS placed WHERE placed.source_id = source.id AND placed.number = earning.event)
ORDER BY earning.id
"""


def gone_settle(*, source_id: int, now: datetime) -> Settled:
    """Take back what orders earned that a source does not have any more."""
    told = Settled()
    for program in programs_open():
        with connection.cursor() as cursor:
            cursor.execute(_GONE, [program.pk, source_id])
            ids = [number for (number,) in cursor.fetchall()]
        for some in pieces(ids):
            told.add(gone_of_program(program, some, now))
    return told


def gone_of_program(program: Program, earning_ids: Sequence[int], now: datetime) -> Settled:
    """Take back what some earnings gave."""
    rules = ruled.ruleset(program)

    def settled() -> Settled:
        posting.hold(program.pk, posting.buyers_of(earning_ids), alone=using.alone(program.pk, rules.rules))
        work = Work((), lambda wanted: deeds.of_events(program, wanted), earning_ids)
        return awarding.settle(program=program, rules=rules, work=work, now=now)

    return settled() if connection.in_atomic_block else retried(settled)
