-- One row: a cohort at an age, from 0 to the age that as_of cuts, within a value of a dimension. Ages without any
-- purchase are there too, with none.
WITH parts AS (
  SELECT dimension, dimension_value, cohort, period_on, active_customers, sales_minor, net_sales_minor, margin_minor
  FROM cohort_everybody
  UNION ALL
  SELECT dimension, dimension_value, cohort, period_on, active_customers, sales_minor, net_sales_minor, margin_minor
  FROM cohort_dimensions
),
sizes AS (
  SELECT
    parts.dimension,
    parts.dimension_value,
    parts.cohort,
    parts.active_customers AS customers,
    periods.number AS cohort_number
  FROM parts
  JOIN cohort_periods AS periods ON periods.period_on = parts.cohort
  WHERE parts.period_on = parts.cohort
),
triangle AS (
  SELECT
    sizes.dimension,
    sizes.dimension_value,
    sizes.cohort,
    sizes.customers,
    periods.period_on,
    periods.number - sizes.cohort_number AS age_periods,
    (YEAR(periods.period_on) - YEAR(sizes.cohort)) * 12 + MONTH(periods.period_on) - MONTH(sizes.cohort) AS age_months,
    periods.complete,
    COALESCE(parts.active_customers, 0) AS active_customers,
    COALESCE(parts.sales_minor, 0) AS sales_minor,
    COALESCE(parts.net_sales_minor, 0) AS net_sales_minor,
    COALESCE(parts.margin_minor, 0) AS margin_minor
  FROM sizes
  JOIN cohort_periods AS periods ON periods.number >= sizes.cohort_number
  LEFT JOIN parts
    ON parts.dimension = sizes.dimension
    AND parts.dimension_value IS NOT DISTINCT FROM sizes.dimension_value
    AND parts.cohort = sizes.cohort
    AND parts.period_on = periods.period_on
),
summed AS (
  SELECT
    *,
    SUM(margin_minor) OVER (
      PARTITION BY dimension, dimension_value, cohort ORDER BY period_on ROWS UNBOUNDED PRECEDING
    ) AS cumulative_margin_minor
  FROM triangle
)
SELECT
  dimension,
  dimension_value,
  cohort,
  CAST(age_periods AS BIGINT) AS age_periods,
  CAST(age_months AS BIGINT) AS age_months,
  period_on,
  complete,
  CAST(customers AS BIGINT) AS customers,
  CAST(active_customers AS BIGINT) AS active_customers,
  CAST(active_customers AS DOUBLE) / CAST(customers AS DOUBLE) AS retention_share,
  CAST(sales_minor AS BIGINT) AS sales_minor,
  CAST(net_sales_minor AS BIGINT) AS net_sales_minor,
  CAST(margin_minor AS BIGINT) AS margin_minor,
  CAST(cumulative_margin_minor AS BIGINT) AS cumulative_margin_minor,
  CAST(cumulative_margin_minor AS DOUBLE) / CAST(customers AS DOUBLE) AS cumulative_margin_per_customer_minor
FROM summed
ORDER BY dimension, dimension_value, cohort, age_periods
