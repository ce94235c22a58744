-- One run (closing: this one; opening: the earlier one, empty when there is none): how its customers stand.
SELECT
    'closing' AS moment,
    count(*) AS customers,
    coalesce(CAST(sum(CASE WHEN relationship_area = 'retain' THEN 1 ELSE 0 END) AS BIGINT), 0) AS slipping_customers,
    coalesce(CAST(sum(residual_value_minor) AS BIGINT), 0) AS customer_equity
FROM value
UNION ALL
SELECT
    'opening',
    count(*),
    coalesce(CAST(sum(CASE WHEN relationship_area = 'retain' THEN 1 ELSE 0 END) AS BIGINT), 0),
    coalesce(CAST(sum(residual_value_minor) AS BIGINT), 0)
FROM earlier_value
