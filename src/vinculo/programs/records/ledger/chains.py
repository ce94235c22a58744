"""Chains: postings of about a minute are bound by a hash to those before, once all of them are committed.

A till would wait for the commit of the one before if every posting were chained as it is written. So a posting only
carries the number of the batch that is open, and this job closes it: it opens the next one, waits until every
transaction has ended that may have seen the old one, and hashes what these have left.

Verify works the same hashes out again from the rows, and follows every strand from its beginning.
"""

import time
from datetime import datetime
from typing import Any

from django.db import transaction

from vinculo.programs.records.ledger import statements

LOCK = 1_702_389_612
"""Names our advisory lock among all others of the database."""
PATIENCE = 20.0
"""Seconds to wait for transactions; what they keep open is sealed the next time."""
PAUSE = 0.02


def rows(chosen: str) -> str:
    """Return the statement that counts and digests the rows of batches, of the postings `p` that are chosen."""
    return f"""
    SELECT told.*, coalesce(moves.digest, sha256('')) AS moves, coalesce(uses.digest, sha256('')) AS uses,
        coalesce(lots.digest, sha256('')) AS lots
    FROM (
        SELECT p.program_id, p.batch_number, count(*) AS count,
            programs_digest(string_agg(programs_line(p), E'\\n' ORDER BY p.id)) AS digest
        FROM programs_posting AS p WHERE {chosen} GROUP BY 1, 2
    ) AS told
    LEFT JOIN (
        SELECT p.program_id, p.batch_number,
            programs_digest(string_agg(programs_line(t), E'\\n' ORDER BY t.posting_id, t.place)) AS digest
        FROM programs_posting AS p JOIN programs_transfer AS t ON t.posting_id = p.id WHERE {chosen} GROUP BY 1, 2
    ) AS moves USING (program_id, batch_number)
    LEFT JOIN (
        SELECT p.program_id, p.batch_number,
            programs_digest(string_agg(programs_line(u), E'\\n' ORDER BY u.posting_id, u.place)) AS digest
        FROM programs_posting AS p JOIN programs_lotuse AS u ON u.posting_id = p.id WHERE {chosen} GROUP BY 1, 2
    ) AS uses USING (program_id, batch_number)
    LEFT JOIN (
        SELECT p.program_id, p.batch_number,
            programs_digest(string_agg(programs_line(l), E'\\n' ORDER BY l.id)) AS digest
        FROM programs_posting AS p JOIN programs_lot AS l ON l.posting_id = p.id WHERE {chosen} GROUP BY 1, 2
    ) AS lots USING (program_id, batch_number)
    """


_SEALED = "p.program_id = %(program)s AND p.batch_number <= (SELECT max(number) FROM programs_batch)"
"""Postings of batches that are closed; those of the last minute are not sealed yet."""
QUERIES = {
    "batch": f"""
        SELECT 'batch ' || coalesce(b.number, rows.batch_number),
            concat_ws(' ', b.postings, left(encode(b.hash, 'hex'), 8)),
            concat_ws(' ', rows.count, left(encode(again.hash, 'hex'), 8))
        FROM (SELECT * FROM programs_batch WHERE program_id = %(program)s) AS b
        FULL JOIN ({rows(_SEALED)}) AS rows ON rows.batch_number = b.number
        CROSS JOIN LATERAL (SELECT programs_chain(b.previous_hash, b.strand_id, b.place, b.number, rows.digest,
            rows.moves, rows.uses, rows.lots) AS hash) AS again
        WHERE b.postings IS DISTINCT FROM rows.count OR b.hash IS DISTINCT FROM again.hash
        """,
    "strand": """
        SELECT 'batch ' || number, place_expected || ' ' || left(encode(before, 'hex'), 8),
            place || ' ' || left(encode(previous_hash, 'hex'), 8)
        FROM (
            SELECT b.number, b.place, b.previous_hash,
                row_number() OVER strand AS place_expected,
                coalesce(lag(b.hash) OVER strand, sha256('')) AS before
            FROM programs_batch AS b WHERE b.program_id = %(program)s
            WINDOW strand AS (PARTITION BY strand_id ORDER BY place)
        ) AS told WHERE place <> place_expected OR previous_hash <> before
        """,
    "strand:end": """
        SELECT 'strand ' || s.id,
            coalesce(last.place, 0) || ' ' || left(encode(coalesce(last.hash, sha256('')), 'hex'), 8),
            s.batches || ' ' || left(encode(s.hash, 'hex'), 8)
        FROM programs_strand AS s
        LEFT JOIN LATERAL (
            SELECT b.place, b.hash FROM programs_batch AS b
            WHERE b.program_id = s.program_id AND b.strand_id = s.id ORDER BY b.place DESC LIMIT 1
        ) AS last ON true
        WHERE s.program_id = %(program)s
            AND (s.batches <> coalesce(last.place, 0) OR s.hash <> coalesce(last.hash, sha256('')))
        """,
}
"""Rows that are not as the chain says."""

