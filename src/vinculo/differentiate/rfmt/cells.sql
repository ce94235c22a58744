-- One row: an RF, RFM or RFMT cell that holds customers, within a value of a dimension, with what it is worth and the
-- response rate at which a contact pays.
WITH grains AS (
  SELECT 'rf' AS grain, NULL AS keeps_monetary, NULL AS keeps_time
  UNION ALL SELECT 'rfm', 1, NULL
  UNION ALL SELECT 'rfmt', 1, 1
),
cells AS (
  SELECT
    tally.dimension,
    tally.dimension_value,
    grains.grain,
    tally.recency_score,
    tally.frequency_score,
    tally.monetary_score * grains.keeps_monetary AS monetary_score,
    tally.time_score * grains.keeps_time AS time_score,
    SUM(tally.customers) AS customers,
    SUM(tally.net_sales_minor) AS net_sales_minor,
    SUM(tally.contribution_minor) AS contribution_minor,
    SUM(tally.residual_value_minor) AS residual_value_minor,
    CAST(SUM(tally.expected_purchases_millionths) AS DOUBLE) / 1000000 / CAST(SUM(tally.customers) AS DOUBLE)
      AS mean_expected_purchases,
    CAST(SUM(tally.p_buys_billionths) AS DOUBLE) / 1000000000 / CAST(SUM(tally.customers) AS DOUBLE) AS mean_p_buys,
    CAST(SUM(tally.contribution_per_purchase_thousandths) AS DOUBLE) / 1000 / CAST(SUM(tally.customers) AS DOUBLE)
      AS mean_contribution_per_purchase_minor
  FROM rfmt_tally AS tally
  CROSS JOIN grains
  GROUP BY
    tally.dimension,
    tally.dimension_value,
    grains.grain,
    tally.recency_score,
    tally.frequency_score,
    tally.monetary_score * grains.keeps_monetary,
    tally.time_score * grains.keeps_time
),
priced AS (
  SELECT
    *,
    SUM(customers) OVER (PARTITION BY dimension, dimension_value, grain) AS all_customers,
    CASE
      WHEN mean_contribution_per_purchase_minor > 0
        THEN CAST($contact_cost_minor AS DOUBLE) / mean_contribution_per_purchase_minor
    END AS break_even_response_rate
  FROM cells
)
SELECT
  dimension,
  dimension_value,
  grain,
  CONCAT(
    CAST(recency_score AS VARCHAR),
    CAST(frequency_score AS VARCHAR),
    COALESCE(CAST(monetary_score AS VARCHAR), ''),
    COALESCE(CAST(time_score AS VARCHAR), '')
  ) AS cell,
  CAST(recency_score AS BIGINT) AS recency_score,
  CAST(frequency_score AS BIGINT) AS frequency_score,
  CAST(monetary_score AS BIGINT) AS monetary_score,
  CAST(time_score AS BIGINT) AS time_score,
  CAST(customers AS BIGINT) AS customers,
  CAST(customers AS DOUBLE) / CAST(all_customers AS DOUBLE) AS customers_share,
  CAST(net_sales_minor AS BIGINT) AS net_sales_minor,
  CAST(contribution_minor AS BIGINT) AS contribution_minor,
  CAST(residual_value_minor AS BIGINT) AS residual_value_minor,
  mean_expected_purchases,
  mean_p_buys,
  mean_contribution_per_purchase_minor,
  break_even_response_rate,
  COALESCE(mean_p_buys > break_even_response_rate, FALSE) AS p_buys_exceeds_break_even
FROM priced
ORDER BY dimension, dimension_value, grain, recency_score DESC, frequency_score DESC, monetary_score DESC, time_score DESC
