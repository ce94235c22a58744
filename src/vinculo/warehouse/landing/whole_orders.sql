-- One row: an order with all that its lines take from it (DuckDB).
SELECT
  orders.order_key,
  orders.order_id,
  CAST(coalesce(merged.merged_into_key, orders.customer_key) AS VARCHAR) AS customer_id,
  channels.channel,
  customers.country
FROM orders
LEFT JOIN merged ON merged.customer_key = orders.customer_key
LEFT JOIN customers ON customers.customer_key = coalesce(merged.merged_into_key, orders.customer_key)
LEFT JOIN channels ON channels.channel_key = orders.channel_key
