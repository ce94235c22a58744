-- What became of points, by the lots they were issued in: one row for each lot and event, signed by its line.
-- Points that are held for a reward are neither redeemed nor lost: they are still outstanding.
lives AS (
    -- Issued; or given back after they had expired.
    SELECT
        a.unit_id, l.earned_at, l.grant_class, p.happened_at, p.id AS posting_id,
        CASE WHEN p.kind = 'reinstate' THEN 'expired' ELSE 'issued' END AS line,
        CASE WHEN p.kind = 'reinstate' THEN -l.issued ELSE l.issued END AS amount
    FROM programs_lot AS l
    JOIN programs_posting AS p ON p.id = l.posting_id
    JOIN programs_account AS a ON a.id = l.account_id
    WHERE p.program_id = %(program)s AND p.kind IN ('award', 'adjust', 'reinstate') AND {window}
    UNION ALL
    -- Taken, or given back. Where points come in, what is taken from them settles a debt.
    SELECT a.unit_id, l.earned_at, l.grant_class, p.happened_at, p.id, line.line, u.amount
    FROM programs_lotuse AS u
    JOIN programs_posting AS p ON p.id = u.posting_id
    JOIN programs_lot AS l ON l.id = u.lot_id
    JOIN programs_account AS a ON a.id = l.account_id
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN p.kind = 'spend' THEN 'redeemed'
            WHEN p.kind = 'expire' THEN 'expired'
            WHEN p.kind IN ('award', 'release', 'adjust') THEN 'taken_back'
            WHEN p.kind IN ('transfer', 'reinstate') AND l.posting_id = u.posting_id THEN 'taken_back'
            WHEN p.kind IN ('reverse', 'cancel', 'timeout', 'unblock') AND u.amount > 0 THEN 'taken_back'
            WHEN p.kind = 'reverse' THEN (
                SELECT CASE WHEN o.kind IN ('spend', 'confirm') THEN 'redeemed' ELSE 'taken_back' END
                FROM programs_posting AS o WHERE o.id = p.refers_to
            )
        END AS line
    ) AS line
    WHERE p.program_id = %(program)s AND {window} AND line.line IS NOT NULL
    UNION ALL
    -- Reserved points are redeemed when the reservation is confirmed.
    SELECT a.unit_id, l.earned_at, l.grant_class, p.happened_at, p.id, 'redeemed', u.amount
    FROM programs_posting AS p
    JOIN programs_lotuse AS u ON u.posting_id = p.refers_to
    JOIN programs_lot AS l ON l.id = u.lot_id
    JOIN programs_account AS a ON a.id = l.account_id
    WHERE p.program_id = %(program)s AND p.kind = 'confirm' AND p.outcome = '' AND {window}
    UNION ALL
    -- Points of a returned purchase that had expired: they were taken back instead.
    SELECT h.unit_id, o.happened_at, o.grant_class, p.happened_at, p.id, line.line, line.sign * t.amount
    FROM programs_posting AS p
    JOIN programs_posting AS o ON o.id = p.refers_to
    JOIN programs_transfer AS t ON t.posting_id = p.id
    JOIN programs_account AS h ON h.id = t.debit_id AND h.member_id IS NULL
    JOIN programs_account AS c ON c.id = t.credit_id AND c.member_id IS NULL
    CROSS JOIN (VALUES ('taken_back', 1), ('expired', -1)) AS line (line, sign)
    WHERE p.program_id = %(program)s AND p.kind = 'reverse' AND p.outcome = '' AND {window}
)
