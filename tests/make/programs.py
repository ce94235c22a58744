"""Programmes with units, members and wallets, and posts to them."""

import itertools
from datetime import UTC, date, datetime
from typing import Any

from vinculo.programs.ledger.posting import Post
from vinculo.programs.records.ledger import selectors, services, wallets
from vinculo.programs.records.models import Account, Member, Program, Unit

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_numbers = itertools.count(1)


def program(code: str = "club", **fields: Any) -> Program:
    """Make a programme that runs."""
    values = {"name": "Club", "currency": "EUR", "state": "open", "started_on": date(2026, 1, 1), "created_at": NOW}
    return Program.objects.create(code=code, **{**values, **fields})


def unit(of: Program, code: str = "points", **fields: Any) -> Unit:
    """Make a unit of a programme."""
    return Unit.objects.create(program=of, code=code, **{"name": code, **fields})


def member(of: Program, **fields: Any) -> Member:
    """Make a member who is no customer."""
    values = {"number": f"{next(_numbers):016}", "joined_on": date(2026, 1, 1)}
    return Member.objects.create(program=of, **{**values, **fields})


def wallet(of: Unit, holder: Member | None = None) -> int:
    """Open a wallet; of somebody new, if nobody is named."""
    holder = holder or member(of.program)
    return wallets.wallet_open(member_id=holder.pk, unit_id=of.pk, now=NOW)


def post(account: int, kind: str = "award", amount: int = 100, **fields: Any) -> Post:
    """Return a post with a key of its own."""
    values = {"source": "test", "event": f"e{next(_numbers)}", "happened_at": NOW}
    return Post(kind=kind, account_id=account, amount=amount, **{**values, **fields})


def posted(of: Program, *posts: Post, now: datetime = NOW) -> list[Any]:
    """Post, and return the outcomes."""
    return services.points_post(program_id=of.pk, posts=posts, now=now)


def losses(wallet: int) -> list[tuple[date, int]]:
    """Return how many points of a wallet are going to be lost, by day."""
    found = selectors.expiring_of([Account.objects.select_related("unit").get(pk=wallet)])
    return [(each.on, each.amount) for each in found[wallet]]
