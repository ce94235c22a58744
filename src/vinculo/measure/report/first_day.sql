-- The first day of the history: one row.
SELECT min(day) AS first_day, max(day) AS last_day
FROM customer_days
