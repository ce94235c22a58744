-- One row: a party that belongs to another customer now.
SELECT id AS customer_key, merged_into_id AS merged_into_key FROM identify_customer WHERE merged_into_id IS NOT NULL
