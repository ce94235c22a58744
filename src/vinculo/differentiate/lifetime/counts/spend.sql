-- One row: repeaters with one number of repeat purchase days whose mean spend on them agrees to a thousandth.
SELECT
    repeat_purchase_days,
    CAST(floor(1000 * ln(mean_repeat_spend_minor)) AS BIGINT) AS step,
    sum(CAST(round(mean_repeat_spend_minor) AS BIGINT)) AS spend_minor,
    count(*) AS customers
FROM profile
WHERE repeat_purchase_days > 0 AND mean_repeat_spend_minor >= 1
GROUP BY repeat_purchase_days, CAST(floor(1000 * ln(mean_repeat_spend_minor)) AS BIGINT)
ORDER BY repeat_purchase_days, step
