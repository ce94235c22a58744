-- One way in which recent purchases were unlike the customer, above or below what was expected: how many.
SELECT
    what,
    CASE WHEN observed > expected_high THEN 'above' WHEN observed < expected_low THEN 'below' ELSE '' END AS side,
    count(*) AS purchases,
    count(DISTINCT customer_id) AS customers
FROM unusual_purchases
WHERE day > CAST($after AS DATE)
GROUP BY 1, 2
ORDER BY 1, 2
