-- How many valuable customers are slipping away or all but lost, and what is at stake: one row a state.
SELECT
    state,
    count(*) AS customers,
    CAST(sum(value_at_risk_minor) AS BIGINT) AS value_at_risk_minor
FROM slipping
WHERE dimension = 'all'
GROUP BY state
ORDER BY state
