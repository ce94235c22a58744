-- One row: what there is to fit a purchase model to.
SELECT
    count(*) AS customers,
    count(*) FILTER (WHERE repeat_purchase_days > 0) AS repeaters,
    CAST(sum(purchase_days) AS BIGINT) AS purchase_days,
    min(first_purchase_on) AS first_on,
    max(last_purchase_on) AS last_on,
    CAST(quantile_cont(tenure_days, 0.5) AS DOUBLE) AS median_tenure_days,
    CAST(quantile_cont(tenure_days, 0.75) AS DOUBLE) AS high_tenure_days,
    max(repeat_purchase_days) AS most_repeats,
    CAST(quantile_cont(repeat_purchase_days, 0.995) AS DOUBLE) AS high_repeats
FROM profile
WHERE purchase_days > 0
