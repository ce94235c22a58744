-- One line of the waterfall from gross sales to contribution, for everybody and for each value of each dimension.
WITH totals AS (
    SELECT
        dimension,
        dimension_value,
        count(*) AS customers,
        CAST(sum(gross_sales_minor) AS BIGINT) AS gross_sales,
        CAST(sum(discounts_minor) AS BIGINT) AS discounts,
        CAST(sum(returns_minor) AS BIGINT) AS returned,
        CAST(sum(net_sales_minor) AS BIGINT) AS net_sales,
        CAST(sum(cost_of_goods_minor) AS BIGINT) AS cost_of_goods,
        CAST(sum(margin_minor) AS BIGINT) AS margin,
        CAST(sum(contacts_cost_minor) AS BIGINT) AS contacts,
        CAST(sum(deliveries_cost_minor) AS BIGINT) AS deliveries,
        CAST(sum(returns_handling_cost_minor) AS BIGINT) AS returns_handling,
        CAST(sum(commissions_cost_minor) AS BIGINT) AS commissions,
        CAST(sum(other_cost_minor) AS BIGINT) AS other,
        CAST(sum(cost_to_serve_minor) AS BIGINT) AS cost_to_serve,
        CAST(sum(contribution_minor) AS BIGINT) AS contribution
    FROM scoped_profile
    GROUP BY dimension, dimension_value
),

signed AS (
    SELECT
        t.dimension,
        t.dimension_value,
        s.step,
        s.line,
        t.customers,
        t.net_sales,
        CASE s.line
            WHEN 'gross_sales' THEN t.gross_sales
            WHEN 'discounts' THEN -t.discounts
            WHEN 'returns' THEN -t.returned
            WHEN 'net_sales' THEN t.net_sales
            WHEN 'cost_of_goods' THEN -t.cost_of_goods
            WHEN 'margin' THEN t.margin
            WHEN 'contacts' THEN -t.contacts
            WHEN 'deliveries' THEN -t.deliveries
            WHEN 'returns_handling' THEN -t.returns_handling
            WHEN 'commissions' THEN -t.commissions
            WHEN 'other' THEN -t.other
            WHEN 'cost_to_serve' THEN -t.cost_to_serve
            ELSE t.contribution
        END AS amount_minor,
        CASE s.line
            WHEN 'net_sales' THEN t.net_sales - (t.gross_sales - t.discounts - t.returned)
            WHEN 'margin' THEN t.margin - (t.net_sales - t.cost_of_goods)
            WHEN 'cost_to_serve'
                THEN t.cost_to_serve
                    - (t.contacts + t.deliveries + t.returns_handling + t.commissions + t.other)
            WHEN 'contribution' THEN t.contribution - (t.margin - t.cost_to_serve)
            ELSE 0
        END AS unexplained_minor
    FROM totals AS t
    CROSS JOIN (
        VALUES
        (1, 'gross_sales'), (2, 'discounts'), (3, 'returns'), (4, 'net_sales'), (5, 'cost_of_goods'), (6, 'margin'),
        (7, 'contacts'), (8, 'deliveries'), (9, 'returns_handling'), (10, 'commissions'), (11, 'other'),
        (12, 'cost_to_serve'), (13, 'contribution')
    ) AS s (step, line)
)

SELECT
    dimension,
    dimension_value,
    CAST(step AS BIGINT) AS step,
    line,
    CASE WHEN line IN ('net_sales', 'margin', 'cost_to_serve', 'contribution') THEN 'subtotal' ELSE 'amount' END AS kind,
    customers,
    amount_minor,
    CASE WHEN net_sales > 0 THEN CAST(amount_minor AS DOUBLE) / net_sales END AS share_of_net_sales,
    CAST(unexplained_minor AS BIGINT) AS unexplained_minor
FROM signed
ORDER BY dimension, dimension_value, step
