-- One row: a score that a letter takes (within the R and F scores of nested bins), the value that reaches it, and
-- the customers who have it.
SELECT
  letter,
  recency_bin,
  frequency_bin,
  score,
  MIN(value) AS reach,
  CAST(SUM(customers) AS BIGINT) AS customers
FROM rfmt_ladder
GROUP BY letter, recency_bin, frequency_bin, score
ORDER BY letter, recency_bin, frequency_bin, score
