-- One row: a product, its code, name and category.
SELECT p.id AS product_key, p.code AS product_id, nullif(p.name, '') AS product_name, c.path AS category
FROM identify_product AS p
LEFT JOIN identify_category AS c ON c.id = p.category_id
