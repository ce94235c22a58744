-- One row: how many customers share one purchase history (x, t_x, T in days); customers without a purchase are not here.
SELECT
    repeat_purchase_days,
    age_at_last_days,
    tenure_days,
    count(*) AS customers
FROM profile
WHERE purchase_days > 0
GROUP BY repeat_purchase_days, age_at_last_days, tenure_days
ORDER BY repeat_purchase_days, age_at_last_days, tenure_days
