-- One recent purchase day unlike the customer, the least likely first.
SELECT
    u.customer_id,
    u.day,
    u.what,
    u.observed,
    u.expected_low,
    u.expected_high,
    u.observed_goods,
    u.usual_goods,
    u.probability,
    v.residual_value_minor
FROM unusual_purchases AS u
LEFT JOIN value AS v ON u.customer_id = v.customer_id
WHERE u.day > CAST($after AS DATE)
ORDER BY u.probability, u.day DESC, u.customer_id, u.what
LIMIT $rows
