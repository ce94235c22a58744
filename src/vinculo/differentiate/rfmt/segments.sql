-- One row: a named segment within a value of a dimension, with its customers, sales, past profit and residual value.
SELECT
  dimension,
  dimension_value,
  rfmt_segment,
  CAST(SUM(customers) AS BIGINT) AS customers,
  CAST(SUM(customers) AS DOUBLE)
    / CAST(SUM(SUM(customers)) OVER (PARTITION BY dimension, dimension_value) AS DOUBLE) AS customers_share,
  CAST(SUM(net_sales_minor) AS BIGINT) AS net_sales_minor,
  CAST(SUM(contribution_minor) AS BIGINT) AS contribution_minor,
  CAST(SUM(residual_value_minor) AS BIGINT) AS residual_value_minor,
  CAST(SUM(recency_score * customers) AS DOUBLE) / CAST(SUM(customers) AS DOUBLE) AS mean_recency_score,
  CAST(SUM(frequency_score * customers) AS DOUBLE) / CAST(SUM(customers) AS DOUBLE) AS mean_frequency_score,
  CAST(SUM(monetary_score * customers) AS DOUBLE) / CAST(SUM(customers) AS DOUBLE) AS mean_monetary_score,
  CAST(SUM(time_score * customers) AS DOUBLE) / CAST(SUM(customers) AS DOUBLE) AS mean_time_score,
  CAST(SUM(expected_purchases_millionths) AS DOUBLE) / 1000000 / CAST(SUM(customers) AS DOUBLE)
    AS mean_expected_purchases,
  CAST(SUM(p_buys_billionths) AS DOUBLE) / 1000000000 / CAST(SUM(customers) AS DOUBLE) AS mean_p_buys
FROM rfmt_tally
GROUP BY dimension, dimension_value, rfmt_segment
ORDER BY dimension, dimension_value, customers DESC, rfmt_segment
