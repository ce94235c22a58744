-- One row of the result: one kind of goods, a product or (in lines without a product) a category, with its code.
-- Codes run by category, then product, so that sorting codes groups the products of a category. A product has the name
-- that most of its lines have: shops write remarks ("?", "found") where the name should be.
SELECT
  row_number() OVER (ORDER BY category NULLS FIRST, product_id NULLS FIRST) AS goods_code,
  product_id,
  product_name,
  category
FROM (
  SELECT
    product_id,
    max(CASE WHEN place = 1 THEN product_name END) AS product_name,
    min(category) AS category
  FROM (
    SELECT
      product_id,
      product_name,
      category,
      row_number() OVER (
        PARTITION BY product_id ORDER BY product_name IS NULL, lines DESC, product_name
      ) AS place
    FROM (
      SELECT product_id, product_name, min(category) AS category, count(*) AS lines
      FROM order_lines
      WHERE product_id IS NOT NULL
      GROUP BY product_id, product_name
    ) AS names
  ) AS ranked
  GROUP BY product_id
  UNION ALL
  SELECT CAST(NULL AS VARCHAR) AS product_id, CAST(NULL AS VARCHAR) AS product_name, category
  FROM order_lines
  WHERE product_id IS NULL AND category IS NOT NULL
  GROUP BY category
) AS kinds
ORDER BY goods_code
