-- What campaigns gave, and what of it can still be redeemed: one row for each unit and campaign.
WITH given AS (
    SELECT p.id, p.campaign, p.amount, a.unit_id
    FROM programs_posting AS p JOIN programs_account AS a ON a.id = p.account_id
    WHERE p.program_id = %(program)s AND p.campaign <> '' AND p.kind = 'award' AND p.outcome = ''
        AND p.to_account_id IS NULL AND p.held_until IS NULL
        AND (%(campaign)s = '' OR p.campaign = %(campaign)s)
),
back AS (
    SELECT g.unit_id, g.campaign, sum(p.amount) AS taken_back
    FROM given AS g JOIN programs_posting AS p ON p.refers_to = g.id
    WHERE p.kind IN ('reverse', 'cancel', 'timeout') AND p.outcome = ''
    GROUP BY 1, 2
),
lots AS (
    SELECT g.unit_id, g.campaign, l.id, l.remaining, a.kind
    FROM given AS g JOIN programs_lot AS l ON l.award_id = g.id JOIN programs_account AS a ON a.id = l.account_id
),
-- A reservation that nobody confirmed, cancelled or timed out; blocked points come back one day as well.
held AS (
    SELECT l.unit_id, l.campaign, sum(u.amount) AS held
    FROM lots AS l
    JOIN programs_lotuse AS u ON u.lot_id = l.id
    JOIN programs_posting AS p ON p.id = u.posting_id AND p.kind IN ('reserve', 'block')
    WHERE NOT EXISTS (
        SELECT 1 FROM programs_posting AS r
        WHERE r.refers_to = p.id AND r.outcome = '' AND r.kind IN ('confirm', 'cancel', 'timeout', 'unblock')
    )
    GROUP BY 1, 2
),
standing AS (
    SELECT
        unit_id, campaign,
        sum(remaining) FILTER (WHERE kind = 'pending') AS pending, sum(remaining) FILTER (WHERE kind = 'wallet') AS available
    FROM lots GROUP BY 1, 2
),
issued AS (SELECT unit_id, campaign, sum(amount) AS issued FROM given GROUP BY 1, 2)
SELECT
    i.unit_id, i.campaign, i.issued::bigint, coalesce(b.taken_back, 0)::bigint, coalesce(s.pending, 0)::bigint,
    coalesce(s.available, 0)::bigint, coalesce(h.held, 0)::bigint
FROM issued AS i
LEFT JOIN back AS b USING (unit_id, campaign)
LEFT JOIN standing AS s USING (unit_id, campaign)
LEFT JOIN held AS h USING (unit_id, campaign)
ORDER BY 1, 2
