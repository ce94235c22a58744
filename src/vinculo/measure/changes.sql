-- One customer of an earlier run, of this one or of both: what became of the residual value between the two.
SELECT
    coalesce(later.customer_id, earlier.customer_id) AS customer_id,
    coalesce(earlier.residual_value_minor, 0) AS opening_minor,
    coalesce(later.residual_value_minor, 0) AS closing_minor,
    CASE
        WHEN earlier.customer_id IS NULL THEN 'acquired'
        WHEN later.customer_id IS NULL THEN 'lost'
        WHEN coalesce(earlier.since_last_days, 0) <= $lapse_days AND later.since_last_days > $lapse_days THEN 'lost'
        WHEN earlier.since_last_days > $lapse_days AND later.since_last_days <= $lapse_days THEN 'recovered'
        WHEN later.residual_value_minor > earlier.residual_value_minor THEN 'risen'
        WHEN later.residual_value_minor < earlier.residual_value_minor THEN 'fallen'
        ELSE 'unchanged'
    END AS change
FROM earlier_value AS earlier
FULL JOIN value AS later ON later.customer_id = earlier.customer_id
