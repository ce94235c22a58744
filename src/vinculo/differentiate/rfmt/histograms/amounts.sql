-- One row: an amount, or a run of amounts that no edge can part, with the customers who have it among those they are
-- ranked with. `weight` is what each score gets an equal share of: customers, or sales with method behaviour.
-- Amounts may be as many as customers, so they are first counted in buckets (by their square root, which rises with
-- them) and value by value only in the few buckets that an edge falls into.
WITH amounts AS (
  SELECT
    recency_bin,
    frequency_bin,
    net_sales_minor,
    CASE WHEN $equal_sales THEN GREATEST(net_sales_minor, 0) ELSE 1 END AS weight,
    CAST(
      CASE WHEN net_sales_minor < 0 THEN -FLOOR(SQRT(-net_sales_minor)) ELSE FLOOR(SQRT(net_sales_minor)) END AS INTEGER
    ) AS bucket
  FROM rfmt_placed
),
buckets AS (
  SELECT recency_bin, frequency_bin, bucket, SUM(weight) AS weight
  FROM amounts
  GROUP BY recency_bin, frequency_bin, bucket
),
summed AS (
  SELECT
    *,
    SUM(weight) OVER (PARTITION BY recency_bin, frequency_bin ORDER BY bucket ROWS UNBOUNDED PRECEDING) AS to_here,
    SUM(weight) OVER (PARTITION BY recency_bin, frequency_bin) AS total
  FROM buckets
),
parted AS (
  SELECT
    recency_bin,
    frequency_bin,
    bucket,
    $every_amount
      OR ($bins * (to_here - weight)) // NULLIF(total, 0) <> ($bins * to_here) // NULLIF(total, 0) AS has_edge
  FROM summed
)
SELECT
  'monetary' AS letter,
  amounts.recency_bin,
  amounts.frequency_bin,
  CAST(MIN(amounts.net_sales_minor) AS DOUBLE) AS value,
  1 AS first_score,
  COUNT(*) AS customers,
  CAST(SUM(amounts.weight) AS BIGINT) AS weight
FROM amounts
JOIN parted
  ON parted.recency_bin = amounts.recency_bin
  AND parted.frequency_bin = amounts.frequency_bin
  AND parted.bucket = amounts.bucket
GROUP BY
  amounts.recency_bin,
  amounts.frequency_bin,
  amounts.bucket,
  CASE WHEN parted.has_edge THEN amounts.net_sales_minor END
