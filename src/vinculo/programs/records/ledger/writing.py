"""Writing: what was decided, one statement a table, column by column."""

import json
from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from vinculo.programs.ledger.journal import Journal
from vinculo.programs.ledger.posting import Post
from vinculo.programs.records.ledger import statements

ASKED = (
    *("source", "event", "kind", "happened_at", "grant_class", "reward_class", "refers_to", "reference", "rule_id"),
    *("rule_version", "campaign", "author", "member_id"),
)
"""What is written of a post as it was asked."""
DECIDED = ("id", "payload_hash", "outcome", "account_id", "asked", "amount", "balance")
TRANSFERS = ("posting_id", "place", "debit_id", "credit_id", "amount")
USES = ("posting_id", "place", "lot_id", "amount")
LOTS = (
    *("id", "account_id", "posting_id", "award_id", "grant_class", "earned_at", "expires_on", "issued", "remaining"),
    *("expired", "release_at", "release_event"),
)
LOT = attrgetter(*(name.removesuffix("_id") for name in LOTS))
_CHANGED = """
UPDATE programs_lot AS l SET account_id = asked.account, remaining = asked.remaining, expired = asked.expired,
    release_at = asked.release_at, release_event = asked.release_event
FROM (
    SELECT unnest(%s::bigint[]) AS id, unnest(%s::bigint[]) AS account, unnest(%s::bigint[]) AS remaining,
        unnest(%s::bigint[]) AS expired, unnest(%s::timestamptz[]) AS release_at,
        unnest(%s::text[]) AS release_event
) AS asked WHERE l.id = asked.id
"""
_BALANCES = """
UPDATE programs_account AS a SET balance = a.balance + asked.change
FROM (SELECT unnest(%s::bigint[]) AS id, unnest(%s::bigint[]) AS change) AS asked WHERE a.id = asked.id
"""
_ACTIVE = """
UPDATE programs_account AS a SET active_on = greatest(a.active_on, asked.active)
FROM (SELECT unnest(%s::bigint[]) AS id, unnest(%s::date[]) AS active) AS asked WHERE a.id = asked.id
"""


def write(cursor: Any, journal: Journal, program_id: int) -> None:
    """Write a batch. Balances are changed by the difference, and the database refuses one below its floor (I3)."""
    postings(cursor, journal, program_id)
    statements.copy(cursor, "programs_transfer", columns(TRANSFERS, journal.transfers))
    statements.copy(cursor, "programs_lotuse", columns(USES, journal.uses))
    statements.copy(cursor, "programs_lot", columns(LOTS, map(LOT, journal.opened)))
    opened = {lot.id for lot in journal.opened}
    if changed := [lot for lot in journal.changed.values() if lot.id not in opened]:
        numbers = ([getattr(lot, name) for lot in changed] for name in ("id", "account", "remaining", "expired"))
        times = statements.moments([lot.release_at for lot in changed])
        events = statements.texts([lot.release_event for lot in changed])
        cursor.execute(_CHANGED, [*map(statements.numbers, numbers), times, events])
    balances(cursor, journal)


def postings(cursor: Any, journal: Journal, program_id: int) -> None:
    """Write the postings: what was asked beside what became of it."""
    if not journal.postings:
        return
    posts, *decided = zip(*journal.postings, strict=True)
    asked = columns(Post._fields, posts)
    kinds, wallets = asked["kind"], journal.state.wallets
    made = {
        **{name: asked[name] for name in ASKED},
        **dict(zip(DECIDED, decided, strict=True)),
        "to_account_id": [
            number if kind == "transfer" and number in wallets else None
            for kind, number in zip(kinds, asked["to_account_id"], strict=True)
        ],
        "held_until": [
            until if kind == "reserve" else None for kind, until in zip(kinds, asked["pending_until"], strict=True)
        ],
        # In its binary form JSON stands behind the number of that form.
        "details": [
            b"\1" + json.dumps(dict(each), default=str).encode() if each else None for each in asked["details"]
        ],
    }
    same = {"program_id": program_id, "batch_number": journal.state.batch, "recorded_at": journal.now}
    statements.copy(cursor, "programs_posting", made, same)


def columns(names: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> dict[str, tuple[Any, ...]]:
    """Return rows as columns; none where there are no rows.

    >>> columns(("id", "amount"), [(1, 10), (2, 20)])
    {'id': (1, 2), 'amount': (10, 20)}
    """
    return dict(zip(names, zip(*rows, strict=True), strict=False))


def balances(cursor: Any, journal: Journal) -> None:
    """Change the balances of members' accounts; those of the house are never stored."""
    units = {id(wallet.unit): wallet.unit for wallet in journal.state.wallets.values()}.values()
    house = {account for unit in units for account in (*unit.house.values(), *unit.partners.values())}
    moves = {account: change for account, change in journal.moves.items() if account not in house}
    for wallet in journal.state.wallets.values():
        moves[wallet.id] = moves.get(wallet.id, 0) - wallet.booked
    if moves := {account: change for account, change in moves.items() if change}:
        cursor.execute(_BALANCES, [statements.numbers(list(moves)), statements.numbers(list(moves.values()))])
    if active := journal.active:
        cursor.execute(_ACTIVE, [statements.numbers(list(active)), statements.moments(list(active.values()))])
