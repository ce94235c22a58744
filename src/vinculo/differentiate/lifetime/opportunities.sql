-- One row a distinct history at discrete opportunities: periods bought in again, the last of them, and how many there were.
-- Time is cut backwards from $as_of in periods of $period_days, so the last period is whole. The period of the first
-- purchase is not an opportunity; every later one is.
WITH bought AS (
    SELECT DISTINCT
        customer_id,
        CAST(floor(date_diff('day', day, CAST($as_of AS DATE)) / $period_days) AS BIGINT) AS periods_ago
    FROM sampled_days
    WHERE sale_lines > 0 AND day <= CAST($as_of AS DATE)
),
histories AS (
    SELECT
        count(*) - 1 AS repeat_periods,
        max(periods_ago) - min(periods_ago) AS last_repeat_period,
        max(periods_ago) AS opportunities
    FROM bought
    GROUP BY customer_id
)
SELECT
    repeat_periods,
    last_repeat_period,
    opportunities,
    count(*) AS customers
FROM histories
GROUP BY repeat_periods, last_repeat_period, opportunities
ORDER BY repeat_periods, last_repeat_period, opportunities
