-- One customer with its actual costs by kind, up to and including as_of.
SELECT
    customer_id,
    CAST(sum(CASE WHEN kind = 'contacts' THEN cost_minor ELSE 0 END) AS BIGINT) AS contacts_minor,
    CAST(sum(CASE WHEN kind = 'deliveries' THEN cost_minor ELSE 0 END) AS BIGINT) AS deliveries_minor,
    CAST(sum(CASE WHEN kind = 'returns_handling' THEN cost_minor ELSE 0 END) AS BIGINT) AS returns_handling_minor,
    CAST(sum(CASE WHEN kind = 'commissions' THEN cost_minor ELSE 0 END) AS BIGINT) AS commissions_minor,
    CAST(sum(CASE WHEN kind = 'other' THEN cost_minor ELSE 0 END) AS BIGINT) AS other_minor
FROM customer_costs
WHERE happened_on <= CAST($as_of AS DATE) AND customer_id IS NOT NULL
GROUP BY customer_id
