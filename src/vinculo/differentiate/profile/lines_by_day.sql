-- One row of the result: one day up to as_of, and how many lines it has.
SELECT CAST(happened_at AS DATE) AS day, count(*) AS lines
FROM order_lines
WHERE happened_at < CAST($as_of AS DATE) + INTERVAL 1 DAY
GROUP BY CAST(happened_at AS DATE)
ORDER BY day
