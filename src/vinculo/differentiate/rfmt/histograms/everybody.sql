-- One row: a customer with a purchase, to be ranked among all; larger times are better ones.
SELECT
  0 AS recency_bin,
  0 AS frequency_bin,
  since_last_days,
  purchase_days,
  net_sales_minor,
  CASE WHEN $time_is_tenure THEN tenure_days ELSE -mean_interpurchase_days END AS time_value
FROM profile
WHERE purchase_days > 0
