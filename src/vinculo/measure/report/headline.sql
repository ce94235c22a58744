-- The headline figures: one row.
SELECT
    count(*) AS customers,
    count(purchase_days) FILTER (WHERE purchase_days = 1) AS bought_once,
    sum(p_buys) AS expected_buyers,
    sum(net_sales_minor) AS net_sales_minor,
    sum(contribution_minor) AS contribution_minor,
    sum(residual_value_minor) AS residual_value_minor,
    sum(residual_value_infinite_minor) AS residual_value_infinite_minor,
    sum(total_value_minor) AS total_value_minor
FROM value
