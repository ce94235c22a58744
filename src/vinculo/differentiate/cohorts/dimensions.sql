-- One row: a cohort in a period within a value of a dimension other than all, with its active customers and sums.
WITH days AS (
  SELECT
    scoped.dimension,
    scoped.dimension_value,
    scoped.customer_id,
    CAST(DATE_TRUNC($period, scoped.first_purchase_on) AS DATE) AS cohort,
    CAST(DATE_TRUNC($period, GREATEST(days.day, scoped.first_purchase_on)) AS DATE) AS period_on,
    days.sale_lines,
    days.sales_minor,
    days.returns_minor,
    days.cost_minor
  FROM customer_days AS days
  JOIN scoped_profile AS scoped ON scoped.customer_id = days.customer_id
  WHERE scoped.dimension <> 'all' AND scoped.first_purchase_on IS NOT NULL
)
SELECT
  dimension,
  dimension_value,
  cohort,
  period_on,
  COUNT(DISTINCT CASE WHEN sale_lines > 0 THEN customer_id END) AS active_customers,
  SUM(sales_minor) AS sales_minor,
  SUM(sales_minor - returns_minor) AS net_sales_minor,
  SUM(sales_minor - returns_minor - cost_minor) AS margin_minor
FROM days
GROUP BY dimension, dimension_value, cohort, period_on
