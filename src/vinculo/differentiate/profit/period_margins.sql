-- One customer who bought in one of two periods that follow each other, with the margin of each; null where the
-- customer bought nothing in it.
WITH days AS (
    SELECT
        customer_id,
        sale_lines,
        CASE WHEN day > CAST($previous_to AS DATE) THEN sales_minor - returns_minor - cost_minor ELSE 0 END AS later,
        CASE WHEN day > CAST($previous_to AS DATE) THEN 0 ELSE sales_minor - returns_minor - cost_minor END AS earlier,
        CASE WHEN day > CAST($previous_to AS DATE) AND sale_lines > 0 THEN 1 ELSE 0 END AS bought_later,
        CASE WHEN day > CAST($previous_to AS DATE) OR sale_lines = 0 THEN 0 ELSE 1 END AS bought_earlier
    FROM customer_days
    WHERE day >= CAST($previous_from AS DATE) AND day <= CAST($as_of AS DATE)
),

margins AS (
    SELECT
        max(bought_later) AS bought_later,
        max(bought_earlier) AS bought_earlier,
        CAST(sum(later) AS BIGINT) AS later,
        CAST(sum(earlier) AS BIGINT) AS earlier
    FROM days
    GROUP BY customer_id
)

SELECT
    bought_later = 1 AS bought,
    bought_earlier = 1 AS bought_previous,
    later AS margin_minor,
    earlier AS margin_previous_minor
FROM margins
WHERE bought_later = 1 OR bought_earlier = 1
