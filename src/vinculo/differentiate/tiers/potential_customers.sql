-- One row: how many customers are not of high performance.
SELECT count(*) AS customers
FROM scored
WHERE contribution_minor < $high_performance_minor
