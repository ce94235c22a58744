"""Listening: orders that are placed, brought or taken away decide the levels of sets that count orders or money.

Earning hears of an order first: its conditions ask for the level from before the order.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from vinculo.identify.records import facts
from vinculo.programs.records.ledger.services import retried
from vinculo.programs.records.levels import deciding, sweeps
from vinculo.programs.records.levels.deciding import Rules
from vinculo.programs.records.models import LevelSet, Program

_MEMBERS = """
SELECT DISTINCT member.id FROM ({buyers}) AS bought (customer_id)
JOIN identify_customer AS buyer ON buyer.id = bought.customer_id
JOIN identify_customer AS party ON party.id = coalesce(buyer.merged_into_id, buyer.id)
    OR party.merged_into_id = coalesce(buyer.merged_into_id, buyer.id)
JOIN programs_member AS member ON member.customer_id = party.id AND member.program_id = %(program)s
WHERE member.left_on IS NULL ORDER BY member.id
"""
PLACED = "SELECT customer_id FROM identify_order WHERE id = ANY(%(ids)s)"
TOLD = """
SELECT placed.customer_id FROM unnest(%(sources)s::bigint[], %(numbers)s::text[]) AS told (source_id, number)
JOIN identify_order AS placed ON placed.source_id = told.source_id AND placed.number = told.number
"""
BROUGHT = "SELECT customer_id FROM identify_orderline WHERE import_id = %(import)s OR superseded_by_id = %(import)s"


def listen() -> None:
    """Follow what the customer base announces of orders."""
    facts.order_placed.connect(order_placed, dispatch_uid="programs.levels.order_placed")
    facts.events_read.connect(events_read, dispatch_uid="programs.levels.events_read")
    facts.import_finished.connect(import_finished, dispatch_uid="programs.levels.import_finished")
    facts.import_undone.connect(import_undone, dispatch_uid="programs.levels.import_undone")


def order_placed(*, order_id: int, **_fact: Any) -> None:
    """Decide the level of whoever placed an order, in the transaction that places it."""
    decide(PLACED, {"ids": [order_id]}, now=timezone.now())


def events_read(*, orders: list[tuple[int, str]], **_fact: Any) -> None:
    """Decide the levels of those whose orders events told of."""
    if orders:
        told = {"sources": [source for source, _ in orders], "numbers": [number for _, number in orders]}
        decide(TOLD, told, now=timezone.now())


def import_finished(*, import_id: int, **_fact: Any) -> None:
    """Have a job decide the levels of those whose orders came in a file."""
    from vinculo.programs.records import tasks

    if any(rules_counting()):
        tasks.levels_import.defer(import_id=import_id)


def import_undone(**_fact: Any) -> None:
    """Have a job decide all levels by orders: of orders that are gone nobody knows whose they were."""
    from vinculo.programs.records import tasks

    if any(rules_counting()):
        tasks.levels_recount.defer()


def import_decide(*, import_id: int, now: datetime) -> int:
    """Decide the levels of those whose orders an import touched; return how many changed."""
    return decide(BROUGHT, {"import": import_id}, now=now)


def recount(*, now: datetime) -> None:
    """Decide all levels that are decided by orders."""
    for program in {rules.level_set.program for rules in rules_counting()}:
        sweeps.sweep(program_id=program.pk, as_of=now.astimezone(ZoneInfo(program.zone)).date(), now=now)


def decide(buyers: str, values: dict[str, Any], *, now: datetime) -> int:
    """Decide the levels of members among some buyers, in the sets that count orders; return how many changed."""
    changed = 0
    for rules in rules_counting():
        program = rules.level_set.program
        with connection.cursor() as cursor:
            cursor.execute(_MEMBERS.format(buyers=buyers), {**values, "program": program.pk})
            members = [number for (number,) in cursor.fetchall()]
        as_of = now.astimezone(ZoneInfo(program.zone)).date()
        for first in range(0, len(members), sweeps.SIZE):
            changed += len(decided(rules, members[first : first + sweeps.SIZE], as_of, now))
    return changed


def decided(rules: Rules, members: Sequence[int], as_of: Any, now: datetime) -> list[int]:
    """Decide some members: in the transaction there is, or in one of their own that is tried again."""
    if connection.in_atomic_block:
        return deciding.decide(rules, members, as_of=as_of, now=now)
    return retried(lambda: deciding.decide(rules, members, as_of=as_of, now=now))


def rules_counting() -> Iterator[Rules]:
    """Yield the rules of the sets of running programmes that count orders or money."""
    sets = LevelSet.objects.exclude(basis=LevelSet.Basis.POINTS).filter(program__state=Program.State.OPEN)
    for level_set in sets.select_related("program").order_by("pk"):
        if rules := deciding.rules_of(level_set):
            yield rules
