"""Sweeps: what time does to points. Each may be run again, at any moment, and then changes nothing (I8)."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from vinculo.programs.ledger import expiry
from vinculo.programs.ledger.expiry import Policy
from vinculo.programs.ledger.posting import Post
from vinculo.programs.records.ledger import services, statements
from vinculo.programs.records.models import Program, Unit

WALLETS = 20_000
"""Wallets whose points expire in one transaction."""
WRITERS = 2
"""Transactions at once: one a processor, of a small machine."""
POSTS = 2_000

_DUE = """
SELECT DISTINCT l.account_id FROM programs_lot AS l
JOIN programs_account AS a ON a.id = l.account_id AND a.unit_id = %(unit)s AND a.kind = 'wallet'
WHERE l.remaining > 0 AND l.expires_on < %(before)s
"""
_INACTIVE = """
SELECT a.id FROM programs_account AS a
WHERE a.unit_id = %(unit)s AND a.kind = 'wallet' AND a.balance > 0
    AND (coalesce(a.active_on, (a.opened_at AT TIME ZONE %(zone)s)::date)
        + make_interval(months => %(months)s::integer))::date < %(before)s
"""
_LOCK = "SELECT id FROM programs_account WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_BREAKAGE = "SELECT programs_house(%s, 'breakage', '', %s)"
_BATCH = "SELECT programs_batch_open()"
_EXPIRE = """
WITH due AS MATERIALIZED (
    SELECT l.id, l.account_id, l.remaining
    FROM unnest(%(wallets)s::bigint[]) AS wallet (id)
    JOIN programs_account AS a ON a.id = wallet.id
    JOIN programs_lot AS l ON l.account_id = wallet.id
    WHERE l.remaining > 0 AND (l.expires_on < %(before)s
        OR (coalesce(a.active_on, (a.opened_at AT TIME ZONE %(zone)s)::date)
            + make_interval(months => %(months)s::integer))::date < %(before)s)
), sums AS MATERIALIZED (
    SELECT account_id, amount, nextval('programs_posting_id_seq') AS number
    FROM (SELECT account_id, sum(remaining)::bigint AS amount FROM due GROUP BY account_id) AS each
), lots AS (
    UPDATE programs_lot AS l SET remaining = 0, expired = l.expired + due.remaining FROM due WHERE l.id = due.id
), wallets AS (
    UPDATE programs_account AS a SET balance = a.balance - sums.amount FROM sums WHERE a.id = sums.account_id
    RETURNING a.id, a.balance
), postings AS (
    INSERT INTO programs_posting (id, program_id, source, event, payload_hash, kind, outcome, account_id, asked,
        amount, balance, grant_class, reward_class, reference, campaign, happened_at, recorded_at, batch_number, author)
    SELECT sums.number, %(program)s, 'expiry', wallets.id || ':' || sums.number,
        decode(md5(wallets.id || ':' || sums.amount), 'hex'), 'expire', '', wallets.id, sums.amount, sums.amount,
        wallets.balance, '', '', '', '', %(happened)s, %(now)s, %(batch)s, ''
    FROM sums JOIN wallets ON wallets.id = sums.account_id
), transfers AS (
    INSERT INTO programs_transfer (posting_id, place, debit_id, credit_id, amount)
    SELECT number, 0, account_id, %(breakage)s, amount FROM sums
), uses AS (
    INSERT INTO programs_lotuse (posting_id, place, lot_id, amount)
    SELECT sums.number, row_number() OVER (PARTITION BY due.account_id ORDER BY due.id) - 1, due.id, due.remaining
    FROM due JOIN sums USING (account_id)
)
SELECT coalesce(array_agg(number), '{}'), coalesce(sum(amount), 0)::bigint FROM sums
"""
_WAITING = """
SELECT a.id, l.award_id, CASE WHEN l.release_event = '' THEN 'release' ELSE 'timeout' END, l.release_at
FROM programs_lot AS l
JOIN programs_account AS p ON p.id = l.account_id AND p.kind = 'pending'
JOIN programs_unit AS u ON u.id = p.unit_id AND u.program_id = %(program)s
JOIN programs_account AS a ON a.member_id = p.member_id AND a.unit_id = p.unit_id AND a.kind = 'wallet'
WHERE l.remaining > 0 AND l.release_at <= %(now)s
UNION ALL
SELECT p.account_id, p.id, 'timeout', p.held_until FROM programs_posting AS p
WHERE p.to_account_id IS NULL AND p.held_until > %(since)s AND p.held_until <= %(now)s
    AND p.outcome = '' AND p.program_id = %(program)s
    AND NOT EXISTS (SELECT FROM programs_posting AS r WHERE r.refers_to = p.id AND r.outcome = ''
        AND r.kind = ANY(%(resolving)s))
