-- One value tier ($label is value_tier) or relationship area of everybody, or of one value of a dimension, with what its
-- customers are worth together.
WITH totals AS (
    SELECT
        dimension,
        dimension_value,
        CASE WHEN $label = 'value_tier' THEN value_tier ELSE relationship_area END AS label,
        count(*) AS customers,
        CAST(sum(contribution_minor) AS BIGINT) AS contribution_minor,
        CAST(sum(residual_value_minor) AS BIGINT) AS residual_value_minor,
        CAST(sum(total_value_minor) AS BIGINT) AS total_value_minor,
        CAST(sum(net_sales_minor) AS BIGINT) AS net_sales_minor,
        CAST(sum(CAST(round(p_buys * 1000000000) AS BIGINT)) AS DOUBLE) / 1000000000 / count(*) AS mean_p_buys,
        avg(since_last_days) AS mean_since_last_days
    FROM scoped_value
    GROUP BY
        dimension, dimension_value, CASE WHEN $label = 'value_tier' THEN value_tier ELSE relationship_area END
),

together AS (
    SELECT
        *,
        sum(customers) OVER (PARTITION BY dimension, dimension_value) AS everybody,
        sum(contribution_minor) OVER (PARTITION BY dimension, dimension_value) AS all_contribution,
        sum(residual_value_minor) OVER (PARTITION BY dimension, dimension_value) AS all_residual_value
    FROM totals
)

SELECT
    dimension,
    dimension_value,
    label,
    customers,
    CAST(customers AS DOUBLE) / everybody AS share,
    contribution_minor,
    CASE WHEN all_contribution > 0 THEN CAST(contribution_minor AS DOUBLE) / all_contribution END
        AS share_of_contribution,
    residual_value_minor,
    CASE WHEN all_residual_value > 0 THEN CAST(residual_value_minor AS DOUBLE) / all_residual_value END
        AS share_of_residual_value,
    total_value_minor,
    net_sales_minor,
    mean_p_buys,
    mean_since_last_days
FROM together
ORDER BY
    dimension,
    dimension_value,
    CASE label
        WHEN 'high_performance' THEN 1
        WHEN 'high_potential' THEN 2
        WHEN 'standard' THEN 3
        WHEN 'below_zero' THEN 4
        WHEN 'acquire' THEN 5
        WHEN 'maintain' THEN 6
        WHEN 'maximise' THEN 7
        WHEN 'build_loyalty' THEN 8
        WHEN 'retain' THEN 9
        ELSE 10
    END
