-- One row: the residual value at a rank from the bottom (0 is the lowest).
SELECT residual_value_minor AS threshold_minor
FROM scored
ORDER BY residual_value_minor ASC
LIMIT 1 OFFSET $skipped
