-- What was paid for the purchases that gave points, by day of purchase, without what was returned.
WITH prices AS (
    SELECT p.account_id, p.happened_at, (p.details ->> 'price_minor')::numeric AS price, 1 AS grants
    FROM programs_posting AS p
    WHERE p.program_id = %(program)s AND p.kind = 'award' AND p.outcome = '' AND p.grant_class = 'purchase'
        AND {window}
    UNION ALL
    -- Of a return the whole price goes, even if its points were not there any more: what it tells, or its share.
    SELECT
        o.account_id, o.happened_at,
        -coalesce((p.details ->> 'price_minor')::numeric, (o.details ->> 'price_minor')::numeric * p.asked / o.amount), 0
    FROM programs_posting AS p
    JOIN programs_posting AS o ON o.id = p.refers_to
    WHERE p.program_id = %(program)s AND p.kind IN ('reverse', 'cancel', 'timeout') AND p.outcome = ''
        AND o.kind = 'award' AND o.grant_class = 'purchase' AND {window}
)
SELECT
    a.unit_id, (p.happened_at AT TIME ZONE %(zone)s)::date AS day,
    round(coalesce(sum(p.price), 0))::bigint AS price, count(*) FILTER (WHERE p.price IS NULL AND p.grants = 1) AS unpriced
FROM prices AS p
JOIN programs_account AS a ON a.id = p.account_id
GROUP BY 1, 2
