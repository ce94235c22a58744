-- One row: a customer on one day with a sale or return, in the order of the table: by customer and day.
SELECT customer_id, day, sale_lines, sales_minor, returns_minor, cost_minor
FROM customer_days
