-- One row: a customer and his country.
SELECT id AS customer_key, country FROM identify_customer WHERE country <> ''
