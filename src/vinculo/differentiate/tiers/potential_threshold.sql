-- One row: the residual value at a rank from the top (0 is the first) among customers not of high performance.
SELECT residual_value_minor AS threshold_minor
FROM scored
WHERE contribution_minor < $high_performance_minor
ORDER BY residual_value_minor DESC
LIMIT 1 OFFSET $skipped
