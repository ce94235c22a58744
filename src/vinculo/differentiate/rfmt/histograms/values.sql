-- One row: a letter (R, F or T) and a value of it, turned so that larger is better, with the customers who have it among
-- those they are ranked with.
SELECT
  'recency' AS letter,
  recency_bin,
  frequency_bin,
  CAST(-since_last_days AS DOUBLE) AS value,
  1 AS first_score,
  COUNT(*) AS customers,
  COUNT(*) AS weight
FROM rfmt_placed
GROUP BY recency_bin, frequency_bin, since_last_days
UNION ALL
SELECT
  'frequency' AS letter,
  recency_bin,
  frequency_bin,
  CAST(purchase_days AS DOUBLE) AS value,
  1 AS first_score,
  COUNT(*) AS customers,
  COUNT(*) AS weight
FROM rfmt_placed
GROUP BY recency_bin, frequency_bin, purchase_days
UNION ALL
SELECT
  'time' AS letter,
  recency_bin,
  frequency_bin,
  CAST(time_value AS DOUBLE) AS value,
  $first_time_score AS first_score,
  COUNT(*) AS customers,
  COUNT(*) AS weight
FROM rfmt_placed
WHERE time_value IS NOT NULL
GROUP BY recency_bin, frequency_bin, time_value
