-- One purchase day of a customer of the backtest's sample (of everybody, when there is no need to sample), named as in
-- customer_days; the sample keeps its purchase days by number, so the customer days need not be read again.
SELECT
    customer_number AS customer_id,
    DATE '1970-01-01' + day_number AS day,
    1 AS sale_lines
FROM validation_days
