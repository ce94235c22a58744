-- One customer of the profile: gross sales down to contribution, in integers, so that every subtotal reconciles.
SELECT
    customer_id,
    gross_sales_minor,
    discounts_minor,
    returns_minor,
    gross_sales_minor - discounts_minor - returns_minor AS net_sales_minor,
    cost_of_goods_minor,
    gross_sales_minor - discounts_minor - returns_minor - cost_of_goods_minor AS margin_minor,
    contacts_cost_minor,
    deliveries_cost_minor,
    returns_handling_cost_minor,
    commissions_cost_minor,
    other_cost_minor,
    cost_to_serve_minor,
    gross_sales_minor - discounts_minor - returns_minor - cost_of_goods_minor - cost_to_serve_minor
        AS contribution_minor
FROM accounts
