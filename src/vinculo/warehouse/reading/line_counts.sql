-- One row is one way a line of the source was recognised, with how many lines and what they amount to.
SELECT
    line_kind,
    count(*) AS lines,
    CAST(sum(net_minor) AS BIGINT) AS net_minor
FROM order_lines
GROUP BY line_kind
UNION ALL
SELECT
    'rejected' AS line_kind,
    count(*) AS lines,
    CAST(NULL AS BIGINT) AS net_minor
FROM rejected_lines
HAVING count(*) > 0
ORDER BY lines DESC, line_kind
