"""What the pages of a member read: the balance with every day of loss, and what moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from vinculo.programs.ledger import kinds
from vinculo.programs.records.ledger import selectors as ledger
from vinculo.programs.records.ledger.selectors import FIRST_PAGE, Balance, Entry, Expiring
from vinculo.programs.records.models import Member, Posting

PAGE = 20
"""Entries of a page of the history."""
LOOKS = 5
"""How often more is read where a page would hold nothing but what was refused."""
_EFFECTS = """
SELECT t.posting_id,
    sum(CASE a.id WHEN t.credit_id THEN t.amount WHEN t.debit_id THEN -t.amount ELSE 0 END)::bigint,
    sum(CASE p.id WHEN t.credit_id THEN t.amount WHEN t.debit_id THEN -t.amount ELSE 0 END)::bigint
FROM programs_transfer AS t
JOIN programs_account AS a ON a.id = %(account)s
LEFT JOIN programs_account AS p ON p.member_id = a.member_id AND p.unit_id = a.unit_id AND p.kind = 'pending'
WHERE t.posting_id = ANY(%(postings)s) GROUP BY t.posting_id
"""


@dataclass(frozen=True)
class Wallet:
    """What a member has of one kind of points, and every day on which some of it will be lost."""

    balance: Balance
    expiring: list[Expiring]

    @property
    def next(self) -> Expiring | None:
        """Return what is lost first."""
        return next(iter(self.expiring), None)


@dataclass(frozen=True)
class Line:
    """An entry of the history: what it did to what can be spent, and what kind of entry it is about."""

    entry: Entry
    effect: int
    promised: int
    """What it did to points that cannot be spent yet."""
    about: str
    """Kind of the posting that it releases, cancels or takes back; empty where there is none."""
    reference: str
    """What a person recognises it by, else that posting."""
    resolved: bool
    """Whether it promised something that came since, or was given up."""


@dataclass(frozen=True)
class History:
    """A page of the history, and the number after which the next one begins."""

    lines: list[Line]
    before: int | None


def wallets_of(*, member: Member, spendable: bool = True) -> list[Wallet]:
    """Return what a member can spend, by kind of points."""
    found = [each for each in ledger.balances_of(member) if each.unit.spendable == spendable]
    expiring = ledger.expiring_of([each.wallet for each in found])
    return [Wallet(each, expiring[each.wallet.pk]) for each in found]


def history_page(*, wallet_id: int, before: int | None = None, limit: int = PAGE) -> History:
    """Return what moved in a wallet, the latest first, without what was refused."""
    entries: list[Entry] = []
    after, full = before or FIRST_PAGE, True
    for _look in range(LOOKS):
        found = ledger.history_of(wallet_id, before=after, limit=limit)
        full = len(found) == limit
        after = found[-1].id if found else after
        entries += [each for each in found if not each.outcome]
        if not full or len(entries) >= limit:
            break
    kept = entries[:limit]
    more = full or len(entries) > limit
    if len(entries) > limit:
        after = kept[-1].id
    return History(lines_of(wallet_id, kept), after if more else None)


def lines_of(wallet_id: int, entries: Sequence[Entry]) -> list[Line]:
    """Return entries with what they did and are about."""
    effects, resolved = effects_of(wallet_id, entries), resolved_of([each.id for each in entries])
    about = Posting.objects.in_bulk([each.refers_to for each in entries if each.refers_to])
    lines = []
    for each in entries:
        of = about.get(each.refers_to or 0)
        reference = each.reference or (of.reference if of else "")
        lines.append(Line(each, *effects.get(each.id, (0, 0)), of.kind if of else "", reference, each.id in resolved))
    return lines


def effects_of(wallet_id: int, entries: Sequence[Entry]) -> dict[int, tuple[int, int]]:
    """Return what postings did to a wallet, and to what is promised to it: what moved, whatever was asked for."""
    with connection.cursor() as cursor:
        cursor.execute(_EFFECTS, {"account": wallet_id, "postings": [each.id for each in entries]})
        return {number: (effect, promised) for number, effect, promised in cursor.fetchall()}


def resolved_of(posting_ids: Sequence[int]) -> set[int]:
    """Return which postings were released, cancelled or timed out."""
    found = Posting.objects.filter(refers_to__in=list(posting_ids), kind__in=kinds.RESOLVING, outcome="")
    return {number for number in found.values_list("refers_to_id", flat=True) if number}


def soon(expiring: Sequence[Expiring], until: date) -> int:
    """Return how much is lost up to a day."""
    return sum(each.amount for each in expiring if each.on <= until)
