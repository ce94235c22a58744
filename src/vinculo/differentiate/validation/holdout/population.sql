-- One row: the customers with a purchase and the first day of the history.
SELECT count(*) AS customers, min(first_purchase_on) AS first_on
FROM profile
WHERE purchase_days > 0
