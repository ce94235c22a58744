-- What lots hold at a cut-off, by the last day on which their points are good.
SELECT a.unit_id, l.expires_on, sum(moved.amount)::bigint AS points
FROM (
    SELECT l.id AS lot_id, l.issued AS amount
    FROM programs_lot AS l JOIN programs_posting AS p ON p.id = l.posting_id
    WHERE p.program_id = %(program)s AND {window}
    UNION ALL
    SELECT u.lot_id, -u.amount
    FROM programs_lotuse AS u JOIN programs_posting AS p ON p.id = u.posting_id
    WHERE p.program_id = %(program)s AND {window}
) AS moved
JOIN programs_lot AS l ON l.id = moved.lot_id
JOIN programs_account AS a ON a.id = l.account_id
GROUP BY 1, 2
HAVING sum(moved.amount) <> 0
