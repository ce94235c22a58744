-- One cause of loss among the customers listed as unprofitable, the largest loss first.
SELECT
    cause,
    count(*) AS customers,
    CAST(sum(contribution_minor) AS BIGINT) AS contribution_minor
FROM unprofitable
WHERE dimension = 'all' AND dimension_value = 'all'
GROUP BY cause
ORDER BY contribution_minor, cause
