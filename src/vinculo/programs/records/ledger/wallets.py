"""Wallets: opened for members, in sets; those who share points have the wallets of their pool."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from vinculo.programs.records.ledger import statements
from vinculo.programs.records.models import Account, Member, Unit

_ENSURE = """
INSERT INTO programs_account (unit_id, member_id, kind, partner_code, balance, floor, opened_at)
SELECT unit.id, holder.id, 'wallet', '', 0, CASE WHEN unit.return_policy = 'floor' THEN unit.floor ELSE 0 END, %(now)s
FROM (SELECT DISTINCT CASE WHEN %(pooled)s THEN coalesce(pool_id, id) ELSE id END AS id FROM programs_member
    WHERE id = ANY(%(members)s)) AS holder
JOIN programs_unit AS unit ON unit.id = %(unit)s
ORDER BY holder.id
ON CONFLICT (member_id, unit_id, kind) WHERE member_id IS NOT NULL DO NOTHING
"""
_FOUND = """
SELECT member.id, account.id FROM programs_member AS member
JOIN programs_account AS account ON account.unit_id = %(unit)s AND account.kind = 'wallet'
    AND account.member_id = CASE WHEN %(pooled)s THEN coalesce(member.pool_id, member.id) ELSE member.id END
WHERE member.id = ANY(%(members)s)
"""
_BY_CARD = """
SELECT member.number, member.id, account.id FROM programs_member AS member
LEFT JOIN programs_account AS account ON account.unit_id = %s AND account.kind = 'wallet'
    AND account.member_id = coalesce(member.pool_id, member.id)
WHERE member.program_id = %s AND member.number = ANY(%s::text[])
"""
_FLOORS = """
UPDATE programs_account AS a SET floor = CASE WHEN u.return_policy = 'floor' THEN u.floor ELSE 0 END
FROM programs_unit AS u
WHERE u.id = %s AND a.unit_id = u.id AND a.kind = 'wallet'
    AND a.floor <> CASE WHEN u.return_policy = 'floor' THEN u.floor ELSE 0 END
    AND a.balance >= CASE WHEN u.return_policy = 'floor' THEN u.floor ELSE 0 END
"""


def wallet_open(*, member_id: int, unit_id: int, now: datetime) -> int:
    """Return the number of the wallet a member uses in a unit, opened where there is none."""
    return wallets_ensure(unit_id=unit_id, member_ids=[member_id], now=now)[member_id]


def wallets_ensure(*, unit_id: int, member_ids: Sequence[int], now: datetime, pooled: bool = True) -> dict[int, int]:
    """Return the wallet each member uses in a unit, all opened that there were not.

    With `pooled`, those who share points get the wallet of their pool; without, the one of their own.
    """
    facts: dict[str, Any] = {"unit": unit_id, "members": list(member_ids), "now": now, "pooled": pooled}
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(_FOUND, facts)
        found: dict[int, int] = dict(cursor.fetchall())
        if len(found) < len(set(member_ids)):
            cursor.execute(_ENSURE, facts)
            cursor.execute(_FOUND, facts)
            found = dict(cursor.fetchall())
    return found


def wallets_by_card(
    *, program_id: int, unit_id: int, numbers: Collection[str], now: datetime
) -> dict[str, tuple[int, int]]:
    """Return the member and the wallet of each card, opened where there was none; cards nobody has are left out."""
    asked = [unit_id, program_id, statements.texts(numbers)]
    with transaction.atomic(savepoint=False), statements.cursor() as cursor:
        found = cursor.execute(_BY_CARD, asked).fetchall()
        if without := [member for _card, member, wallet in found if wallet is None]:
            wallets_ensure(unit_id=unit_id, member_ids=without, now=now)
            found = cursor.execute(_BY_CARD, asked).fetchall()
    return {card: (member, wallet) for card, member, wallet in found}


def wallet_of(member_id: int, unit: Unit) -> int | None:
    """Return the number of the wallet a member uses in a unit, if it was opened."""
    holder = Member.objects.values_list("pool_id", flat=True).get(pk=member_id) or member_id
    found = Account.objects.filter(member_id=holder, unit=unit, kind="wallet").values_list("pk", flat=True)
    return found.first()


def floors_follow(*, unit_id: int) -> int:
    """Let wallets follow the floor of their unit after it was changed, those below it not; return how many did."""
    with connection.cursor() as cursor:
        cursor.execute(_FLOORS, [unit_id])
        return int(cursor.rowcount)
