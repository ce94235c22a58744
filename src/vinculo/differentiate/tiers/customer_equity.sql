-- Everybody, or one value of a dimension: what the customer base is worth. Expectations are summed as whole billionths:
-- a sum of floating-point numbers would depend on the order in which threads finish.
SELECT
    dimension,
    dimension_value,
    count(*) AS customers,
    CAST(sum(contribution_minor) AS BIGINT) AS past_profit_minor,
    CAST(sum(residual_value_minor) AS BIGINT) AS equity_minor,
    CAST(sum(residual_value_infinite_minor) AS BIGINT) AS equity_infinite_minor,
    CAST(sum(total_value_minor) AS BIGINT) AS total_value_minor,
    CAST(sum(residual_value_minor) AS DOUBLE) / count(*) AS equity_a_customer_minor,
    CAST(sum(CAST(round(expected_purchases * 1000000000) AS BIGINT)) AS DOUBLE) / 1000000000 AS expected_purchases,
    CAST(sum(CAST(round(p_buys * 1000000000) AS BIGINT)) AS DOUBLE) / 1000000000 AS expected_buyers,
    CAST(sum(CASE WHEN relationship_area = 'retain' THEN 1 ELSE 0 END) AS BIGINT) AS slipping_customers,
    CAST(sum(CASE WHEN relationship_area = 'retain' THEN residual_value_minor ELSE 0 END) AS BIGINT)
        AS slipping_equity_minor
FROM scoped_value
GROUP BY dimension, dimension_value
ORDER BY dimension, dimension_value
