-- One row: a cohort and a number of renewals in a row, with the customers who renewed so often before the first one that
-- they missed (or so far).
SELECT
    CAST(date_trunc($cohort_period, first_on) AS DATE) AS cohort,
    renewals,
    count(*) AS customers,
    max(first_on) AS last_joined_on
FROM streaks
GROUP BY CAST(date_trunc($cohort_period, first_on) AS DATE), renewals
ORDER BY cohort, renewals
