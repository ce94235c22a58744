-- One customer of the run, with the days that the columns of the value table count from.
SELECT *, as_of - CAST(tenure_days AS INTEGER) AS first_purchase_on, as_of - CAST(since_last_days AS INTEGER) AS last_purchase_on
FROM value
