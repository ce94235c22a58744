-- One bin of customers on the value map: those near one age at last purchase and number of repeat purchase days.
SELECT
    CAST(round(age_at_last_days / CAST($days AS DOUBLE)) * $days AS BIGINT) AS age_at_last_days,
    CAST(round(repeat_purchase_days / CAST($repeats AS DOUBLE)) * $repeats AS BIGINT) AS repeat_purchase_days,
    count(*) AS customers
FROM value
WHERE purchase_days > 0
GROUP BY 1, 2
ORDER BY 1, 2
