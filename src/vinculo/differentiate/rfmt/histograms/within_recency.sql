-- One row: a customer with a purchase, to be ranked among those of the same R score.
SELECT
  recency.score AS recency_bin,
  0 AS frequency_bin,
  profile.since_last_days,
  profile.purchase_days,
  profile.net_sales_minor,
  CASE WHEN $time_is_tenure THEN profile.tenure_days ELSE -profile.mean_interpurchase_days END AS time_value
FROM profile
JOIN rfmt_recency AS recency ON recency.value = -profile.since_last_days
WHERE profile.purchase_days > 0
