"""Writing: what was decided, one statement a table, and the row of the batch that binds it to the one before."""

from collections.abc import Sequence
from typing import Any

from vinculo.programs.ledger.deciding import COLUMNS
from vinculo.programs.ledger.journal import Journal
from vinculo.programs.ledger.state import Lot

EMPTY = bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
"""SHA-256 of nothing: no row of a table is in the batch."""
TYPES = {
    **dict.fromkeys(("id", "account_id", "to_account_id", "member_id", "refers_to", "rule_id"), "bigint"),
    **dict.fromkeys(("asked", "amount", "balance"), "bigint"),
    "payload_hash": "bytea",
    "rule_version": "integer",
    "details": "jsonb",
    **dict.fromkeys(("happened_at", "held_until"), "timestamptz"),
}
SPARSE = {
    **dict.fromkeys(("to_account_id", "member_id", "refers_to", "rule_id", "rule_version"), "NULL"),
    **dict.fromkeys(("held_until", "details"), "NULL"),
    **dict.fromkeys(("grant_class", "reward_class", "reference", "campaign", "author", "outcome"), "''"),
}
"""Columns that are mostly empty, and what stands there then: an array of nothing is not sent."""

_ARRAYS = ", ".join(f"%s::{TYPES.get(name, 'text')}[]" for name in COLUMNS)
_VALUES = ", ".join(f"coalesce({name}, '')" if SPARSE.get(name) == "''" else name for name in COLUMNS)
_POSTINGS = f"""
WITH written AS (
    INSERT INTO programs_posting AS p ({", ".join(COLUMNS)}, program_id, batch_id, recorded_at)
    SELECT {_VALUES}, %s, %s, %s FROM unnest({_ARRAYS}) AS asked ({", ".join(COLUMNS)})
    RETURNING p.id, programs_line(p) AS line
) SELECT programs_digest(string_agg(line, E'\\n' ORDER BY id)) FROM written
"""
_TRANSFERS = """
WITH written AS (
    INSERT INTO programs_transfer AS t (posting_id, place, debit_id, credit_id, amount)
    SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::bigint[], %s::bigint[], %s::bigint[])
    RETURNING t.posting_id, t.place, programs_line(t) AS line
) SELECT programs_digest(string_agg(line, E'\\n' ORDER BY posting_id, place)) FROM written
"""
_USES = """
WITH written AS (
    INSERT INTO programs_lotuse AS u (posting_id, place, lot_id, amount)
    SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::bigint[], %s::bigint[])
    RETURNING u.posting_id, u.place, programs_line(u) AS line
) SELECT programs_digest(string_agg(line, E'\\n' ORDER BY posting_id, place)) FROM written
"""
_OPENED = """
WITH written AS (
    INSERT INTO programs_lot AS l (id, account_id, posting_id, award_id, grant_class, earned_at, expires_on, issued,
        remaining, expired, release_at, release_event)
    SELECT id, account, posting, award, class, earned, expires, issued, remaining, expired, release_at,
        coalesce(release_event, '')
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[], %s::date[],
        %s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[], %s::text[])
        AS asked (id, account, posting, award, class, earned, expires, issued, remaining, expired, release_at,
            release_event)
    RETURNING l.id, programs_line(l) AS line
) SELECT programs_digest(string_agg(line, E'\\n' ORDER BY id)) FROM written
"""
_CHANGED = """
UPDATE programs_lot AS l SET account_id = asked.account, remaining = asked.remaining, expired = asked.expired,
    release_at = asked.release_at, release_event = asked.release_event
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[], %s::text[])
    AS asked (id, account, remaining, expired, release_at, release_event)
WHERE l.id = asked.id
"""
_BALANCES = """
UPDATE programs_account AS a SET balance = a.balance + asked.change, active_on = greatest(a.active_on, asked.active)
FROM unnest(%s::bigint[], %s::bigint[], %s::date[]) AS asked (id, change, active) WHERE a.id = asked.id
"""
_NUMBER = "SELECT nextval('programs_batch_id_seq')"
_CLOSE = """
SELECT programs_batch_close(%s, %s, programs_strand_take(%s), %s, %s, %s, %s, %s, %s)
"""


def write(cursor: Any, journal: Journal, program_id: int) -> None:
    """Write a batch. Balances are changed by the difference, and the database refuses one below its floor (I3)."""
    if not journal.postings:
        return
    batch = cursor.execute(_NUMBER).fetchone()[0]
    digests = [postings(cursor, journal, program_id, batch)]
    for statement, rows in (
        (_TRANSFERS, journal.transfers),
        (_USES, journal.uses),
        (_OPENED, [row(lot) for lot in journal.opened]),
    ):
        digests.append(bytes(cursor.execute(statement, columns(rows)).fetchone()[0]) if rows else EMPTY)
    opened = {lot.id for lot in journal.opened}
    changed = [
        (lot.id, lot.account, lot.remaining, lot.expired, lot.release_at, lot.release_event)
        for lot in journal.changed.values()
        if lot.id not in opened
    ]
    if changed:
        cursor.execute(_CHANGED, columns(changed))
    balances(cursor, journal)
    cursor.execute(_CLOSE, [batch, program_id, program_id, len(journal.postings), *digests, journal.now])


def postings(cursor: Any, journal: Journal, program_id: int, batch: int) -> bytes:
    """Write the postings; return the digest of their rows."""
    arrays = [
        [] if name in SPARSE and not any(values) else values
        for name, values in zip(COLUMNS, columns(journal.postings), strict=True)
    ]
    found = cursor.execute(_POSTINGS, [program_id, batch, journal.now, *arrays]).fetchone()
    return bytes(found[0])


def balances(cursor: Any, journal: Journal) -> None:
    """Change the balances of members' accounts; those of the house are never stored."""
    units = {id(wallet.unit): wallet.unit for wallet in journal.state.wallets.values()}.values()
    house = {account for unit in units for account in (*unit.house.values(), *unit.partners.values())}
    moves = {account: change for account, change in journal.moves.items() if account not in house}
    moves |= {account: 0 for account in journal.active if account not in moves}
    if moves:
        active = [journal.active.get(account) for account in moves] if journal.active else []
        cursor.execute(_BALANCES, [list(moves), list(moves.values()), active])


def columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    """Return rows as columns."""
    return [list(column) for column in zip(*rows, strict=True)]


def row(lot: Lot) -> tuple[Any, ...]:
    """Return a lot as it is written."""
    return (
        *(lot.id, lot.account, lot.posting, lot.award, lot.grant_class, lot.earned_at, lot.expires_on, lot.issued),
        *(lot.remaining, lot.expired, lot.release_at, lot.release_event),
    )
