-- One customer slipping away, those with most at stake first.
SELECT customer_id, reason, since_last_days, value_at_risk_minor
FROM slipping
WHERE dimension = 'all' AND state = 'slipping'
ORDER BY risk_rank, customer_id
LIMIT $rows
