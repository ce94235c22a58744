-- Points in and out of wallets by day: one row for each unit, line, class of grant or reward, and day.
-- A transfer between two accounts of one member (held, set free, made available) moves nothing in sum.
WITH house AS (
    SELECT a.id, a.unit_id FROM programs_account AS a JOIN programs_unit AS u ON u.id = a.unit_id
    WHERE a.member_id IS NULL AND u.program_id = %(program)s
),
moved AS NOT MATERIALIZED (
    SELECT
        p.id, p.kind, p.refers_to, p.grant_class, p.reward_class,
        (p.happened_at AT TIME ZONE %(zone)s)::date AS day,
        coalesce(debit.unit_id, credit.unit_id, a.unit_id) AS unit_id,
        debit.id IS NOT NULL AS came, credit.id IS NOT NULL AS went, t.amount
    FROM programs_posting AS p
    JOIN programs_transfer AS t ON t.posting_id = p.id
    LEFT JOIN house AS debit ON debit.id = t.debit_id
    LEFT JOIN house AS credit ON credit.id = t.credit_id
    LEFT JOIN programs_account AS a ON p.kind = 'transfer' AND a.id = t.debit_id
    WHERE p.program_id = %(program)s AND p.outcome = '' AND {window}
        AND (debit.id IS NOT NULL OR credit.id IS NOT NULL OR p.kind = 'transfer')
),
-- Most postings refer to no other: they are summed before anything is looked up.
plain AS (
    SELECT unit_id, kind, came, went, grant_class, reward_class, day, sum(amount) AS amount, count(*) AS transfers
    FROM moved WHERE refers_to IS NULL GROUP BY 1, 2, 3, 4, 5, 6, 7
),
referring AS (
    SELECT
        m.unit_id, m.kind, m.came, m.went, o.grant_class,
        coalesce(nullif(m.reward_class, ''), nullif(o.reward_class, ''), r.reward_class, '') AS reward_class,
        m.day, sum(m.amount) AS amount, count(*) AS transfers, o.kind AS original
    FROM moved AS m
    JOIN programs_posting AS o ON o.id = m.refers_to
    LEFT JOIN programs_posting AS r ON o.kind = 'confirm' AND r.id = o.refers_to
    WHERE m.refers_to IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7, 10
),
summed AS (SELECT *, '' AS original FROM plain UNION ALL SELECT * FROM referring),
-- One movement of a summed row, or two: what goes from wallet to wallet, and what had expired before it was clawed back.
lined AS (
    SELECT
        s.unit_id, s.day, s.transfers, line.line, line.sign * s.amount AS points,
        CASE
            WHEN line.line IN ('redeemed', 'restored') THEN s.reward_class
            WHEN line.line IN ('issued', 'clawed_back', 'cancelled') AND (s.kind = 'adjust' OR s.original = 'adjust')
                THEN 'adjustment'
            WHEN line.line IN ('issued', 'clawed_back', 'cancelled') THEN s.grant_class
            ELSE ''
        END AS by
    FROM summed AS s
    CROSS JOIN LATERAL (
        SELECT
            CASE
                WHEN s.kind = 'award' AND s.came THEN 'issued'
                WHEN s.kind = 'adjust' AND s.came THEN 'issued'
                WHEN s.kind = 'adjust' THEN 'corrected'
                WHEN s.kind IN ('spend', 'confirm') AND s.went THEN 'redeemed'
                WHEN s.kind = 'expire' AND s.went THEN 'expired'
                WHEN s.kind = 'reinstate' AND s.came THEN 'reinstated'
                WHEN s.kind IN ('cancel', 'timeout') AND s.went THEN 'cancelled'
                WHEN s.kind = 'reverse' AND s.went AND s.original IN ('award', 'adjust') THEN 'clawed_back'
                WHEN s.kind = 'reverse' AND s.came AND s.original IN ('spend', 'confirm') THEN 'restored'
                WHEN s.kind = 'reverse' AND s.came AND s.original = 'adjust' THEN 'corrected'
                ELSE 'unclassified'
            END AS line,
            CASE WHEN s.went THEN -1 ELSE 1 END AS sign
        WHERE s.came OR s.went
        UNION ALL SELECT 'transferred_in', 1 WHERE NOT s.came AND NOT s.went
        UNION ALL SELECT 'transferred_out', -1 WHERE NOT s.came AND NOT s.went
        UNION ALL SELECT 'expired', 1 WHERE s.came AND s.went
    ) AS line
)
SELECT unit_id, line, by, day, sum(points)::bigint AS points, sum(transfers)::bigint AS transfers
FROM lined GROUP BY 1, 2, 3, 4
