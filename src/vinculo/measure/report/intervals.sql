-- One class of customers by their own mean time between purchases: how many, how many are late, and what the late ones
-- are still worth.
SELECT
    CASE
        WHEN mean_interpurchase_days <= 14 THEN 14
        WHEN mean_interpurchase_days <= 31 THEN 31
        WHEN mean_interpurchase_days <= 92 THEN 92
        WHEN mean_interpurchase_days <= 183 THEN 183
        WHEN mean_interpurchase_days <= 366 THEN 366
        ELSE 0
    END AS up_to_days,
    count(*) AS customers,
    CAST(
        sum(CASE WHEN since_last_days > mean_interpurchase_days * CAST($late AS DOUBLE) THEN 1 ELSE 0 END) AS BIGINT
    ) AS late_customers,
    CAST(
        sum(
            CASE
                WHEN since_last_days > mean_interpurchase_days * CAST($late AS DOUBLE) THEN residual_value_minor
                ELSE 0
            END
        ) AS BIGINT
    ) AS late_value_minor
FROM value
WHERE mean_interpurchase_days > 0
GROUP BY 1
ORDER BY 1
