-- One row: a label of an earlier and of the later run, with the customers who moved between them (or came, or went).
WITH moves AS (
  SELECT
    COALESCE(earlier.rfmt_segment, 'new_customer') AS segment_from,
    COALESCE(later.rfmt_segment, 'gone') AS segment_to,
    COALESCE(earlier.value_tier, 'new_customer') AS tier_from,
    COALESCE(later.value_tier, 'gone') AS tier_to,
    COALESCE(earlier.relationship_area, 'new_customer') AS area_from,
    COALESCE(later.relationship_area, 'gone') AS area_to,
    COUNT(*) AS customers
  FROM earlier_value AS earlier
  FULL JOIN value AS later ON later.customer_id = earlier.customer_id
  GROUP BY 1, 2, 3, 4, 5, 6
),
labelled AS (
  SELECT 'rfmt_segment' AS label, segment_from AS label_from, segment_to AS label_to, customers FROM moves
  UNION ALL SELECT 'value_tier', tier_from, tier_to, customers FROM moves
  UNION ALL SELECT 'relationship_area', area_from, area_to, customers FROM moves
),
cells AS (
  SELECT label, label_from, label_to, SUM(customers) AS customers
  FROM labelled
  GROUP BY label, label_from, label_to
)
SELECT
  'all' AS dimension,
  'all' AS dimension_value,
  label,
  label_from,
  label_to,
  CAST(customers AS BIGINT) AS customers,
  CAST(customers AS DOUBLE) / CAST(SUM(customers) OVER (PARTITION BY label, label_from) AS DOUBLE) AS share_of_from,
  CAST(customers AS DOUBLE) / CAST(SUM(customers) OVER (PARTITION BY label, label_to) AS DOUBLE) AS share_of_to
FROM cells
ORDER BY label, label_from, label_to
