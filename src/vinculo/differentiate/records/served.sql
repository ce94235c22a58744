-- One row: a customer of the run, what pages filter, sort and show of him.
SELECT
  $run_id AS run_id,
  value.* REPLACE (CAST(value.customer_id AS BIGINT) AS customer_id),
  row_number() OVER (ORDER BY value.contribution_minor DESC, value.customer_id) AS contribution_rank,
  profile.first_purchase_on,
  profile.last_purchase_on,
  rhythm.overdue_ratio,
  rhythm.median_interpurchase_days,
  rhythm.preferred_weekday,
  rhythm.preferred_hour
FROM value
LEFT JOIN profile ON profile.customer_id = value.customer_id
LEFT JOIN rhythm ON rhythm.customer_id = value.customer_id
