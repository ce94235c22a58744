-- One kind of line: how many of its lines are copies, and what they amount to.
SELECT
  line_kind,
  count(*) AS lines,
  CAST(sum(net_minor) AS BIGINT) AS net_minor
FROM suspect_lines
WHERE copy > 1 AND order_id IS NOT NULL
GROUP BY line_kind
ORDER BY line_kind
