-- Everybody, or one value of a dimension: what the customer base is worth.
SELECT
    dimension,
    dimension_value,
    count(*) AS customers,
    CAST(sum(contribution_minor) AS BIGINT) AS past_profit_minor,
    CAST(sum(residual_value_minor) AS BIGINT) AS equity_minor,
    CAST(sum(residual_value_infinite_minor) AS BIGINT) AS equity_infinite_minor,
    CAST(sum(total_value_minor) AS BIGINT) AS total_value_minor,
    CAST(sum(residual_value_minor) AS DOUBLE) / count(*) AS equity_a_customer_minor,
    sum(expected_purchases) AS expected_purchases,
    sum(p_buys) AS expected_buyers,
    CAST(sum(CASE WHEN relationship_area = 'retain' THEN 1 ELSE 0 END) AS BIGINT) AS slipping_customers,
    CAST(sum(CASE WHEN relationship_area = 'retain' THEN residual_value_minor ELSE 0 END) AS BIGINT)
        AS slipping_equity_minor
FROM scoped_value
GROUP BY dimension, dimension_value
ORDER BY dimension, dimension_value
