-- One row of the result: one line of a customer on a day that may hold copies, and which copy of its line it is.
SELECT
  lines.line_number,
  lines.order_id,
  lines.customer_id,
  lines.happened_at,
  lines.product_id,
  lines.category,
  lines.channel,
  lines.country,
  lines.segment,
  lines.quantity,
  lines.discount_minor,
  lines.net_minor,
  lines.cost_minor,
  lines.line_kind,
  row_number() OVER (
    PARTITION BY
      lines.customer_id, lines.order_id, lines.product_id, lines.happened_at, lines.quantity, lines.net_minor
    ORDER BY lines.line_number
  ) AS copy
FROM order_lines AS lines
SEMI JOIN suspect_days AS suspects
  ON lines.customer_id = suspects.customer_id AND CAST(lines.happened_at AS DATE) = suspects.day
WHERE lines.line_kind IN ('sale', 'return', 'cancellation')
  AND lines.happened_at >= CAST($first AS DATE)
  AND lines.happened_at < CAST($last AS DATE) + INTERVAL 1 DAY
