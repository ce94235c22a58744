-- One row: a segment and an RFMT cell within a value of a dimension, with its customers and exact sums.
-- Probabilities and expectations are summed as whole billionths, millionths and thousandths: sums of floating-point
-- numbers would depend on the order in which threads finish.
SELECT
  dimension,
  dimension_value,
  rfmt_segment,
  recency_score,
  frequency_score,
  monetary_score,
  time_score,
  COUNT(*) AS customers,
  SUM(net_sales_minor) AS net_sales_minor,
  SUM(contribution_minor) AS contribution_minor,
  SUM(residual_value_minor) AS residual_value_minor,
  SUM(CAST(ROUND(expected_purchases * 1000000) AS BIGINT)) AS expected_purchases_millionths,
  SUM(CAST(ROUND(p_buys * 1000000000) AS BIGINT)) AS p_buys_billionths,
  SUM(CAST(ROUND(contribution_per_purchase_minor * 1000) AS BIGINT)) AS contribution_per_purchase_thousandths
FROM scoped_value
GROUP BY
  dimension, dimension_value, rfmt_segment, recency_score, frequency_score, monetary_score, time_score
