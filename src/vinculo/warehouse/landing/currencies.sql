-- The currencies that orders with lines of a finished import, or of none, are in.
SELECT DISTINCT o.currency
FROM identify_order AS o
LEFT JOIN identify_import AS i ON i.id = o.import_id
WHERE o.currency <> '' AND (i.id IS NULL OR i.state = 'done')
ORDER BY o.currency
