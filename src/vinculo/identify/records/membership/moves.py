"""Moves: parties go from one customer to another, and are let go by customers who are about to be removed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg
from django.db.models import Value
from django.db.models.functions import Greatest

from vinculo.identify.records.models import Customer, Membership, Merge


def move(party_ids: Sequence[int], targets: Mapping[int, int], merge: Merge) -> None:
    """Close the memberships of parties and open those that follow; one that is its own customer has none."""
    now = merge.recorded_at
    open_rows = Membership.objects.filter(party_id__in=list(party_ids), valid_to=None)
    # Clocks of servers differ, and a membership never ends before it began.
    open_rows.update(valid_to=Greatest("valid_from", Value(now)), ended_by=merge)
    Membership.objects.bulk_create(
        Membership(party_id=party, customer_id=targets[party], merge=merge, valid_from=now)
        for party in party_ids
        if targets[party] != party
    )
    for target in sorted(set(targets.values())):
        mine = [party for party in party_ids if targets[party] == target]
        Customer.objects.filter(pk__in=[each for each in mine if each != target]).update(merged_into_id=target)
    Customer.objects.filter(pk__in=[each for each in party_ids if targets[each] == each]).update(merged_into_id=None)


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
        move(sorted(moved), moved, merge)


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
