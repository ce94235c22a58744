"""Moves: parties go from one customer to another, and are let go by customers who are about to be removed."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection

from vinculo.identify.records.models import Customer, Merge

Move = tuple[int, int, int]
"""A party, the customer it goes to (itself, if it becomes its own), and the decision that says so."""
_MOVED = "unnest(%(parties)s::bigint[], %(customers)s::bigint[], %(merges)s::bigint[]) AS moved(party, customer, merge)"
_MOVE = (
    # Clocks of servers differ, and a membership never ends before it began.
    f"""
    UPDATE identify_membership SET valid_to = greatest(valid_from, %(now)s), ended_by_id = moved.merge
    FROM {_MOVED} WHERE party_id = moved.party AND valid_to IS NULL
    """,
    f"""
    INSERT INTO identify_membership (party_id, customer_id, merge_id, valid_from)
    SELECT party, customer, merge, %(now)s FROM {_MOVED} WHERE party <> customer
    """,
    f"""
    UPDATE identify_customer SET merged_into_id = nullif(moved.customer, moved.party)
    FROM {_MOVED} WHERE id = moved.party
    """,
)


def move(moved: Sequence[Move], *, now: datetime) -> None:
    """Close the memberships of parties and open those that follow, all at once."""
    columns = {name: [each[place] for each in moved] for place, name in enumerate(("parties", "customers", "merges"))}
    with connection.cursor() as cursor:
        for statement in _MOVE:
            cursor.execute(statement, {**columns, "now": now})


def release(customer_ids: Sequence[int], *, now: datetime) -> None:
    """Let go of customers that are about to be removed: the parties of each that is left stay one customer.

    The one with the lowest number takes the place of the one that goes.
    """
    going = set(customer_ids)
    left = defaultdict(list)
    taken = Customer.objects.filter(merged_into__in=going).exclude(pk__in=going).order_by("id")
    for party, customer in taken.values_list("id", "merged_into"):
        left[customer].append(party)
    gone = Customer.objects.filter(pk__in=going, merged_into__isnull=False).values_list("id", flat=True)
    moved = {party: heirs[0] for heirs in left.values() for party in heirs} | {party: party for party in gone}
    if moved:
        first = min(moved)
        merge = Merge.objects.create(
            kind=Merge.Kind.UNMERGE, customer_id=first, decided_by=Merge.Decider.STORE, recorded_at=now
        )
        move([(party, target, merge.pk) for party, target in sorted(moved.items())], now=now)


def release_all(cursor: psycopg.Cursor[Any], table: str, column: str, *, now: datetime) -> None:
    """Let go of all customers that a table of this transaction names, of whom few have or are parties."""
    cursor.execute(
        f"""
        SELECT party.id FROM identify_customer AS party JOIN {table} AS going ON going.{column} = party.id
        WHERE party.merged_into_id IS NOT NULL
        UNION SELECT party.merged_into_id FROM identify_customer AS party
        JOIN {table} AS going ON going.{column} = party.merged_into_id
        """
    )
    release([row[0] for row in cursor.fetchall()], now=now)
