-- One value of a dimension: its customers and what they are worth; largest past profit first.
SELECT
    coalesce(
        CASE $dimension
            WHEN 'country' THEN country
            WHEN 'channel' THEN channel
            WHEN 'segment' THEN segment
            WHEN 'dominant_category' THEN dominant_category
            WHEN 'cohort' THEN CAST(cohort AS VARCHAR)
        END,
        'unknown'
    ) AS dimension_value,
    count(*) AS customers,
    sum(net_sales_minor) AS net_sales_minor,
    sum(contribution_minor) AS contribution_minor,
    sum(residual_value_minor) AS residual_value_minor,
    sum(expected_purchases) AS expected_purchases,
    avg(p_buys) AS mean_p_buys
FROM value
GROUP BY 1
ORDER BY contribution_minor DESC, dimension_value
