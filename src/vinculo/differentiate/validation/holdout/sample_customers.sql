-- One row a customer of the sample who ever purchased, numbered from 0 in the order of customer_id. The sample is by a
-- hash of the identifier: the same customers on every run and every engine, whatever they bought.
SELECT
    row_number() OVER (ORDER BY customer_id) - 1 AS customer_number,
    customer_id,
    country,
    channel,
    segment,
    dominant_category,
    CAST(cohort AS VARCHAR) AS cohort
FROM profile
WHERE purchase_days > 0 AND md5(customer_id) < $below
