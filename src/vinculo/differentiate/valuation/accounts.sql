-- One customer: what the forecast, the worth of a purchase and the RFMT scores are made from.
SELECT
    customer_id,
    purchase_days,
    repeat_purchase_days,
    since_last_days,
    age_at_last_days,
    tenure_days,
    mean_interpurchase_days,
    mean_repeat_spend_minor,
    sales_minor,
    returns_minor,
    net_sales_minor,
    margin_minor,
    cost_to_serve_minor,
    contribution_minor,
    country,
    channel,
    segment,
    dominant_category,
    cohort
FROM accounts
