-- One customer: the whole profile and the whole ledger, gross sales down to contribution.
WITH served AS (
    SELECT
        *,
        contacts_cost_minor
        + deliveries_cost_minor
        + returns_handling_cost_minor
        + commissions_cost_minor
        + other_cost_minor AS cost_to_serve_minor
    FROM ledger_costs
)

SELECT
    *,
    margin_minor - cost_to_serve_minor AS contribution_minor
FROM served
