-- One row: a letter and a score cut by given cut-points, with the customers who reach it and not the next.
WITH reached AS (
  SELECT histogram.letter, histogram.value, histogram.customers, MAX(cutpoints.score) AS score
  FROM rfmt_histogram AS histogram
  JOIN rfmt_cutpoints AS cutpoints
    ON cutpoints.letter = histogram.letter AND histogram.value >= cutpoints.reach
  GROUP BY histogram.letter, histogram.value, histogram.customers
)
SELECT letter, score, CAST(SUM(customers) AS BIGINT) AS customers
FROM reached
GROUP BY letter, score
ORDER BY letter, score
