"""Pools: households and companies whose members share wallets, by terms they agreed on."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection, transaction

from vinculo.foundation.errors import InputError
from vinculo.programs.ledger.posting import Outcome, Post
from vinculo.programs.members import cards
from vinculo.programs.records.ledger import services, wallets
from vinculo.programs.records.models import Account, Member, Pool, Posting

_BROUGHT = """
SELECT coalesce(sum(lot.remaining), 0)::bigint FROM programs_lot AS lot
JOIN programs_posting AS p ON p.id = lot.posting_id
WHERE lot.account_id = %s AND lot.remaining > 0 AND p.member_id = %s
"""


class MemberError(InputError):
    """The member cannot be changed like this."""

    code = "member.unusable"


def pool_open(
    *, pool: Member, contribution_percent: int = 100, monthly_cap: int | None = None, leaving: str = "stay"
) -> Pool:
    """Let a member of the kind household or company share its wallets, by these terms."""
    if pool.kind == Member.Kind.PERSON:
        raise MemberError("A person shares no points: let a household or a company join, and persons share its own.")
    terms = {"contribution_percent": contribution_percent, "monthly_cap": monthly_cap, "leaving": leaving}
    made, _new = Pool.objects.update_or_create(member=pool, defaults=terms)
    return made


def pool_enter(*, member_id: int, pool_id: int, now: datetime) -> None:
    """Let a member share the wallets of a pool; what he has so far goes along, by his share."""
    with transaction.atomic():
        member = Member.objects.select_for_update().get(pk=member_id)
        terms = Pool.objects.select_related("member").get(pk=pool_id)
        if member.pool_id is not None or member.kind == Member.Kind.POOL or member.pk == pool_id:
            raise MemberError("Member {number} shares points already.", number=cards.shown(member.number))
        if terms.member.program_id != member.program_id:
            raise MemberError("The pool is of another programme.")
        own = Account.objects.filter(member=member, kind="wallet", balance__gt=0, unit__spendable=True)
        posts = []
        for account in own.order_by("pk"):
            share = (account.balance or 0) * terms.contribution_percent // 100
            shared = wallets.wallets_ensure(unit_id=account.unit_id, member_ids=[pool_id], now=now)[pool_id]
            if share:
                posts.append(moved(account.pk, shared, share, member_id, now, f"enter:{member_id}:{pool_id}"))
        require(services.points_post(program_id=member.program_id, posts=posts, now=now))
        Member.objects.filter(pk=member_id).update(pool_id=pool_id)


def pool_leave(*, member_id: int, now: datetime) -> None:
    """Let a member share no more; what is left of what he brought in goes along, where the terms say so."""
    with transaction.atomic():
        member = Member.objects.select_for_update().get(pk=member_id)
        pool_id = member.pool_id
        if pool_id is None:
            return
        terms = Pool.objects.get(pk=pool_id)
        posts = []
        shared = Account.objects.filter(member_id=pool_id, kind="wallet", balance__gt=0, unit__spendable=True)
        for account in shared.order_by("pk") if terms.leaving == Pool.Leaving.RETURN else ():
            amount = min(brought(account.pk, member_id), account.balance or 0)
            own = wallets.wallets_ensure(unit_id=account.unit_id, member_ids=[member_id], now=now, pooled=False)
            if amount:
                posts.append(moved(account.pk, own[member_id], amount, None, now, f"leave:{member_id}:{pool_id}"))
        require(services.points_post(program_id=member.program_id, posts=posts, now=now))
        Member.objects.filter(pk=member_id).update(pool_id=None)


def brought(account_id: int, member_id: int) -> int:
    """Return what is left in a shared wallet of the points a member brought in."""
    with connection.cursor() as cursor:
        cursor.execute(_BROUGHT, [account_id, member_id])
        return int(cursor.fetchone()[0])


def shares_of(*, member_id: int, unit_id: int, amount: int, now: datetime) -> list[tuple[int, int]]:
    """Return into which wallets an award to a member goes, and how much: his share to the pool, the rest to himself.

    A post into a shared wallet names the member (`Post.member_id`), so that caps and leaving know whose it was.
    """
    pool_id: int | None = Member.objects.values_list("pool_id", flat=True).get(pk=member_id)
    if pool_id is None:
        return [(wallets.wallet_open(member_id=member_id, unit_id=unit_id, now=now), amount)]
    percent = Pool.objects.values_list("contribution_percent", flat=True).get(pk=pool_id)
    share = amount * percent // 100
    found = wallets.wallets_ensure(unit_id=unit_id, member_ids=[member_id], now=now)
    parts = [(found[member_id], share)]
    if amount > share:
        own = wallets.wallets_ensure(unit_id=unit_id, member_ids=[member_id], now=now, pooled=False)
        parts.append((own[member_id], amount - share))
    return [part for part in parts if part[1]]


def moved(source: int, target: int, amount: int, member_id: int | None, now: datetime, event: str) -> Post:
    """Return the post that hands points on between a member and a pool; the same change twice has another moment."""
    key = f"{event}:{source}:{int(now.timestamp() * 1_000_000)}"
    return Post("pool", key, "transfer", source, amount, now, to_account_id=target, member_id=member_id)


def require(outcomes: Sequence[Outcome]) -> None:
    """Refuse the change where points did not move."""
    for each in outcomes:
        if each.refused:
            raise MemberError("Points cannot be handed on: {reason}", reason=services.sentence(each.refused))


def spent_by(*, account_id: int, since: date) -> dict[int, int]:
    """Return what each member took out of a shared wallet since a day."""
    found: dict[int, int] = {}
    rows = Posting.objects.filter(
        account_id=account_id, kind__in=("spend", "reserve"), outcome="", happened_at__date__gte=since
    ).exclude(member=None)
    for member_id, amount in rows.values_list("member_id", "amount"):
        found[member_id or 0] = found.get(member_id or 0, 0) + amount
    return found
