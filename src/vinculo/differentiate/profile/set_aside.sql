-- One row of the result: one line that repeats an earlier line in every respect; only the first one counts.
SELECT
  line_number,
  'duplicate' AS reason,
  CAST(NULL AS VARCHAR) AS column_name,
  'line of order ' || order_id || coalesce(', product ' || product_id, '') AS found,
  'each line of an order once' AS expected
FROM suspect_lines
WHERE copy > 1 AND order_id IS NOT NULL
ORDER BY line_number
