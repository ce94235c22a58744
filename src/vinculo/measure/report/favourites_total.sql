-- How many customers have bought a product, and how many one again: one row.
SELECT
    count(*) AS customers,
    CAST(sum(CASE WHEN lines > 1 THEN 1 ELSE 0 END) AS BIGINT) AS with_favourite,
    count(DISTINCT CASE WHEN lines > 1 THEN product_id END) AS products
FROM favourite_products
WHERE rank = 1
