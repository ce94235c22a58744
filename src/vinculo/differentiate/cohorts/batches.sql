-- One row: a cohort in a period, everybody, with its active customers and sums, from the counts of single batches.
SELECT
  dimension,
  dimension_value,
  cohort,
  period_on,
  SUM(active_customers) AS active_customers,
  SUM(sales_minor) AS sales_minor,
  SUM(net_sales_minor) AS net_sales_minor,
  SUM(margin_minor) AS margin_minor
FROM cohort_batches
GROUP BY dimension, dimension_value, cohort, period_on
