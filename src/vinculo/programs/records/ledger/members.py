"""Members: who takes part, by which number, and who shares points with whom."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from vinculo.foundation import actor
from vinculo.identify.records import selectors_search
from vinculo.identify.records.membership import selectors as membership
from vinculo.programs.members import cards
from vinculo.programs.records import facts
from vinculo.programs.records.ledger import pools
from vinculo.programs.records.models import Member, Program

_JOIN = """
INSERT INTO programs_member (program_id, number, customer_id, kind, state, joined_on, joined_by)
SELECT %(program)s, number, customer, %(kind)s, 'active', %(on)s, %(by)s
FROM unnest(%(numbers)s::text[], %(customers)s::bigint[]) AS asked (number, customer)
ON CONFLICT DO NOTHING RETURNING id, customer_id
"""
_KNOWN = """
SELECT customer_id, min(id) FROM programs_member
WHERE program_id = %s AND customer_id = ANY(%s) AND left_on IS NULL GROUP BY customer_id
"""


def member_join(*, program_id: int, customer_id: int | None, on: date, kind: str = "person") -> Member:
    """Let a customer join; one who takes part already stays the member he is."""
    if customer_id is not None:
        found = members_join(program_id=program_id, customer_ids=[customer_id], on=on, kind=kind)[customer_id]
        return Member.objects.get(pk=found)
    number = cards.draw(secrets.randbelow)
    by = actor.current().name
    return Member.objects.create(program_id=program_id, number=number, kind=kind, joined_on=on, joined_by=by)


def members_join(*, program_id: int, customer_ids: Sequence[int], on: date, kind: str = "person") -> dict[int, int]:
    """Let customers join, in one statement; return the member each of them is, those who were one already too."""
    wanted = list(dict.fromkeys(customer_ids))
    with transaction.atomic(), connection.cursor() as cursor:
        Program.objects.get(pk=program_id)
        cursor.execute(_KNOWN, [program_id, wanted])
        found: dict[int, int] = dict(cursor.fetchall())
        # A number that is taken already is drawn again.
        while missing := [each for each in wanted if each not in found]:
            numbers = [cards.draw(secrets.randbelow) for _each in missing]
            values: dict[str, Any] = {"program": program_id, "numbers": numbers, "customers": missing}
            cursor.execute(_JOIN, {**values, "kind": kind, "on": on, "by": actor.current().name})
            new = [(customer, member) for member, customer in cursor.fetchall()]
            for customer, member in new:
                facts.member_joined.send(sender=None, member_id=member, customer_id=customer)
            found |= dict(new)
            if not new:
                cursor.execute(_KNOWN, [program_id, missing])
                found |= dict(cursor.fetchall())
    return found


def member_block(*, member_id: int, blocked: bool) -> None:
    """Block a member, who then spends nothing, or free one."""
    with transaction.atomic():
        member = Member.objects.select_for_update().get(pk=member_id)
        if member.state == Member.State.LEFT:
            raise pools.MemberError("Member {number} has left the programme.", number=cards.shown(member.number))
        member.state = Member.State.BLOCKED if blocked else Member.State.ACTIVE
        member.save(update_fields=["state"])


def member_find(*, program_id: int, text: str, personal: bool = True, limit: int = 20) -> list[Member]:
    """Return the members whom a card number, or the beginning of an e-mail, a telephone or a name, may mean.

    Customers that were merged are found by whichever of their numbers the membership is kept under. Without the right
    to see personal data, `personal` is false, and persons are found by number alone.
    """
    everybody = Member.objects.filter(program_id=program_id).select_related("pool")
    try:
        card = everybody.filter(number=cards.read(text))
    except cards.CardError:
        card = everybody.none()
    if found := list(card):
        return found
    if not text.strip():
        return []
    found_ids = selectors_search.customer_search(text=text, personal=personal).every()[: limit * 10].tolist()
    parties = [party for parties in membership.members_by(found_ids).values() for party in parties]
    return list(everybody.filter(customer_id__in=parties).order_by("left_on", "id")[:limit])


def member_leave(*, member_id: int, on: date, now: datetime) -> None:
    """Let a member leave: nothing is earned or spent from then on; what he has expires by the rules of its unit.

    Who shared points leaves the pool first, by what its members agreed on.
    """
    with transaction.atomic():
        member = Member.objects.select_for_update().get(pk=member_id)
        if member.state == Member.State.LEFT:
            return
        if member.pool_id is not None:
            pools.pool_leave(member_id=member_id, now=now)
        Member.objects.filter(pk=member_id).update(state=Member.State.LEFT, left_on=on)
