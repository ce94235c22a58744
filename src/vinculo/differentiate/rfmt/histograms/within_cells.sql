-- One row: a customer with a purchase, to be ranked among those of the same R and F scores.
SELECT
  recency.score AS recency_bin,
  frequency.score AS frequency_bin,
  profile.since_last_days,
  profile.purchase_days,
  profile.net_sales_minor,
  CASE WHEN $time_is_tenure THEN profile.tenure_days ELSE -profile.mean_interpurchase_days END AS time_value
FROM profile
JOIN rfmt_recency AS recency ON recency.value = -profile.since_last_days
JOIN rfmt_frequency AS frequency
  ON frequency.recency_bin = recency.score AND frequency.value = profile.purchase_days
WHERE profile.purchase_days > 0
