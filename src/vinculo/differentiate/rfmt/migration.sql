-- One row: a label of an earlier and of the later run, with the customers who moved between them (or came, or went),
-- within a value of a dimension.
WITH moves AS (
  SELECT
    dimension,
    dimension_value,
    segment_from,
    segment_to,
    tier_from,
    tier_to,
    area_from,
    area_to,
    COUNT(*) AS customers
  FROM scoped_moves
  GROUP BY dimension, dimension_value, segment_from, segment_to, tier_from, tier_to, area_from, area_to
),
labelled AS (
  SELECT
    dimension,
    dimension_value,
    'rfmt_segment' AS label,
    segment_from AS label_from,
    segment_to AS label_to,
    customers
  FROM moves
  UNION ALL SELECT dimension, dimension_value, 'value_tier', tier_from, tier_to, customers FROM moves
  UNION ALL SELECT dimension, dimension_value, 'relationship_area', area_from, area_to, customers FROM moves
),
cells AS (
  SELECT dimension, dimension_value, label, label_from, label_to, SUM(customers) AS customers
  FROM labelled
  GROUP BY dimension, dimension_value, label, label_from, label_to
)
SELECT
  dimension,
  dimension_value,
  label,
  label_from,
  label_to,
  CAST(customers AS BIGINT) AS customers,
  CAST(customers AS DOUBLE)
    / CAST(SUM(customers) OVER (PARTITION BY dimension, dimension_value, label, label_from) AS DOUBLE) AS share_of_from,
  CAST(customers AS DOUBLE)
    / CAST(SUM(customers) OVER (PARTITION BY dimension, dimension_value, label, label_to) AS DOUBLE) AS share_of_to
FROM cells
ORDER BY dimension, dimension_value, label, label_from, label_to
