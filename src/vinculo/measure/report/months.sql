-- One calendar month with sales or returns; whole when both its ends lie inside the history.
SELECT
    CAST(date_trunc('month', day) AS DATE) AS month,
    CAST(sum(sales_minor - returns_minor) AS BIGINT) AS net_sales_minor,
    CAST(sum(CASE WHEN sale_lines > 0 THEN 1 ELSE 0 END) AS BIGINT) AS purchase_days,
    count(DISTINCT customer_id) AS customers,
    min(CAST(date_trunc('month', day) AS DATE)) >= CAST($first_day AS DATE)
    AND last_day(CAST(date_trunc('month', day) AS DATE)) <= CAST($as_of AS DATE) AS whole
FROM customer_days
GROUP BY CAST(date_trunc('month', day) AS DATE), last_day(CAST(date_trunc('month', day) AS DATE))
ORDER BY month
