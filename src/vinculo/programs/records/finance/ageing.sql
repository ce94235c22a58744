-- What lots hold at a cut-off, by the last day on which their points are good.
WITH lot AS (
    SELECT l.*, l.earned_at AS happened_at, a.unit_id
    FROM programs_lot AS l
    JOIN programs_account AS a ON a.id = l.account_id
    JOIN programs_unit AS unit ON unit.id = a.unit_id AND unit.program_id = %(program)s
),
moved AS (
    -- The lot of an award has the number and the moment of its posting; the others are looked up.
    SELECT p.unit_id, p.expires_on, sum(p.issued) AS points FROM lot AS p WHERE p.posting_id >= p.id AND {window}
    GROUP BY 1, 2
    UNION ALL
    SELECT l.unit_id, l.expires_on, sum(l.issued)
    FROM lot AS l JOIN programs_posting AS p ON p.id = l.posting_id WHERE l.posting_id <> l.id AND {window}
    GROUP BY 1, 2
    UNION ALL
    SELECT l.unit_id, l.expires_on, -sum(u.amount)
    FROM programs_lotuse AS u
    JOIN programs_posting AS p ON p.id = u.posting_id
    JOIN lot AS l ON l.id = u.lot_id
    WHERE p.program_id = %(program)s AND {window}
    GROUP BY 1, 2
)
SELECT unit_id, expires_on, sum(points)::bigint AS points FROM moved GROUP BY 1, 2 HAVING sum(points) <> 0