_UNTIL = "SELECT coalesce(pg_sequence_last_value('programs_posting_id_seq'), 0)"
_NEXT = "SELECT nextval('programs_batch_number_seq')"
_BEGUN = "SELECT pg_current_xact_id()::text"
"""A number of its own, above that of every transaction that has one by now. A snapshot ends after the last transaction
that was completed: it leaves out whoever has begun since, and may have read the number of the batch."""
_RUNNING = """
SELECT EXISTS (
    SELECT FROM pg_snapshot_xip(pg_current_snapshot()) AS running
    WHERE running < %s::xid8 AND running::xid NOT IN (
        SELECT held.transactionid FROM pg_locks AS held JOIN pg_stat_activity AS whose USING (pid)
        WHERE held.locktype = 'transactionid' AND held.granted AND held.mode = 'ExclusiveLock'
            AND whose.datname <> current_database()))
"""
"""Transactions of other databases of the server have numbers of the same row, and nothing to do with points."""
_LAST = "SELECT number, until FROM programs_batch ORDER BY id DESC LIMIT 1"
_ROWS = f"""
SELECT found.program_id, found.batch_number, %(until)s::bigint, found.count, found.digest, found.moves, found.uses,
    found.lots
FROM ({rows("p.id > %(after)s AND p.batch_number > %(last)s AND p.batch_number < %(open)s")}) AS found
ORDER BY found.batch_number, found.program_id
"""
_SEAL = "SELECT programs_batch_seal(%s, %s, %s, %s, %s, %s, %s, %s, %s)"
_UNSEALED = """
SELECT count(*) FROM programs_posting AS p CROSS JOIN LATERAL (
    SELECT coalesce(max(number), 0) AS number, coalesce(max(until), 0) AS until FROM programs_batch
) AS sealed WHERE p.id > sealed.until AND p.batch_number > sealed.number AND p.program_id = %s
"""


def seal(now: datetime) -> int:
    """Seal what is committed, of every programme; return how many postings."""
    with statements.cursor() as cursor:
        # In this order: whoever sees the new batch draws its numbers after those that are drawn by now.
        until, number = one(cursor, _UNTIL), one(cursor, _NEXT)
        begun = one(cursor, _BEGUN)
        deadline = time.monotonic() + PATIENCE
        while one(cursor, _RUNNING, begun):
            if time.monotonic() > deadline:
                return 0
            time.sleep(PAUSE)
    with transaction.atomic(), statements.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        last, after = cursor.execute(_LAST).fetchone() or (0, 0)
        values = {"until": until, "open": number, "last": last, "after": after}
        found = cursor.execute(_ROWS, values).fetchall()
        for row in found:
            cursor.execute(_SEAL, [*row, now])
    return sum(row[3] for row in found)


def unsealed(program_id: int) -> int:
    """Return how many postings of a programme are not sealed yet."""
    with statements.cursor() as cursor:
        return int(one(cursor, _UNSEALED, program_id))


def one(cursor: Any, statement: str, *values: object) -> Any:
    """Return the one thing a statement answers with."""
    return cursor.execute(statement, values or None).fetchone()[0]
