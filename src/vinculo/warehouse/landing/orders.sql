-- One row: an order, its customer and where it was placed.
SELECT o.id AS order_key, o.number AS order_id, o.customer_id AS customer_key, o.channel_id AS channel_key
FROM identify_order AS o
