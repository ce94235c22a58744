-- One row: a cohort within a value of an asked dimension and a number of renewals in a row, with the customers who renewed
-- so often before the first one that they missed (or so far); renewals as in the query of everybody.
WITH bought AS (
    SELECT
        customer_id,
        day,
        min(day) OVER (PARTITION BY customer_id) AS first_on
    FROM customer_days
    WHERE sale_lines > 0 AND day <= CAST($as_of AS DATE)
),
periods AS (
    SELECT DISTINCT
        customer_id,
        first_on,
        CAST(floor(date_diff('day', first_on, day) / CAST($contract_days AS DOUBLE) + 0.5) AS BIGINT) AS period
    FROM bought
),
placed AS (
    SELECT
        customer_id,
        first_on,
        period,
        row_number() OVER (PARTITION BY customer_id ORDER BY period) - 1 AS place
    FROM periods
),
streaks AS (
    -- Periods rise, so they equal their places up to the first one that is missing and never again.
    SELECT
        customer_id,
        first_on,
        count(*) - 1 AS renewals
    FROM placed
    WHERE period = place
    GROUP BY customer_id, first_on
)
SELECT
    scoped.dimension_value,
    CAST(date_trunc($cohort_period, streaks.first_on) AS DATE) AS cohort,
    streaks.renewals,
    count(*) AS customers,
    max(streaks.first_on) AS last_joined_on
FROM streaks
JOIN scoped_profile AS scoped ON scoped.customer_id = streaks.customer_id
WHERE scoped.dimension = $dimension
GROUP BY scoped.dimension_value, CAST(date_trunc($cohort_period, streaks.first_on) AS DATE), streaks.renewals
ORDER BY dimension_value, cohort, renewals
