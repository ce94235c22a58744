-- One customer of the profile with the cost of serving it: actual for the kinds that are known (one row of
-- ledger_known says which), and then for everybody; by assumed rates for the others.
SELECT
    a.*,
    CASE WHEN n.contacts THEN coalesce(k.contacts_minor, 0) ELSE a.assumed_contacts_minor END AS contacts_cost_minor,
    CASE WHEN n.deliveries THEN coalesce(k.deliveries_minor, 0) ELSE a.assumed_deliveries_minor END
        AS deliveries_cost_minor,
    CASE WHEN n.returns_handling THEN coalesce(k.returns_handling_minor, 0) ELSE a.assumed_returns_handling_minor END
        AS returns_handling_cost_minor,
    CASE WHEN n.commissions THEN coalesce(k.commissions_minor, 0) ELSE a.assumed_commissions_minor END
        AS commissions_cost_minor,
    coalesce(k.other_minor, 0) AS other_cost_minor
FROM ledger_assumed AS a
CROSS JOIN ledger_known AS n
LEFT JOIN ledger_actual AS k ON k.customer_id = a.customer_id
