-- One row: how many customers are scored, and the mean chance to buy of those just won (of all with a single purchase
-- when nobody was won of late).
SELECT
    count(*) AS customers,
    coalesce(
        avg(CASE WHEN purchase_days = 1 AND since_last_days <= $acquire_days THEN p_buys END),
        avg(CASE WHEN purchase_days = 1 THEN p_buys END),
        1
    ) AS usual_p_buys_once
FROM scored
