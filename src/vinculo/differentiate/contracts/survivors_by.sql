-- One row: a cohort within a value of an asked dimension and a number of renewals in a row, with the customers who renewed
-- so often before the first one that they missed (or so far).
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
