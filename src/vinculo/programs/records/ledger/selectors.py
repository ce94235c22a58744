"""Selectors: balances, what happened to them, and every day on which points are going to be lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Sum

from vinculo.programs.ledger import expiry
from vinculo.programs.ledger.expiry import Policy
from vinculo.programs.records.models import Account, Lot, Member, Posting, Unit

_ENTRY = """
p.id, p.kind, p.outcome, p.amount, p.asked, p.grant_class, p.reward_class, p.refers_to, p.reference, p.campaign,
p.happened_at, p.recorded_at, p.author, p.source, p.member_id
"""
_HISTORY = f"""
SELECT * FROM (
    (SELECT {_ENTRY}, p.balance FROM programs_posting AS p
        WHERE p.account_id = %(account)s AND p.id < %(before)s ORDER BY p.id DESC LIMIT %(limit)s)
    UNION ALL
    (SELECT {_ENTRY}, NULL FROM programs_posting AS p
        WHERE p.to_account_id = %(account)s AND p.id < %(before)s AND p.outcome = '' ORDER BY p.id DESC LIMIT %(limit)s)
) AS entry ORDER BY id DESC LIMIT %(limit)s
"""
FIRST_PAGE = 2**62


@dataclass(frozen=True)
class Balance:
    """What a member has in one unit: to spend, promised, and set aside."""

    wallet: Account
    available: int
    pending: int
    blocked: int

    @property
    def unit(self) -> Unit:
        """Return the unit."""
        return self.wallet.unit


@dataclass(frozen=True)
class Entry:
    """One posting of a wallet, the latest first."""

    id: int
    kind: str
    outcome: str
    amount: int
    asked: int
    grant_class: str
    reward_class: str
    refers_to: int | None
    reference: str
    campaign: str
    happened_at: datetime
    recorded_at: datetime
    author: str
    source: str
    member_id: int | None
    balance: int | None
    """Of the wallet, after it; not told of points that came from another wallet."""

    @property
    def received(self) -> bool:
        """Tell whether the points came from another wallet."""
        return self.balance is None


@dataclass(frozen=True)
class Expiring:
    """Points that are lost after a day unless they are used."""

    on: date
    amount: int


def balance_of(account_id: int) -> int:
    """Return what a wallet holds."""
    return Account.objects.values_list("balance", flat=True).get(pk=account_id) or 0


def balances_of(member: Member) -> list[Balance]:
    """Return what a member has in each unit: of the pool, where points are shared."""
    held: dict[int, dict[str, Account]] = {}
    accounts = Account.objects.filter(member_id=member.pool_id or member.pk).select_related("unit").order_by("unit_id")
    for account in accounts:
        held.setdefault(account.unit_id, {})[account.kind] = account
    return [
        Balance(
            kinds["wallet"],
            *((kinds[kind].balance or 0) if kind in kinds else 0 for kind in ("wallet", "pending", "blocked")),
        )
        for kinds in held.values()
        if "wallet" in kinds
    ]


def history_of(account_id: int, *, before: int = FIRST_PAGE, limit: int = 50) -> list[Entry]:
    """Return the postings of a wallet, the latest first; `before` is the number of the last one seen."""
    with connection.cursor() as cursor:
        cursor.execute(_HISTORY, {"account": account_id, "before": before, "limit": limit})
        return [Entry(*row) for row in cursor.fetchall()]


def expiring_of(wallets: Sequence[Account]) -> dict[int, list[Expiring]]:
    """Return every day on which points are going to be lost, by wallet, the first to come first."""
    lots = Lot.objects.filter(account_id__in=[each.pk for each in wallets], remaining__gt=0).order_by()
    held: dict[int, dict[date | None, int]] = {each.pk: {} for each in wallets}
    for wallet, day, amount in lots.values_list("account_id", "expires_on").annotate(amount=Sum("remaining")):
        held[wallet][day] = amount
    return {each.pk: lost(each, held[each.pk]) for each in wallets}


def lost(wallet: Account, held: Mapping[date | None, int]) -> list[Expiring]:
    """Return when the points of a wallet are going to be lost, by their own last days and by inactivity."""
    found = {day: amount for day, amount in held.items() if day is not None}
    policy = Policy(wallet.unit.expiry, wallet.unit.expiry_months)
    inactive = expiry.inactive_day(policy, wallet.active_on or wallet.opened_at.date())
    if inactive is not None:
        later = sum(amount for day, amount in held.items() if day is None or day > inactive)
        found = {day: amount for day, amount in found.items() if day <= inactive}
        if later:
            found[inactive] = found.get(inactive, 0) + later
    return [Expiring(day, found[day]) for day in sorted(found)]


def posting_find(*, program_id: int, source: str, event: str) -> Posting | None:
    """Return the posting under a key, if there is one."""
    return Posting.objects.filter(program_id=program_id, source=source, event=event).first()


def postings_of(*, program_id: int, references: Sequence[str]) -> QuerySet[Posting, Posting]:
    """Return what was posted under some references, the oldest first; small sets only, by wallet where it is known."""
    return Posting.objects.filter(program_id=program_id, reference__in=references, outcome="").order_by("id")


def members_of(customer_ids: Sequence[int], **where: Any) -> QuerySet[Member, Member]:
    """Return the memberships of a customer, known by all the numbers it has had; those that last first."""
    found = Member.objects.filter(customer_id__in=customer_ids, **where).select_related("program", "pool")
    return found.order_by("left_on", "id")
