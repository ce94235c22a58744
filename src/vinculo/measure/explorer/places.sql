-- One row: the places among everybody of the first and the last of some ranks among those looked at.
WITH everybody_ranked AS (
    SELECT customer_id, row_number() OVER (ORDER BY contribution_minor DESC, customer_id ASC) AS place
    FROM everybody
),

ranked AS (
    SELECT place, row_number() OVER (ORDER BY place) AS own_rank
    FROM everybody_ranked
    WHERE customer_id IN (SELECT customer_id FROM value)
)

SELECT
    max(CASE WHEN own_rank = $first THEN place END) AS first_rank,
    max(CASE WHEN own_rank = $last THEN place END) AS last_rank
FROM ranked
