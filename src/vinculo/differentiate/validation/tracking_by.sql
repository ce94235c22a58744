-- One row a value of an asked dimension and a day with a purchase: customers of the value who bought for the first time,
-- and who bought at all.
SELECT
    dimension_value,
    day,
    CAST(sum(new_customers) AS BIGINT) AS new_customers,
    CAST(sum(purchase_days) AS BIGINT) AS purchase_days
FROM (
    SELECT dimension_value, first_purchase_on AS day, count(*) AS new_customers, 0 AS purchase_days
    FROM scoped_profile
    WHERE dimension = $dimension AND purchase_days > 0
    GROUP BY dimension_value, first_purchase_on
    UNION ALL
    SELECT scoped.dimension_value, days.day, 0 AS new_customers, count(*) AS purchase_days
    FROM customer_days AS days
    JOIN scoped_profile AS scoped ON scoped.customer_id = days.customer_id
    WHERE scoped.dimension = $dimension AND days.sale_lines > 0 AND days.day <= $as_of
    GROUP BY scoped.dimension_value, days.day
) AS counted
GROUP BY dimension_value, day
ORDER BY dimension_value, day
