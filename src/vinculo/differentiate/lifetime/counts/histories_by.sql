-- One row: how many customers of one value of a dimension share one purchase history (x, t_x, T in days).
SELECT
    dimension_value,
    repeat_purchase_days,
    age_at_last_days,
    tenure_days,
    count(*) AS customers
FROM (
    SELECT
        CASE $dimension
            WHEN 'country' THEN country
            WHEN 'channel' THEN channel
            WHEN 'segment' THEN segment
            WHEN 'dominant_category' THEN dominant_category
            WHEN 'cohort' THEN CAST(cohort AS TEXT)
        END AS dimension_value,
        repeat_purchase_days,
        age_at_last_days,
        tenure_days
    FROM profile
    WHERE purchase_days > 0
) AS customers
GROUP BY dimension_value, repeat_purchase_days, age_at_last_days, tenure_days
ORDER BY dimension_value NULLS LAST, repeat_purchase_days, age_at_last_days, tenure_days
