-- One row: an order, its customer and where it was placed; its currency when its import is done or it has none.
SELECT
  o.id AS order_key,
  o.number AS order_id,
  o.customer_id AS customer_key,
  o.channel_id AS channel_key,
  CASE WHEN i.id IS NULL OR i.state = 'done' THEN o.currency END AS currency
FROM identify_order AS o
LEFT JOIN identify_import AS i ON i.id = o.import_id
