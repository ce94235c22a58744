-- One row a distinct pair of consecutive gaps: the days between the last three purchase days of a customer who has three.
WITH histories AS (
    SELECT list_reverse_sort(array_agg(day)) AS purchase_days
    FROM sampled_days
    WHERE sale_lines > 0 AND day <= CAST($as_of AS DATE)
    GROUP BY customer_id
    HAVING count(*) >= 3
),
gaps AS (
    SELECT
        date_diff('day', purchase_days[3], purchase_days[2]) AS earlier_days,
        date_diff('day', purchase_days[2], purchase_days[1]) AS later_days
    FROM histories
)
SELECT
    earlier_days,
    later_days,
    count(*) AS customers
FROM gaps
GROUP BY earlier_days, later_days
ORDER BY earlier_days, later_days
