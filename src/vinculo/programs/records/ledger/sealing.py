"""Sealing: postings of about a minute are bound by a hash to those before, once all of them are committed.

A till would wait for the commit of the one before if every posting were chained as it is written. So a posting only
carries the number of the batch that is open, and this job closes it: it opens the next one, waits until every
transaction has ended that may have seen the old one, and hashes what these have left.
"""

import time
from datetime import datetime
from typing import Any

from django.db import transaction

from vinculo.programs.records.ledger import chains, statements

LOCK = 1_702_389_612
"""Names our advisory lock among all others of the database."""
PATIENCE = 20.0
"""Seconds to wait for transactions; what they keep open is sealed the next time."""
PAUSE = 0.02

_UNTIL = "SELECT coalesce(pg_sequence_last_value('programs_posting_id_seq'), 0)"
_NEXT = "SELECT nextval('programs_batch_number_seq')"
_BEGUN = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text"
_RUNNING = """
SELECT EXISTS (SELECT FROM pg_snapshot_xip(pg_current_snapshot()) AS running WHERE running < %s::xid8)
"""
_LAST = "SELECT number, until FROM programs_batch ORDER BY id DESC LIMIT 1"
_ROWS = f"""
SELECT found.program_id, found.batch_number, %(until)s::bigint, found.count, found.digest, found.moves, found.uses,
    found.lots
FROM ({chains.rows("p.id > %(after)s AND p.batch_number > %(last)s AND p.batch_number < %(open)s")}) AS found
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
