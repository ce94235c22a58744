-- One kind of cost in customer_costs up to and including as_of, with the costs and their sum.
SELECT kind, count(*) AS costs, CAST(sum(cost_minor) AS BIGINT) AS cost_minor
FROM customer_costs
WHERE happened_on <= CAST($as_of AS DATE)
GROUP BY kind
ORDER BY kind
