-- One customer slipping away, those with most at stake first.
SELECT
    customer_id,
    mean_interpurchase_days,
    since_last_days,
    silence_probability,
    usual_value_minor,
    residual_value_minor,
    value_at_risk_minor
FROM slipping
WHERE dimension = 'all' AND dimension_value = 'all' AND state = 'slipping'
ORDER BY risk_rank, customer_id
LIMIT $rows
