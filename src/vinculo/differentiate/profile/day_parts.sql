-- One row of the result: what one customer bought, or returned, on one day from first up to, not including, end.
-- A line in `lines` is one integer: goods in the high bits, then channel, then a mark that copies of a line share.
SELECT
  lines.customer_id,
  CAST(lines.happened_at AS DATE) AS day,
  lines.line_kind <> 'sale' AS returned,
  CAST(sum(lines.quantity) AS DOUBLE) AS quantity,
  CAST(sum(lines.net_minor) AS BIGINT) AS net_minor,
  CAST(sum(lines.discount_minor) AS BIGINT) AS discount_minor,
  CAST(sum(abs(coalesce(lines.cost_minor, CAST(round(lines.net_minor * (1 - $margin_share)) AS BIGINT)))) AS BIGINT)
    AS cost_minor,
  CAST(hour(min(lines.happened_at)) AS TINYINT) AS first_hour,
  CAST(min(countries.code) AS INTEGER) AS country,
  CAST(min(segments.code) AS INTEGER) AS segment,
  list(
    coalesce(products.goods_code, kinds.goods_code, 0) * $goods_unit
    + coalesce(channels.code, 0) * $channel_unit
    + ((date_diff('second', TIMESTAMP '1970-01-01', lines.happened_at) + lines.net_minor) & $mark_mask)
  ) AS lines,
  CAST(hash(lines.customer_id) >> 40 AS BIGINT) & $bucket_mask AS bucket
FROM counted_lines AS lines
LEFT JOIN (SELECT product_id, goods_code FROM goods_codes WHERE product_id IS NOT NULL) AS products
  ON lines.product_id = products.product_id
LEFT JOIN (SELECT category, goods_code FROM goods_codes WHERE product_id IS NULL) AS kinds
  ON lines.category = kinds.category
LEFT JOIN (SELECT name, code FROM place_codes WHERE dimension = 'country') AS countries
  ON lines.country = countries.name
LEFT JOIN (SELECT name, code FROM place_codes WHERE dimension = 'segment') AS segments
  ON lines.segment = segments.name
LEFT JOIN (SELECT name, code FROM place_codes WHERE dimension = 'channel') AS channels
  ON lines.channel = channels.name
WHERE lines.customer_id IS NOT NULL
  AND lines.line_kind IN ('sale', 'return', 'cancellation')
  AND lines.happened_at >= CAST($first AS DATE)
  AND lines.happened_at < CAST($end AS DATE)
GROUP BY lines.customer_id, CAST(lines.happened_at AS DATE), lines.line_kind <> 'sale'
