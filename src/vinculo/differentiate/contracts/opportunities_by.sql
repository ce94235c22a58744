-- One row a value of an asked dimension and a distinct history at discrete opportunities, as in the query of everybody:
-- time is cut backwards from $as_of in periods of $period_days.
WITH bought AS (
    SELECT DISTINCT
        sampled.customer_id,
        grouped.dimension_value,
        CAST(floor(date_diff('day', sampled.day, CAST($as_of AS DATE)) / $period_days) AS BIGINT) AS periods_ago
    FROM sampled_days AS sampled
    JOIN sampled_groups AS grouped ON grouped.customer_id = sampled.customer_id
    WHERE sampled.sale_lines > 0 AND sampled.day <= CAST($as_of AS DATE)
),
histories AS (
    SELECT
        dimension_value,
        count(*) - 1 AS repeat_periods,
        max(periods_ago) - min(periods_ago) AS last_repeat_period,
        max(periods_ago) AS opportunities
    FROM bought
    GROUP BY dimension_value, customer_id
)
SELECT
    dimension_value,
    repeat_periods,
    last_repeat_period,
    opportunities,
    count(*) AS customers
FROM histories
GROUP BY dimension_value, repeat_periods, last_repeat_period, opportunities
ORDER BY dimension_value, repeat_periods, last_repeat_period, opportunities
