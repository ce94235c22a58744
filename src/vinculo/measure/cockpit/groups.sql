-- One tier or area of this run or the earlier one: its customers then and now, and their value now.
SELECT
    label,
    code,
    CAST(sum(customers) AS BIGINT) AS customers,
    CAST(sum(customers_before) AS BIGINT) AS customers_before,
    CAST(sum(residual_value_minor) AS BIGINT) AS residual_value_minor
FROM (
    SELECT 'value_tier' AS label, value_tier AS code, 1 AS customers, 0 AS customers_before, residual_value_minor
    FROM value
    UNION ALL
    SELECT 'relationship_area', relationship_area, 1, 0, residual_value_minor
    FROM value
    UNION ALL
    SELECT 'value_tier', value_tier, 0, 1, 0
    FROM earlier_value
    UNION ALL
    SELECT 'relationship_area', relationship_area, 0, 1, 0
    FROM earlier_value
)
GROUP BY label, code
ORDER BY label, code
