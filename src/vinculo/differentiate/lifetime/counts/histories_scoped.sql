-- One row: how many customers of one value of an asked dimension share one purchase history (x, t_x, T in days).
SELECT
    dimension_value,
    repeat_purchase_days,
    age_at_last_days,
    tenure_days,
    count(*) AS customers
FROM scoped_profile
WHERE dimension = $dimension AND purchase_days > 0
GROUP BY dimension_value, repeat_purchase_days, age_at_last_days, tenure_days
ORDER BY dimension_value, repeat_purchase_days, age_at_last_days, tenure_days
