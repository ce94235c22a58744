-- One row: a number of purchase days, 0 among them, with the customers who have it.
SELECT purchase_days AS value, COUNT(*) AS customers
FROM profile
GROUP BY purchase_days
ORDER BY purchase_days
