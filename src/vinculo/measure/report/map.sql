-- One cell of the RFMT map: a recency and a frequency score, its customers, their mean value and commonest segment.
WITH parts AS (
    SELECT
        recency_score,
        frequency_score,
        rfmt_segment,
        count(*) AS customers,
        sum(residual_value_minor) AS residual_value_minor,
        sum(contribution_minor) AS contribution_minor
    FROM value
    GROUP BY 1, 2, 3
),

ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY recency_score, frequency_score
            ORDER BY customers DESC, rfmt_segment
        ) AS place
    FROM parts
)

SELECT
    recency_score,
    frequency_score,
    CAST(sum(customers) AS BIGINT) AS customers,
    sum(residual_value_minor) / CAST(sum(customers) AS DOUBLE) AS mean_value_minor,
    CAST(sum(contribution_minor) AS BIGINT) AS contribution_minor,
    max(CASE WHEN place = 1 THEN rfmt_segment END) AS rfmt_segment
FROM ranked
GROUP BY 1, 2
ORDER BY 1, 2
