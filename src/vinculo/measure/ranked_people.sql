-- One customer of the run as in people, with the rank by past profit: 1 has brought most, equals in order of their ids.
SELECT
    *,
    as_of - CAST(tenure_days AS INTEGER) AS first_purchase_on,
    as_of - CAST(since_last_days AS INTEGER) AS last_purchase_on,
    row_number() OVER (ORDER BY contribution_minor DESC, customer_id ASC) AS contribution_rank
FROM value
