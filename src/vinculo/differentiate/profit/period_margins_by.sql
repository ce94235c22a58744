-- One value of an asked dimension with its customers who bought in one of two periods that follow each other, as four
-- lists in the same order: whether they bought in the later and in the earlier period, and the margin of each.
WITH days AS (
    SELECT
        customer_id,
        CASE WHEN day > CAST($previous_to AS DATE) THEN sales_minor - returns_minor - cost_minor ELSE 0 END AS later,
        CASE WHEN day > CAST($previous_to AS DATE) THEN 0 ELSE sales_minor - returns_minor - cost_minor END AS earlier,
        CASE WHEN day > CAST($previous_to AS DATE) AND sale_lines > 0 THEN 1 ELSE 0 END AS bought_later,
        CASE WHEN day > CAST($previous_to AS DATE) OR sale_lines = 0 THEN 0 ELSE 1 END AS bought_earlier
    FROM customer_days
    WHERE day >= CAST($previous_from AS DATE) AND day <= CAST($as_of AS DATE)
),

margins AS (
    SELECT
        customer_id,
        max(bought_later) AS bought_later,
        max(bought_earlier) AS bought_earlier,
        CAST(sum(later) AS BIGINT) AS later,
        CAST(sum(earlier) AS BIGINT) AS earlier
    FROM days
    GROUP BY customer_id
)

SELECT
    scoped.dimension_value,
    list(CAST(margins.bought_later AS BIGINT)) AS bought,
    list(CAST(margins.bought_earlier AS BIGINT)) AS bought_previous,
    list(margins.later) AS margin_minor,
    list(margins.earlier) AS margin_previous_minor
FROM margins
INNER JOIN scoped_profile AS scoped ON scoped.customer_id = margins.customer_id
WHERE scoped.dimension = $dimension AND (margins.bought_later = 1 OR margins.bought_earlier = 1)
GROUP BY scoped.dimension_value
ORDER BY scoped.dimension_value
