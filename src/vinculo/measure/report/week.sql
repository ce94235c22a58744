-- One weekday (1 is Monday) and hour of the first sale of a purchase day; the hour is null when data hold dates only.
SELECT
    CAST(isodow(day) AS BIGINT) AS weekday,
    CAST(first_hour AS BIGINT) AS hour,
    count(*) AS purchase_days
FROM customer_days
WHERE sale_lines > 0
GROUP BY 1, 2
ORDER BY 1, 2
