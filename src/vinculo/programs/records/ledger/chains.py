"""Chains: what is hashed of a batch, worked out again from its rows; and every strand followed from its beginning."""


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
