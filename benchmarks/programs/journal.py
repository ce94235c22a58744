"""A journal of any size in an empty store, written by the database itself: the tables that pages of members read.

Of ten postings of a member four give points, two give status, two redeem, one loses points and one takes status back.
A member has forty of them in the mean, a few have more than ten thousand. They lie as time wrote them: between two of
one member are thousands of others, so that hardly two of them share a page.
"""

import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

BYTES = 410
"""Of a posting with its transfer, lot and entries of the indexes."""
SPARE = 4 * 10**9
HEAVY, TENS = 240, 1_005
"""Members with more than ten thousand postings, and how often each has ten of them."""
APART = 200
"""Ten postings of a member are spread over a twentieth of the journal."""
ACROSS = 40
"""Postings of a member in the mean."""
UNREAD = (
    "programs_posting DROP CONSTRAINT programs_posting_key",
    "programs_lot DROP CONSTRAINT programs_lot_pkey",
)
"""Indexes that no page reads: they would take as much room as the postings."""
INDEXES = """
SELECT c.relname, pg_get_indexdef(i.indexrelid), pg_get_constraintdef(k.oid), k.conname
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
LEFT JOIN pg_constraint AS k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u')
WHERE i.indrelid = %s::regclass AND c.relname <> 'programs_lot_lost' ORDER BY c.relname
"""
UNSWEPT = "SET (autovacuum_enabled = false)"
TABLES = ("programs_posting", "programs_transfer", "programs_lot")
SMALLER = ("programs_account", "programs_member", "identify_customer")
MEMBERS = """
INSERT INTO programs_program (id, code, name, currency, zone, state, started_on, created_at)
VALUES (1, 'club', 'Club', 'EUR', 'Europe/Madrid', 'open', '2023-01-01', '2023-01-01');
INSERT INTO programs_unit (id, program_id, code, name, spendable, qualifying, expiry, expiry_months, expiry_rounding,
    expiry_day, grace_days, return_policy, floor)
VALUES (1, 1, 'points', 'Points', true, false, 'age', 24, 'month', '', 0, 'balance', 0),
    (2, 1, 'status', 'Status', false, true, 'none', 0, 'day', '', 0, 'balance', 0);
INSERT INTO programs_account (id, unit_id, kind, partner_code, floor, opened_at)
SELECT -n, 1, kind, '', 0, '2023-01-01'
FROM unnest(ARRAY['issuance', 'redemption', 'breakage', 'correction']) WITH ORDINALITY AS house (kind, n);
INSERT INTO identify_source (code, name, kind) VALUES ('shop', 'Shop', 'file');
INSERT INTO identify_customer (id, kind, standing, name, given_name, family_name, second_family_name, search_text,
    language, country, acquisition_channel, created_at)
SELECT n, 'person', 'actual', 'Member ' || n, 'Member', n::text, '', '', 'es', 'ES', '', '2023-01-01'
FROM unnest('{{{asked}}}'::bigint[]) AS n;
INSERT INTO programs_member (id, program_id, number, kind, customer_id, state, joined_on, joined_by)
SELECT n, 1, lpad(n::text, 16, '0'), 'person', CASE WHEN n = ANY('{{{asked}}}') THEN n END, 'active', '2023-01-01', ''
FROM generate_series(1, {members}) AS n;
INSERT INTO programs_account (id, unit_id, member_id, kind, partner_code, balance, floor, opened_at)
SELECT unit * {members} + n, unit + 1, n, 'wallet', '', 1000, 0, '2023-01-01'
FROM generate_series(1, {members}) AS n, generate_series(0, 1) AS unit
"""
"""Balances are made up: pages show what is stored."""
DRAWN = """
SELECT n, act, m AS member, m + CASE WHEN act IN (4, 5, 9) THEN {members} ELSE 0 END AS wallet,
    '{begun}'::timestamptz + n * (interval '1095 days' / {postings}) AS at, 20 + n * 7919 % 80 AS points
FROM generate_series({begins}::bigint, {ends}::bigint) AS n,
    LATERAL (SELECT n / {apart} % 10 AS act, n / {apart} / 10 * {apart} + n % {apart} AS ten) AS place,
    LATERAL (
        SELECT CASE WHEN ten % {every} = 0 THEN 1 + ten / {every} % {heavy}
            ELSE {heavy} + 1 + (hashint8extended(ten, 1) & 2147483647) % ({members} - {heavy}) END AS m
    ) AS whose
"""
"""Acts: 0 to 3 give points, 4 and 5 status, 6 and 7 redeem 0 and 1, 8 loses 2, 9 takes back a part of 4."""
POSTINGS = """
INSERT INTO programs_posting (id, program_id, source, event, payload_hash, kind, outcome, account_id, asked, amount,
    balance, grant_class, reward_class, refers_to, reference, campaign, happened_at, recorded_at, batch_number, author)
SELECT n, 1, 'shop', n, '', (ARRAY['award', 'award', 'award', 'award', 'award', 'award', 'spend', 'spend', 'expire',
        'reverse'])[1 + act], '', wallet,
    CASE WHEN act = 9 THEN 10 ELSE points END, CASE WHEN act = 9 THEN 10 ELSE points END, points,
    CASE WHEN act < 6 THEN 'purchase' ELSE '' END, CASE WHEN act IN (6, 7) THEN 'voucher' ELSE '' END,
    CASE WHEN act = 9 THEN n - 5 * {apart} END, '', '', at, at, 1, '' FROM ({drawn}) AS drawn
"""
TRANSFERS = """
INSERT INTO programs_transfer (posting_id, place, debit_id, credit_id, amount)
SELECT n, 0, CASE WHEN act < 6 THEN -1 ELSE wallet END,
    CASE WHEN act < 6 THEN wallet WHEN act < 8 THEN -2 WHEN act = 8 THEN -3 ELSE -1 END,
    CASE WHEN act = 9 THEN 10 ELSE points END FROM ({drawn}) AS drawn
"""
LOTS = """
INSERT INTO programs_lot (id, account_id, posting_id, award_id, grant_class, earned_at, expires_on, release_event,
    issued, remaining, expired)
SELECT n, wallet, n, n, 'purchase', at, CASE WHEN act < 4 THEN last END, '', points,
    CASE WHEN act = 4 THEN points - 10 WHEN act = 5 OR (act = 3 AND last >= CURRENT_DATE) THEN points ELSE 0 END,
    CASE WHEN act = 2 OR (act = 3 AND last < CURRENT_DATE) THEN points ELSE 0 END
FROM (
    SELECT *, (date_trunc('month', at + interval '25 months') - interval '1 day')::date AS last FROM ({drawn}) AS drawn
) AS dated WHERE act < 6
"""
"""What is old and not spent is lost: the lots say so, without a posting for each."""


