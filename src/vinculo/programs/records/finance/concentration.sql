-- With whom points lie today: members who did nothing since a moment, and the tenth who hold most.
WITH held AS (
    SELECT a.unit_id, a.id, a.balance, ntile(10) OVER (PARTITION BY a.unit_id ORDER BY a.balance DESC) AS tenth
    FROM programs_account AS a
    JOIN programs_unit AS u ON u.id = a.unit_id
    WHERE u.program_id = %(program)s AND a.kind = 'wallet' AND a.balance > 0
),
awake AS (
    SELECT DISTINCT p.account_id FROM programs_posting AS p
    WHERE p.program_id = %(program)s AND p.happened_at >= %(since)s AND p.outcome = ''
        AND p.kind IN ('award', 'spend', 'reserve', 'confirm')
)
SELECT
    h.unit_id, count(*), sum(h.balance)::bigint,
    count(*) FILTER (WHERE w.account_id IS NULL),
    coalesce(sum(h.balance) FILTER (WHERE w.account_id IS NULL), 0)::bigint,
    coalesce(sum(h.balance) FILTER (WHERE h.tenth = 1), 0)::bigint
FROM held AS h LEFT JOIN awake AS w ON w.account_id = h.id
GROUP BY 1
