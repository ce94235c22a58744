-- How regular customers are whose times between purchases vary: one row.
SELECT
    count(interpurchase_variation) AS customers,
    CAST(sum(CASE WHEN interpurchase_variation < 0.5 THEN 1 ELSE 0 END) AS BIGINT) AS regular_customers
FROM rhythm