def members_of(postings: int) -> int:
    """Return how many members so many postings are of."""
    return max(10 * HEAVY, postings // ACROSS)


def fill(superuser: str, postings: int, asked: Sequence[int], folder: str) -> None:
    """Fill an empty store; the members who are asked for are customers."""
    needed, free = postings * BYTES + SPARE, shutil.disk_usage(folder).free
    if free < needed:
        raise SystemExit(f"{postings:,} postings need {needed / 1e9:.0f} GB; {free / 1e9:.0f} are free")
    begun = datetime.now(UTC) - timedelta(days=1095)
    sizes = {"postings": postings, "members": members_of(postings), "heavy": HEAVY, "apart": postings // APART}
    sizes |= {"every": max(2, postings // 10 // HEAVY // TENS), "begun": begun.isoformat()}
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in MEMBERS.format(**sizes, asked=",".join(map(str, asked))).split(";\n"):
            connection.execute(statement.encode())
        changes = [f"{table} {change}" for table in TABLES for change in ("SET UNLOGGED", UNSWEPT)]
        for change in (*changes, *UNREAD):
            connection.execute(f"ALTER TABLE {change}".encode())
        again = {table: list(dropped(connection, table)) for table in TABLES}
    # Table by table, so that sorting needs its room while there is some.
    for table, query in zip(TABLES, (POSTINGS, TRANSFERS, LOTS), strict=True):
        in_two(superuser, [query.format(drawn=part, **sizes) for part in parts(postings, sizes)])
        in_two(superuser, again[table])
    in_two(superuser, [f"VACUUM ANALYZE {table}" for table in (*TABLES, *SMALLER)])


def parts(postings: int, sizes: dict[str, Any]) -> Iterator[str]:
    """Yield what is drawn, in parts of a million."""
    for begins in range(0, postings, 1_000_000):
        yield DRAWN.format(begins=begins, ends=min(begins + 1_000_000, postings) - 1, **sizes)


def dropped(connection: psycopg.Connection[tuple[str, ...]], table: str) -> Iterator[str]:
    """Drop the indexes of a table; yield what makes each again."""
    for name, definition, constraint, named in connection.execute(INDEXES, [table]).fetchall():
        if constraint:
            connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {named}".encode())
            yield f"ALTER TABLE {table} ADD CONSTRAINT {named} {constraint}"
        else:
            connection.execute(f"DROP INDEX {name}".encode())
            yield definition


def in_two(superuser: str, statements: list[str]) -> None:
    """Execute statements over two connections, in order."""

    def execute(statement: str) -> None:
        with psycopg.connect(superuser, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute("SET maintenance_work_mem = '1GB'")
            connection.execute(statement.encode())

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(execute, statements))
