-- One customer with a negative contribution, the largest losses first, with what the loss comes from. The small
-- relation loss_limits says from which loss on a customer can be listed, so that only few are sorted.
WITH losing AS (
    SELECT
        p.*,
        m.listed,
        row_number() OVER (
            PARTITION BY p.dimension, p.dimension_value
            ORDER BY p.contribution_minor ASC, p.customer_id ASC
        ) AS loss_rank
    FROM scoped_profile AS p
    INNER JOIN loss_limits AS m
        ON p.dimension = m.dimension
        AND p.dimension_value IS NOT DISTINCT FROM m.dimension_value
        AND p.contribution_minor <= m.limit_minor
    WHERE p.contribution_minor < 0
)

SELECT
    dimension,
    dimension_value,
    CAST(loss_rank AS BIGINT) AS loss_rank,
    customer_id,
    contribution_minor,
    net_sales_minor,
    discounts_minor,
    returns_minor,
    margin_minor,
    cost_to_serve_minor,
    purchase_days,
    return_days,
    CASE
        WHEN returns_minor > 0 AND contribution_minor + returns_minor + returns_handling_cost_minor >= 0 THEN 'returns'
        WHEN margin_minor <= 0 THEN 'no_margin'
        WHEN deliveries_cost_minor >= margin_minor THEN 'small_orders'
        ELSE 'cost_to_serve'
    END AS cause
FROM losing
WHERE loss_rank <= listed
ORDER BY dimension, dimension_value, loss_rank
