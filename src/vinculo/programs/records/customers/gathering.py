"""Gathering: points that a customer has on other cards come to the one that is to be charged, when they are needed.

Only what is missing, only where all of it is there, and in the batch of the posting that needs it: the lots keep when
they were earned and when they are lost (a `transfer` of the ledger).
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from vinculo.foundation import actor
from vinculo.programs.ledger.posting import Post
from vinculo.programs.records.customers import standing

SOURCE = "gathering"
_HELD = """
SELECT account.id, account.member_id, account.balance FROM programs_account AS account
JOIN programs_member AS member ON member.id = account.member_id
WHERE account.unit_id = %(unit)s AND account.kind = 'wallet' AND account.member_id = ANY(%(members)s)
    AND member.pool_id IS NULL
ORDER BY account.id FOR NO KEY UPDATE OF account
"""
_FIRST_LOST = """
SELECT account_id, min(expires_on) FROM programs_lot WHERE account_id = ANY(%s) AND remaining > 0 GROUP BY account_id
"""


def points_gather(*, member_id: int, unit_id: int, amount: int, key: str, now: datetime) -> list[Post]:
    """Return the postings that bring what a member lacks of an amount from the other cards of the same customer.

    They belong before the posting that needs the points, in one batch (`services.points_post`); wallets are held from
    here on, in the order of the ledger. Nothing where nothing is missing, where all cards together have too little, and
    where the member shares points with others: those are not the customer's alone.

    Parameters
    ----------
    key
        Of the posting that needs the points: each of these has it in its own.
    """
    others = standing.siblings_of(member_id)
    if not others:
        return []
    balances = held([member_id, *others], unit_id)
    own = balances.pop(member_id, None)
    if own is None:
        return []
    wallet, balance = own
    missing = amount - balance
    if missing <= 0 or missing > sum(has for _wallet, has in balances.values() if has > 0):
        return []
    posts = []
    for source, has in by_loss([each for each in balances.values() if each[1] > 0]):
        part = min(missing, has)
        if part:
            missing -= part
            posts.append(
                Post(
                    source=SOURCE,
                    event=f"{key}:{source}",
                    kind="transfer",
                    account_id=source,
                    amount=part,
                    happened_at=now,
                    to_account_id=wallet,
                    author=actor.current().name,
                )
            )
    return posts


def held(member_ids: Sequence[int], unit_id: int) -> dict[int, tuple[int, int]]:
    """Return the wallets of members who share with nobody, held, and what is in each."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, {"unit": unit_id, "members": list(member_ids)})
        return {member: (account, balance) for account, member, balance in cursor.fetchall()}


def by_loss(wallets: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return wallets in the order in which they lose points, so that what is lost first is spent first."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_LOST, [[wallet for wallet, _has in wallets]])
        lost = dict(cursor.fetchall())
    return sorted(wallets, key=lambda each: (lost.get(each[0]) is None, lost.get(each[0]) or 0, each[0]))