ORDER BY 4, 2
"""
_AWAITING = """
SELECT a.id, l.award_id, 'release', NULL::timestamptz
FROM programs_lot AS l
JOIN programs_account AS p ON p.id = l.account_id AND p.kind = 'pending'
JOIN programs_unit AS u ON u.id = p.unit_id AND u.program_id = %(program)s
JOIN programs_account AS a ON a.member_id = p.member_id AND a.unit_id = p.unit_id AND a.kind = 'wallet'
WHERE l.remaining > 0 AND l.release_event = %(event)s
ORDER BY 2
"""
RESOLVING = ["timeout", "cancel", "confirm"]
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


def expire(program_id: int, as_of: date, now: datetime) -> int:
    """Take the points whose last day, and grace, lie before `as_of`; return how many. Each piece commits by itself."""
    program = Program.objects.get(pk=program_id)
    happened = datetime.combine(as_of, time(), ZoneInfo(program.zone))
    total = 0
    for unit in Unit.objects.filter(program=program).order_by("pk"):
        policy = Policy(unit.expiry, unit.expiry_months, unit.expiry_rounding, unit.expiry_day, unit.grace_days)
        facts: dict[str, Any] = {
            "program": program_id,
            "unit": unit.pk,
            "zone": program.zone,
            "before": expiry.lost_before(policy, as_of),
            "months": policy.months if policy.expiry == "inactivity" else None,
            "happened": happened,
            "now": now,
        }
        if wallets := due(facts):
            with statements.cursor() as cursor:
                facts["breakage"] = number_of(cursor, _BREAKAGE, [unit.pk, now])
            total += in_shares(partial(expire_of, facts), wallets)
    return total


def due(facts: dict[str, Any]) -> list[int]:
    """Return the wallets that have something to lose, in the order in which they are locked."""
    with statements.cursor() as cursor:
        found = {number for (number,) in cursor.execute(_DUE, facts)}
        if facts["months"] is not None:
            found |= {number for (number,) in cursor.execute(_INACTIVE, facts)}
    return sorted(found)


def in_shares(work: Callable[[Sequence[int]], int], wallets: Sequence[int]) -> int:
    """Do work for wallets, piece by piece, each in a transaction of its own and two at once; return the sum.

    Within a transaction they are done one after the other.
    """
    if connection.in_atomic_block or len(wallets) <= WALLETS:
        return in_pieces(work, wallets)
    shares = pieces(wallets, -(-len(wallets) // WRITERS))
    with ThreadPoolExecutor(WRITERS) as pool:
        done = [pool.submit(copy_context().run, apart, work, share) for share in shares]
    return sum(each.result() for each in done)


def apart(work: Callable[[Sequence[int]], int], wallets: Sequence[int]) -> int:
    """Do a share in a thread that is not ours, and let its connection go."""
    try:
        return in_pieces(work, wallets)
    finally:
        connection.close()


def in_pieces(work: Callable[[Sequence[int]], int], wallets: Sequence[int]) -> int:
    """Do a share, one transaction after the other."""
    return sum(services.retried(partial(work, piece)) for piece in pieces(wallets, WALLETS))


def expire_of(facts: dict[str, Any], wallets: Sequence[int]) -> int:
    """Take from some wallets, in one transaction and one batch, what is due; what is not due any more stays."""
    with statements.cursor() as cursor:
        cursor.execute(_LOCK, [list(wallets)])
        batch = number_of(cursor, _BATCH, [])
        values = {**facts, "wallets": list(wallets), "batch": batch}
        # Otherwise every piece reads all lots and all wallets once: cheap for one piece, not for fifty.
        with statements.by_index(cursor):
            numbers, amount = cursor.execute(_EXPIRE, values).fetchone() or ([], 0)
        if numbers:
            services.tell(facts["program"], numbers)
    return int(amount)


def release(program_id: int, now: datetime, *, since: datetime = ALWAYS) -> int:
    """Release what was pending until now, and give up what was reserved or awaited until now; return how many.

    Reservations are journal, and stay where they are when they are resolved: with `since`, those that were over by then
    are not looked at again.
    """
    found = rows(_WAITING, {"program": program_id, "now": now, "since": since, "resolving": RESOLVING})
    return resolve(program_id, found, now)


def release_event(program_id: int, event: str, now: datetime) -> int:
    """Release what was pending until an event that has now happened; return how many awards."""
    return resolve(program_id, rows(_AWAITING, {"program": program_id, "event": event}), now)


def resolve(program_id: int, found: Sequence[tuple[int, int, str, datetime | None]], now: datetime) -> int:
    """Post what resolves some postings; return how many were resolved."""
    resolved = 0
    for piece in pieces(found, POSTS):
        posts = [
            Post("sweep", f"{kind}:{number}", kind, wallet, 0, at or now, refers_to=number)
            for wallet, number, kind, at in piece
        ]
        outcomes = services.retried(partial(services.points_post, program_id=program_id, posts=posts, now=now))
        resolved += sum(not each.refused and not each.replayed for each in outcomes)
    return resolved


def rows(statement: str, facts: dict[str, Any]) -> list[Any]:
    """Return the rows of a question."""
    with statements.cursor() as cursor:
        return cursor.execute(statement, facts).fetchall()


def number_of(cursor: Any, statement: str, values: Sequence[Any]) -> int:
    """Return the one number a statement answers with."""
    return int(cursor.execute(statement, values).fetchone()[0])


def pieces(found: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """Yield so many at a time."""
    for start in range(0, len(found), size):
        yield found[start : start + size]


def release_all(*, now: datetime, since: datetime = ALWAYS) -> dict[str, int]:
    """Release in every programme what is due; return how many postings were resolved in each."""
    return {each.code: release(each.pk, now, since=since) for each in Program.objects.order_by("pk")}


def expire_all(*, now: datetime) -> dict[str, int]:
    """Expire in every programme what is due on its own day; return how many points in each."""
    return {
        each.code: expire(each.pk, now.astimezone(ZoneInfo(each.zone)).date(), now)
        for each in Program.objects.order_by("pk")
    }
