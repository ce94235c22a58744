-- One row of the result: one value of country, channel or segment with its code, in alphabetical order from 1.
SELECT dimension, name, row_number() OVER (PARTITION BY dimension ORDER BY name) AS code
FROM (
  SELECT 'country' AS dimension, country AS name FROM order_lines WHERE country IS NOT NULL GROUP BY country
  UNION ALL
  SELECT 'channel' AS dimension, channel AS name FROM order_lines WHERE channel IS NOT NULL GROUP BY channel
  UNION ALL
  SELECT 'segment' AS dimension, segment AS name FROM order_lines WHERE segment IS NOT NULL GROUP BY segment
) AS names
ORDER BY dimension, code
