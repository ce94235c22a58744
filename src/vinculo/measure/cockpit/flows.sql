-- One period: what customers did in its days. A customer is lost on the day that makes the silence too long.
WITH purchases AS (
    SELECT
        customer_id,
        day + CAST($lapse_days + 1 AS INTEGER) AS lapsed_on,
        lead(day) OVER (PARTITION BY customer_id ORDER BY day) AS next_on
    FROM customer_days
    WHERE sale_lines > 0
),

lost AS (
    SELECT periods.place, count(*) AS lost_customers
    FROM periods
    INNER JOIN purchases
        ON purchases.lapsed_on BETWEEN periods.starts AND periods.seen_to
        AND coalesce(purchases.next_on > periods.seen_to, true)
    GROUP BY periods.place
),

first_days AS (
    SELECT customer_id, min(day) AS first_on
    FROM customer_days
    WHERE sale_lines > 0
    GROUP BY customer_id
),

won AS (
    SELECT periods.place, count(*) AS new_customers
    FROM periods
    INNER JOIN first_days ON first_days.first_on BETWEEN periods.starts AND periods.seen_to
    GROUP BY periods.place
),

sums AS (
    SELECT
        periods.place,
        count(DISTINCT CASE WHEN days.sale_lines > 0 THEN days.customer_id END) AS active_customers,
        count(DISTINCT days.customer_id) AS trading_customers,
        CAST(sum(days.sales_minor - days.returns_minor) AS BIGINT) AS net_sales,
        CAST(sum(days.sales_minor - days.returns_minor - days.cost_minor) AS BIGINT) AS margin
    FROM periods
    INNER JOIN customer_days AS days ON days.day BETWEEN periods.starts AND periods.seen_to
    GROUP BY periods.place
)

SELECT
    periods.place,
    coalesce(sums.active_customers, 0) AS active_customers,
    coalesce(sums.trading_customers, 0) AS trading_customers,
    coalesce(won.new_customers, 0) AS new_customers,
    coalesce(lost.lost_customers, 0) AS lost_customers,
    coalesce(sums.net_sales, 0) AS net_sales,
    coalesce(sums.margin, 0) AS margin
FROM periods
LEFT JOIN sums ON sums.place = periods.place
LEFT JOIN won ON won.place = periods.place
LEFT JOIN lost ON lost.place = periods.place
ORDER BY periods.place
