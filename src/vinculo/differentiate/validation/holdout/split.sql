-- One row a sampled customer seen by the end of the holdout: what was known at the close of the origin, and the
-- purchase days of the horizon after it. A negative tenure is a customer won after the origin.
SELECT
    customer_number,
    count(*) FILTER (WHERE day_number <= $origin) - 1 AS repeat_purchase_days,
    max(day_number) FILTER (WHERE day_number <= $origin) - min(day_number) AS age_at_last_days,
    $origin - min(day_number) AS tenure_days,
    count(*) FILTER (WHERE day_number <= $origin AND day_number > $origin - $horizon)
    - CASE WHEN min(day_number) > $origin - $horizon THEN 1 ELSE 0 END AS repeats_in_window,
    count(*) FILTER (WHERE day_number > $origin) AS purchase_days
FROM validation_days
WHERE day_number <= $origin + $horizon
GROUP BY customer_number
ORDER BY customer_number
