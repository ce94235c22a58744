-- One row: a value of a letter with its score. A tied block gets the score of its middle rank; F of one purchase is 1.
WITH ranked AS (
  SELECT
    *,
    SUM(weight) OVER (
      PARTITION BY letter, recency_bin, frequency_bin ORDER BY value ROWS UNBOUNDED PRECEDING
    ) AS weight_to_here,
    SUM(weight) OVER (PARTITION BY letter, recency_bin, frequency_bin) AS weight_total
  FROM rfmt_histogram
)
SELECT
  letter,
  recency_bin,
  frequency_bin,
  value,
  customers,
  CASE
    WHEN letter = 'frequency' AND value = 1 THEN 1
    WHEN weight_total = 0 THEN first_score
    ELSE LEAST(
      $bins,
      first_score
      + CAST(((2 * weight_to_here - weight) * ($bins - first_score + 1)) // (2 * weight_total) AS INTEGER)
    )
  END AS score
FROM ranked
