-- One row: a line in force, its order and product by their keys; pieces in ten-thousandths.
SELECT
  order_id AS order_key,
  product_id AS product_key,
  happened_at,
  description AS line_description,
  (quantity * 10000)::bigint AS quantity_e4,
  gross_minor,
  discount_minor,
  net_minor,
  cost_minor
FROM identify_orderline
WHERE superseded_by_id IS NULL AND {part}
