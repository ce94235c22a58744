"""Writing: what was decided, one statement a table."""

from collections.abc import Callable, Sequence
from typing import Any

from vinculo.programs.ledger.deciding import COLUMNS
from vinculo.programs.ledger.journal import Journal
from vinculo.programs.ledger.state import Lot
from vinculo.programs.records.ledger import statements

TYPES = {
    **dict.fromkeys(("id", "account_id", "to_account_id", "member_id", "refers_to", "rule_id"), "bigint"),
    **dict.fromkeys(("asked", "amount", "balance"), "bigint"),
    "payload_hash": "bytea",
    "rule_version": "integer",
    "details": "jsonb",
    **dict.fromkeys(("happened_at", "held_until"), "timestamptz"),
}
SPARSE = (
    *("to_account_id", "member_id", "refers_to", "rule_id", "rule_version", "held_until", "details"),
    *("grant_class", "reward_class", "reference", "campaign", "author", "outcome"),
)
"""Columns that are mostly empty: an array of nothing is not sent."""

ARRAYS = {
    "text": "string_to_array(%s, E'\\x1f')",
    "bytea": "string_to_array(%s, E'\\x1f')",
    "jsonb": "%s::jsonb[]",
    **{name: f"%s::{name}[]" for name in ("bigint", "integer", "smallint", "timestamptz", "date")},
}
"""How an array of each type arrives (see `statements`); bytes come as hexadecimal digits."""
WRITTEN: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("text", "bytea"), statements.texts),
    **dict.fromkeys(("bigint", "integer", "smallint"), statements.numbers),
    **dict.fromkeys(("timestamptz", "date"), statements.moments),
    "jsonb": list,
}
NOTHING: dict[str, Any] = {"text": "", **dict.fromkeys(("bigint", "integer", "timestamptz", "date"), "{}"), "jsonb": []}


def value(name: str) -> str:
    """Return how a column of a posting is read from its array."""
    if TYPES.get(name) == "bytea":
        return f"decode({name}, 'hex')"
    # One empty text is parted into none.
    return name if name in TYPES else f"coalesce({name}, '')"


def arrays(*types: str) -> str:
    """Return the arguments of an `unnest` of so many arrays."""
    return ", ".join(ARRAYS[each] for each in types)


def written(types: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Return rows as the texts of their columns."""
    return [WRITTEN[each](column) for each, column in zip(types, zip(*rows, strict=True), strict=True)]


_POSTINGS = f"""
INSERT INTO programs_posting ({", ".join(COLUMNS)}, program_id, batch_number, recorded_at)
SELECT {", ".join(map(value, COLUMNS))}, %s, %s, %s
FROM unnest({arrays(*(TYPES.get(name, "text") for name in COLUMNS))}) AS asked ({", ".join(COLUMNS)})
"""
MOVED = ("bigint", "smallint", "bigint", "bigint", "bigint")
_TRANSFERS = f"""
INSERT INTO programs_transfer (posting_id, place, debit_id, credit_id, amount) SELECT * FROM unnest({arrays(*MOVED)})
"""
USED = ("bigint", "smallint", "bigint", "bigint")
_USES = f"""
INSERT INTO programs_lotuse (posting_id, place, lot_id, amount) SELECT * FROM unnest({arrays(*USED)})
"""
LOTS = (
    *("bigint", "bigint", "bigint", "bigint", "text", "timestamptz", "date", "bigint", "bigint", "bigint"),
    *("timestamptz", "text"),
)
_OPENED = f"""
INSERT INTO programs_lot (id, account_id, posting_id, award_id, grant_class, earned_at, expires_on, issued,
    remaining, expired, release_at, release_event)
SELECT id, account, posting, award, coalesce(class, ''), earned, expires, issued, remaining, expired, release_at,
    coalesce(release_event, '')
FROM unnest({arrays(*LOTS)}) AS asked (id, account, posting, award, class, earned, expires, issued, remaining,
    expired, release_at, release_event)
"""
LEFT = ("bigint", "bigint", "bigint", "bigint", "timestamptz", "text")
_CHANGED = f"""
UPDATE programs_lot AS l SET account_id = asked.account, remaining = asked.remaining, expired = asked.expired,
    release_at = asked.release_at, release_event = coalesce(asked.release_event, '')
FROM unnest({arrays(*LEFT)}) AS asked (id, account, remaining, expired, release_at, release_event)
WHERE l.id = asked.id
"""
_BALANCES = f"""
UPDATE programs_account AS a SET balance = a.balance + asked.change, active_on = greatest(a.active_on, asked.active)
FROM unnest({arrays("bigint", "bigint", "date")}) AS asked (id, change, active) WHERE a.id = asked.id
"""


def write(cursor: Any, journal: Journal, program_id: int) -> None:
    """Write a batch. Balances are changed by the difference, and the database refuses one below its floor (I3)."""
    if not journal.postings:
        return
    postings(cursor, journal, program_id)
    for statement, types, rows in (
        (_TRANSFERS, MOVED, journal.transfers),
        (_USES, USED, journal.uses),
        (_OPENED, LOTS, [row(lot) for lot in journal.opened]),
    ):
        if rows:
            cursor.execute(statement, written(types, rows))
    opened = {lot.id for lot in journal.opened}
    changed = [
        (lot.id, lot.account, lot.remaining, lot.expired, lot.release_at, lot.release_event)
        for lot in journal.changed.values()
        if lot.id not in opened
    ]
    if changed:
        cursor.execute(_CHANGED, written(LEFT, changed))
    balances(cursor, journal)


def postings(cursor: Any, journal: Journal, program_id: int) -> None:
    """Write the postings."""
    columns = zip(COLUMNS, zip(*journal.postings, strict=True), strict=True)
    texts = []
    for name, values in columns:
        kind = TYPES.get(name, "text")
        texts.append(NOTHING[kind] if name in SPARSE and not any(values) else WRITTEN[kind](values))
    cursor.execute(_POSTINGS, [program_id, journal.state.batch, journal.now, *texts])


def balances(cursor: Any, journal: Journal) -> None:
    """Change the balances of members' accounts; those of the house are never stored."""
    units = {id(wallet.unit): wallet.unit for wallet in journal.state.wallets.values()}.values()
    house = {account for unit in units for account in (*unit.house.values(), *unit.partners.values())}
    moves = {account: change for account, change in journal.moves.items() if account not in house}
    moves |= {account: 0 for account in journal.active if account not in moves}
    if moves:
        active = [journal.active.get(account) for account in moves] if journal.active else []
        changes = statements.numbers(list(moves.values()))
        cursor.execute(_BALANCES, [statements.numbers(list(moves)), changes, statements.moments(active)])


def row(lot: Lot) -> tuple[Any, ...]:
    """Return a lot as it is written."""
    return (
        *(lot.id, lot.account, lot.posting, lot.award, lot.grant_class, lot.earned_at, lot.expires_on, lot.issued),
        *(lot.remaining, lot.expired, lot.release_at, lot.release_event),
    )
