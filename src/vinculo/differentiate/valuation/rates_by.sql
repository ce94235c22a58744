-- One value of an asked dimension: the sums of the ledger that the rates of its customers are made of.
SELECT
    dimension_value,
    sum(sales_minor) AS sales,
    sum(returns_minor) AS returns,
    sum(net_sales_minor) AS net_sales,
    sum(margin_minor) AS margin,
    sum(cost_to_serve_minor) AS cost_to_serve,
    sum(purchase_days) AS purchase_days
FROM scoped_profile
WHERE dimension = $dimension
GROUP BY dimension_value
ORDER BY dimension_value
