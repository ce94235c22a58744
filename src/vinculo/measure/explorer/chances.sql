-- One tenth of the chances to buy in the horizon (0: below 10 %; 9: 90 % and above) with its customers.
SELECT
    CASE
        WHEN p_buys >= 0.9 THEN 9
        WHEN p_buys >= 0.8 THEN 8
        WHEN p_buys >= 0.7 THEN 7
        WHEN p_buys >= 0.6 THEN 6
        WHEN p_buys >= 0.5 THEN 5
        WHEN p_buys >= 0.4 THEN 4
        WHEN p_buys >= 0.3 THEN 3
        WHEN p_buys >= 0.2 THEN 2
        WHEN p_buys >= 0.1 THEN 1
        ELSE 0
    END AS tenth,
    count(*) AS customers,
    sum(p_buys) AS expected_buyers
FROM value
GROUP BY 1
ORDER BY 1
