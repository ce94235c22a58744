-- One row: a line as the contract ORDER_LINES has it, and the keys by which it can be put together again;
-- `fetched_lines` is what the store gave, or what was landed before.
SELECT
  whole_orders.order_id,
  whole_orders.customer_id,
  lines.happened_at,
  products.product_id,
  coalesce(lines.line_description, products.product_name) AS product_name,
  products.category,
  whole_orders.channel,
  whole_orders.country,
  CAST(NULL AS VARCHAR) AS segment,
  lines.quantity_e4 / 10000.0 AS quantity,
  lines.gross_minor,
  lines.discount_minor,
  lines.net_minor,
  lines.cost_minor,
  lines.order_key,
  lines.product_key,
  lines.line_description,
  lines.quantity_e4
FROM fetched_lines AS lines
LEFT JOIN whole_orders ON whole_orders.order_key = lines.order_key
LEFT JOIN products ON products.product_key = lines.product_key
