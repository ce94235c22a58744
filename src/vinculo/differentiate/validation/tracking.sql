-- One row a day with a purchase: customers who bought for the first time, and customers who bought at all.
SELECT
    day,
    CAST(sum(new_customers) AS BIGINT) AS new_customers,
    CAST(sum(purchase_days) AS BIGINT) AS purchase_days
FROM (
    SELECT first_purchase_on AS day, count(*) AS new_customers, 0 AS purchase_days
    FROM profile
    WHERE purchase_days > 0
    GROUP BY first_purchase_on
    UNION ALL
    SELECT day, 0 AS new_customers, count(*) AS purchase_days
    FROM customer_days
    WHERE sale_lines > 0 AND day <= $as_of
    GROUP BY day
) AS counted
GROUP BY day
ORDER BY day
