-- One customer of the profile with the cost of serving it, every kind by the rates the company assumes.
SELECT
    *,
    assumed_contacts_minor AS contacts_cost_minor,
    assumed_deliveries_minor AS deliveries_cost_minor,
    assumed_returns_handling_minor AS returns_handling_cost_minor,
    assumed_commissions_minor AS commissions_cost_minor,
    CAST(0 AS BIGINT) AS other_cost_minor
FROM ledger_assumed
