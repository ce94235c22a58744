-- One valuable customer with a rhythm who is slipping or all but lost, the largest value at risk first: of each state
-- 100 of everybody, and 10 of each value of a dimension.
WITH rated AS (
    SELECT
        *,
        CASE WHEN p_buys < $gone_probability THEN 'lost' ELSE 'slipping' END AS state,
        1 - exp(-CAST($horizon_days AS DOUBLE) / mean_interpurchase_days) AS usual_p_buys,
        pow(
            CAST(age_at_last_days AS DOUBLE) / CAST(age_at_last_days + since_last_days AS DOUBLE),
            CAST(repeat_purchase_days AS DOUBLE)
        ) AS silence_probability,
        least($horizon_days / mean_interpurchase_days, purchase_days) AS usual_purchases
    FROM scoped_value
    WHERE relationship_area = 'retain' AND mean_interpurchase_days > 0
),

valued AS (
    SELECT
        *,
        CAST(
            round(
                usual_purchases * contribution_per_purchase_minor
                * exp(-CAST($daily_rate AS DOUBLE) * $horizon_days / 2)
            ) AS BIGINT
        ) AS usual_value_minor
    FROM rated
),

ranked AS (
    SELECT
        *,
        greatest(usual_value_minor - residual_value_minor, 0) AS value_at_risk_minor,
        row_number() OVER (
            PARTITION BY dimension, dimension_value, state
            ORDER BY greatest(usual_value_minor - residual_value_minor, 0) DESC, customer_id ASC
        ) AS risk_rank
    FROM valued
)

SELECT
    dimension,
    dimension_value,
    state,
    CAST(risk_rank AS BIGINT) AS risk_rank,
    customer_id,
    value_tier,
    purchase_days,
    CAST(mean_interpurchase_days AS DOUBLE) AS mean_interpurchase_days,
    since_last_days,
    p_buys,
    usual_p_buys,
    silence_probability,
    CAST(usual_purchases AS DOUBLE) AS usual_purchases,
    contribution_minor,
    usual_value_minor,
    residual_value_minor,
    CAST(value_at_risk_minor AS BIGINT) AS value_at_risk_minor
FROM ranked
WHERE risk_rank <= CASE WHEN dimension = 'all' THEN 100 ELSE 10 END
ORDER BY dimension, dimension_value, state DESC, risk_rank
