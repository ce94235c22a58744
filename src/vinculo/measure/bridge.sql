-- One change between two runs: its customers, those of them this run still holds, and their residual value in both.
SELECT
    change,
    count(*) AS customers,
    CAST(sum(held) AS BIGINT) AS customers_held,
    CAST(sum(opening_minor) AS BIGINT) AS opening_minor,
    CAST(sum(closing_minor) AS BIGINT) AS closing_minor
FROM (
    SELECT changes.*, CASE WHEN value.customer_id IS NULL THEN 0 ELSE 1 END AS held
    FROM changes
    LEFT JOIN value ON value.customer_id = changes.customer_id
)
GROUP BY change
ORDER BY change
