-- One product that customers bought again, and more often than any other: how many have it for a favourite.
SELECT
    product_id,
    min(product_name) AS product_name,
    count(*) AS customers,
    CAST(sum(lines) AS BIGINT) AS lines,
    avg(share_of_lines) AS mean_share
FROM favourite_products
WHERE rank = 1 AND lines > 1
GROUP BY product_id
ORDER BY customers DESC, lines DESC, product_id
LIMIT $rows
