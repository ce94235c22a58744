-- The currencies of the orders (DuckDB).
SELECT DISTINCT currency FROM orders WHERE currency <> '' ORDER BY currency
