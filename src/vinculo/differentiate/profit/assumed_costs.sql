-- One customer of the profile with the cost of serving it by the rates the company assumes (one row of ledger_rates).
-- A delivery is a purchase day, returns are handled once a return day, contacts go with the length of the relationship.
SELECT
    p.*,
    CAST(round(r.contacts_a_day_minor * coalesce(p.tenure_days, 0)) AS BIGINT) AS assumed_contacts_minor,
    p.purchase_days * r.delivery_minor AS assumed_deliveries_minor,
    p.return_days * r.return_handling_minor AS assumed_returns_handling_minor,
    CAST(round(r.commission_share * (p.gross_sales_minor - p.discounts_minor)) AS BIGINT) AS assumed_commissions_minor
FROM profile AS p
CROSS JOIN ledger_rates AS r
