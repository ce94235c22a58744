-- One row: a named segment and the type of goods bought most, within a value of a dimension, with their customers.
WITH crossed AS (
  SELECT
    dimension,
    dimension_value,
    rfmt_segment,
    dominant_category,
    COUNT(*) AS customers,
    SUM(net_sales_minor) AS net_sales_minor
  FROM scoped_value
  GROUP BY dimension, dimension_value, rfmt_segment, dominant_category
),
totals AS (
  SELECT
    *,
    SUM(customers) OVER (PARTITION BY dimension, dimension_value, rfmt_segment) AS of_segment,
    SUM(customers) OVER (PARTITION BY dimension, dimension_value, dominant_category) AS of_category,
    SUM(customers) OVER (PARTITION BY dimension, dimension_value) AS of_all
  FROM crossed
)
SELECT
  dimension,
  dimension_value,
  rfmt_segment,
  dominant_category,
  CAST(customers AS BIGINT) AS customers,
  CAST(net_sales_minor AS BIGINT) AS net_sales_minor,
  CAST(customers AS DOUBLE) / CAST(of_segment AS DOUBLE) AS segment_share,
  CAST(customers AS DOUBLE) * CAST(of_all AS DOUBLE) / (CAST(of_segment AS DOUBLE) * CAST(of_category AS DOUBLE))
    AS affinity
FROM totals
ORDER BY dimension, dimension_value, rfmt_segment, dominant_category
