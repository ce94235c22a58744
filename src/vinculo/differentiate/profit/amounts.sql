-- One value of a dimension: the contribution and the net sales of its customers, as two lists in the same order.
SELECT
    dimension_value,
    list(contribution_minor) AS contribution,
    list(net_sales_minor) AS net_sales
FROM scoped_profile
WHERE dimension = $dimension
GROUP BY dimension_value
ORDER BY dimension_value
