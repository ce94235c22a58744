-- One row: the days from the first purchase to as_of, both included; null when nobody has bought.
SELECT CAST(date_diff('day', min(day), CAST($as_of AS DATE)) + 1 AS BIGINT) AS history_days
FROM customer_days
WHERE sale_lines > 0 AND day <= CAST($as_of AS DATE)
