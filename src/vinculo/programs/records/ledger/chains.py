"""Chains: the hash of every batch worked out again from its rows, and every strand followed from its beginning."""

_ROWS = """
SELECT p.batch_id, programs_digest(string_agg(programs_line(p), E'\\n' ORDER BY p.id)) AS digest, count(*) AS count
FROM programs_posting AS p WHERE p.program_id = %(program)s GROUP BY p.batch_id
"""
_MOVES = """
SELECT p.batch_id, programs_digest(string_agg(programs_line(t), E'\\n' ORDER BY t.posting_id, t.place)) AS digest
FROM programs_transfer AS t JOIN programs_posting AS p ON p.id = t.posting_id
WHERE p.program_id = %(program)s GROUP BY p.batch_id
"""
_USES = """
SELECT p.batch_id, programs_digest(string_agg(programs_line(u), E'\\n' ORDER BY u.posting_id, u.place)) AS digest
FROM programs_lotuse AS u JOIN programs_posting AS p ON p.id = u.posting_id
WHERE p.program_id = %(program)s GROUP BY p.batch_id
"""
_LOTS = """
SELECT p.batch_id, programs_digest(string_agg(programs_line(l), E'\\n' ORDER BY l.id)) AS digest
FROM programs_lot AS l JOIN programs_posting AS p ON p.id = l.posting_id
WHERE p.program_id = %(program)s GROUP BY p.batch_id
"""
QUERIES = {
    "batch": f"""
        SELECT 'batch ' || coalesce(b.id, rows.batch_id), concat_ws(' ', b.postings, left(encode(b.hash, 'hex'), 8)),
            concat_ws(' ', rows.count, left(encode(again.hash, 'hex'), 8))
        FROM (SELECT * FROM programs_batch WHERE program_id = %(program)s) AS b
        FULL JOIN ({_ROWS}) AS rows ON rows.batch_id = b.id
        LEFT JOIN ({_MOVES}) AS moves ON moves.batch_id = b.id
        LEFT JOIN ({_USES}) AS uses ON uses.batch_id = b.id
        LEFT JOIN ({_LOTS}) AS lots ON lots.batch_id = b.id
        CROSS JOIN LATERAL (SELECT programs_chain(b.previous_hash, b.strand_id, b.place, rows.digest,
            coalesce(moves.digest, sha256('')), coalesce(uses.digest, sha256('')), coalesce(lots.digest, sha256('')))
            AS hash) AS again
        WHERE b.postings IS DISTINCT FROM rows.count OR b.hash IS DISTINCT FROM again.hash
        """,
    "strand": """
        SELECT 'batch ' || id, place_expected || ' ' || left(encode(before, 'hex'), 8),
            place || ' ' || left(encode(previous_hash, 'hex'), 8)
        FROM (
            SELECT b.id, b.place, b.previous_hash,
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
