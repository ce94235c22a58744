-- One side of zero: the customers that earn the company money, and those that cost it.
WITH sides AS (
    SELECT
        dimension,
        dimension_value,
        CASE WHEN contribution_minor < 0 THEN 'unprofitable' ELSE 'profitable' END AS side,
        count(*) AS customers,
        CAST(sum(contribution_minor) AS BIGINT) AS contribution_minor,
        CAST(sum(net_sales_minor) AS BIGINT) AS net_sales_minor,
        CAST(sum(purchase_days) AS DOUBLE) AS purchase_days,
        CAST(sum(gross_sales_minor) AS DOUBLE) AS gross,
        CAST(sum(discounts_minor) AS DOUBLE) AS discounts,
        CAST(sum(returns_minor) AS DOUBLE) AS returned,
        CAST(sum(margin_minor) AS DOUBLE) AS margin,
        CAST(sum(cost_to_serve_minor) AS DOUBLE) AS cost_to_serve
    FROM scoped_profile
    GROUP BY dimension, dimension_value, CASE WHEN contribution_minor < 0 THEN 'unprofitable' ELSE 'profitable' END
)

SELECT
    dimension,
    dimension_value,
    side,
    customers,
    contribution_minor,
    net_sales_minor,
    purchase_days / customers AS mean_purchase_days,
    CASE WHEN gross > 0 THEN discounts / gross END AS discount_rate,
    CASE WHEN gross > discounts THEN returned / (gross - discounts) END AS return_rate,
    CASE WHEN net_sales_minor > 0 THEN margin / net_sales_minor END AS margin_rate,
    CASE WHEN net_sales_minor > 0 THEN cost_to_serve / net_sales_minor END AS cost_to_serve_rate,
    CASE WHEN purchase_days > 0 THEN (gross - discounts) / purchase_days END AS mean_purchase_minor
FROM sides
ORDER BY dimension, dimension_value, side
