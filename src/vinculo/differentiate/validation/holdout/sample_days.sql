-- One row a purchase day of a sampled customer: the day counted from 1970-01-01.
SELECT
    sampled.customer_number,
    CAST(date_diff('day', DATE '1970-01-01', days.day) AS INTEGER) AS day_number
FROM customer_days AS days
JOIN validation_customers AS sampled ON days.customer_id = sampled.customer_id
WHERE days.sale_lines > 0 AND days.day <= $as_of
