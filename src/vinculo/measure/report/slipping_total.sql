-- How many customers are slipping away or all but lost, how many of them are listed, and what is at stake among those
-- listed: one row a state.
WITH states AS (
    SELECT
        CASE WHEN p_buys < CAST($gone_probability AS DOUBLE) THEN 'lost' ELSE 'slipping' END AS state,
        count(*) AS customers
    FROM value
    WHERE relationship_area = 'retain' AND mean_interpurchase_days > 0
    GROUP BY 1
),

listed AS (
    SELECT
        state,
        count(*) AS listed,
        CAST(sum(value_at_risk_minor) AS BIGINT) AS value_at_risk_minor
    FROM slipping
    WHERE dimension = 'all' AND dimension_value = 'all'
    GROUP BY state
)

SELECT
    listed.state,
    greatest(listed.listed, coalesce(states.customers, 0)) AS customers,
    listed.listed,
    listed.value_at_risk_minor
FROM listed
LEFT JOIN states ON listed.state = states.state
ORDER BY listed.state
