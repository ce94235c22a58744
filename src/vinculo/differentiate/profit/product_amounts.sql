-- One product with what was sold of it, net of returns; guests' sales count, what is not goods does not.
SELECT
    product_id AS item,
    CAST(sum(net_minor) AS BIGINT) AS amount_minor
FROM order_lines
WHERE product_id IS NOT NULL AND line_kind IN ('sale', 'return', 'cancellation', 'guest')
GROUP BY product_id
ORDER BY item
