-- One row: the past contribution of the customer at a rank from the top (0 is the first).
SELECT contribution_minor AS threshold_minor
FROM scored
ORDER BY contribution_minor DESC
LIMIT 1 OFFSET $skipped
