-- One row: a customer of either run, his labels in both, and his dimensions as in the later run where it holds him.
SELECT
  COALESCE(earlier.rfmt_segment, 'new_customer') AS segment_from,
  COALESCE(later.rfmt_segment, 'gone') AS segment_to,
  COALESCE(earlier.value_tier, 'new_customer') AS tier_from,
  COALESCE(later.value_tier, 'gone') AS tier_to,
  COALESCE(earlier.relationship_area, 'new_customer') AS area_from,
  COALESCE(later.relationship_area, 'gone') AS area_to,
  CASE WHEN later.customer_id IS NULL THEN earlier.country ELSE later.country END AS country,
  CASE WHEN later.customer_id IS NULL THEN earlier.channel ELSE later.channel END AS channel,
  CASE WHEN later.customer_id IS NULL THEN earlier.segment ELSE later.segment END AS segment,
  CASE WHEN later.customer_id IS NULL THEN earlier.dominant_category ELSE later.dominant_category END
    AS dominant_category,
  CASE WHEN later.customer_id IS NULL THEN earlier.cohort ELSE later.cohort END AS cohort
FROM earlier_value AS earlier
FULL JOIN value AS later ON later.customer_id = earlier.customer_id
