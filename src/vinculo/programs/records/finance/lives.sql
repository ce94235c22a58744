-- What became of points, by the lots they were issued in: one row for each lot and event, signed by its line.
-- Points that are held for a reward are neither redeemed nor lost: they are still outstanding. The member is who holds
-- the lot.
lives AS (
    -- Issued: the lot of an award has the number and the moment of its posting, which need not be looked up; lots
    -- that points were handed on to have later numbers than theirs.
    SELECT
        a.unit_id, p.earned_at, p.grant_class, p.earned_at AS happened_at, p.id AS posting_id, 'issued' AS line,
        p.issued AS amount, a.member_id
    FROM (SELECT l.*, l.earned_at AS happened_at FROM programs_lot AS l WHERE l.posting_id >= l.id) AS p
    JOIN programs_account AS a ON a.id = p.account_id
    JOIN programs_unit AS unit ON unit.id = a.unit_id AND unit.program_id = %(program)s
    WHERE {window}
    UNION ALL
    -- Given back after they had expired, in lots of their own.
    SELECT a.unit_id, l.earned_at, l.grant_class, p.happened_at, p.id, 'expired', -l.issued, a.member_id
    FROM programs_lot AS l
    JOIN programs_posting AS p ON p.id = l.posting_id AND p.kind = 'reinstate'
    JOIN programs_account AS a ON a.id = l.account_id
    WHERE p.program_id = %(program)s AND l.posting_id <> l.id AND {window}
    UNION ALL
    -- Taken. Where points come in, what is taken from them settles a debt.
    SELECT
        a.unit_id, l.earned_at, l.grant_class, p.happened_at, p.id,
        CASE p.kind WHEN 'spend' THEN 'redeemed' WHEN 'expire' THEN 'expired' ELSE 'taken_back' END, u.amount,
        a.member_id
    FROM programs_lotuse AS u
    JOIN programs_posting AS p ON p.id = u.posting_id
    JOIN programs_lot AS l ON l.id = u.lot_id
    JOIN programs_account AS a ON a.id = l.account_id
    WHERE p.program_id = %(program)s AND {window} AND (
        p.kind IN ('spend', 'expire', 'award', 'release', 'adjust')
        OR (p.kind IN ('transfer', 'reinstate') AND l.posting_id = u.posting_id)
        OR (p.kind IN ('reverse', 'cancel', 'timeout', 'unblock') AND u.amount > 0)
    )
    UNION ALL
    -- Given back to the lots they came from.
    SELECT
        a.unit_id, l.earned_at, l.grant_class, p.happened_at, p.id,
        CASE WHEN o.kind IN ('spend', 'confirm') THEN 'redeemed' ELSE 'taken_back' END, u.amount, a.member_id
    FROM programs_posting AS p
    JOIN programs_posting AS o ON o.id = p.refers_to
    JOIN programs_lotuse AS u ON u.posting_id = p.id AND u.amount < 0
    JOIN programs_lot AS l ON l.id = u.lot_id
    JOIN programs_account AS a ON a.id = l.account_id
    WHERE p.program_id = %(program)s AND p.kind = 'reverse' AND p.refers_to IS NOT NULL AND {window}
    UNION ALL
    -- Reserved points are redeemed when the reservation is confirmed.
    SELECT a.unit_id, l.earned_at, l.grant_class, p.happened_at, p.id, 'redeemed', u.amount, a.member_id
    FROM programs_posting AS p
    JOIN programs_lotuse AS u ON u.posting_id = p.refers_to
    JOIN programs_lot AS l ON l.id = u.lot_id
    JOIN programs_account AS a ON a.id = l.account_id
    WHERE p.program_id = %(program)s AND p.kind = 'confirm' AND p.outcome = '' AND {window}
    UNION ALL
    -- Points of a returned purchase that had expired: they were taken back instead.
    SELECT h.unit_id, o.happened_at, o.grant_class, p.happened_at, p.id, line.line, line.sign * t.amount,
        (SELECT w.member_id FROM programs_account AS w WHERE w.id = o.account_id)
    FROM programs_posting AS p
    JOIN programs_posting AS o ON o.id = p.refers_to
    JOIN programs_transfer AS t ON t.posting_id = p.id
    JOIN programs_account AS h ON h.id = t.debit_id AND h.member_id IS NULL
    JOIN programs_account AS c ON c.id = t.credit_id AND c.member_id IS NULL
    CROSS JOIN (VALUES ('taken_back', 1), ('expired', -1)) AS line (line, sign)
    WHERE p.program_id = %(program)s AND p.kind = 'reverse' AND p.outcome = '' AND p.refers_to IS NOT NULL AND {window}
)
