-- What accounts of members hold together, by unit: what came from the house less what went to it.
WITH house AS (
    SELECT a.id, a.unit_id FROM programs_account AS a JOIN programs_unit AS u ON u.id = a.unit_id
    WHERE a.member_id IS NULL AND u.program_id = %(program)s
)
SELECT
    coalesce(debit.unit_id, credit.unit_id),
    sum(CASE WHEN credit.id IS NULL THEN t.amount WHEN debit.id IS NULL THEN -t.amount ELSE 0 END)::bigint
FROM programs_posting AS p
JOIN programs_transfer AS t ON t.posting_id = p.id
LEFT JOIN house AS debit ON debit.id = t.debit_id
LEFT JOIN house AS credit ON credit.id = t.credit_id
WHERE p.program_id = %(program)s AND (debit.id IS NOT NULL OR credit.id IS NOT NULL) AND {window}
GROUP BY 1
