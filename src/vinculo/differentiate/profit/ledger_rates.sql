-- One row: the assumed rates of the cost to serve.
SELECT
    CAST($contact_minor AS DOUBLE) * CAST($contacts_per_year AS DOUBLE) / CAST($days_per_year AS DOUBLE)
        AS contacts_a_day_minor,
    CAST($delivery_minor AS BIGINT) AS delivery_minor,
    CAST($return_handling_minor AS BIGINT) AS return_handling_minor,
    CAST($commission_share AS DOUBLE) AS commission_share
