-- One customer with everything known of it as of a day, its value tier and relationship area, and the reason of each
-- in one sentence: the columns of the table value, in order. One pass: thresholds and words come as parameters, the
-- sentences as the small relation reason_texts (text_0 purchases text_1 mean interval text_2 since last text_3 chance
-- text_4 for areas; text_0 amount text_1 for tiers).
WITH tiered AS (
    SELECT
        *,
        CASE
            WHEN contribution_minor >= $high_performance_minor THEN 'high_performance'
            WHEN residual_value_minor >= $high_potential_minor THEN 'high_potential'
            WHEN contribution_minor < 0 AND contribution_minor + residual_value_minor < 0 THEN 'below_zero'
            ELSE 'standard'
        END AS value_tier,
        coalesce(since_last_days > $overdue_intervals * mean_interpurchase_days, FALSE) AS overdue,
        -- P(a silence at least this long) of somebody who goes on at his own rate, which his own intervals tell.
        coalesce(
            repeat_purchase_days >= 2
            AND pow(
                CAST(age_at_last_days AS DOUBLE) / CAST(age_at_last_days + since_last_days AS DOUBLE),
                CAST(repeat_purchase_days AS DOUBLE)
            ) < $silence_probability,
            FALSE
        ) AS silent,
        -- The chance to buy in the horizon of somebody who goes on at his own rate; after a single purchase, which
        -- shows no rate, that of the customers just won.
        CASE
            WHEN mean_interpurchase_days > 0
                THEN 1 - exp(-CAST($horizon_days AS DOUBLE) / mean_interpurchase_days)
            ELSE $usual_p_buys_once
        END AS usual_p_buys
    FROM scored
),

judged AS (
    SELECT
        *,
        value_tier IN ('high_performance', 'high_potential')
        AND (
            silent
            OR ((overdue OR purchase_days = 1) AND p_buys < $slipping_probability * usual_p_buys)
        ) AS slipping
    FROM tiered
),

placed AS (
    SELECT
        *,
        CASE
            WHEN purchase_days = 0 AND value_tier <> 'below_zero' THEN 'acquire_first'
            WHEN purchase_days = 1 AND since_last_days <= $acquire_days THEN 'acquire_second'
            WHEN slipping AND purchase_days = 1 THEN 'retain_once'
            WHEN slipping AND p_buys >= $gone_probability THEN 'retain_rhythm'
            WHEN slipping THEN 'retain_lost'
            WHEN value_tier = 'below_zero' THEN 'let_go_below_zero'
            WHEN value_tier = 'standard' AND p_buys < $gone_probability AND residual_value_minor <= $let_go_minor
                THEN 'let_go_gone'
            WHEN value_tier = 'high_potential' THEN 'maximise'
            WHEN value_tier = 'high_performance' AND purchase_days > 1 THEN 'build_loyalty_performance'
            WHEN value_tier = 'high_performance' THEN 'build_loyalty_once'
            WHEN purchase_days >= $loyal_purchase_days AND NOT overdue THEN 'build_loyalty_repeated'
            WHEN purchase_days > 1 AND overdue THEN 'maintain_overdue'
            WHEN purchase_days > 1 THEN 'maintain_rhythm'
            ELSE 'maintain_once'
        END AS area_case,
        CASE WHEN value_tier = 'high_potential' THEN residual_value_minor ELSE contribution_minor END AS amount_minor
    FROM judged
),

split AS (
    SELECT
        *,
        abs(amount_minor) // $minor_per_major AS amount_major,
        lpad(CAST(abs(amount_minor) % $minor_per_major AS VARCHAR), $digits, '0') AS amount_cents
    FROM placed
),

worded AS (
    SELECT
        *,
        CASE
            WHEN amount_major < 1000 THEN CAST(amount_major AS VARCHAR)
            WHEN amount_major < 1000000
                THEN concat(CAST(amount_major // 1000 AS VARCHAR), $group_mark, lpad(CAST(amount_major % 1000 AS VARCHAR), 3, '0'))
            WHEN amount_major < 1000000000
                THEN concat(
                    CAST(amount_major // 1000000 AS VARCHAR),
                    $group_mark,
                    lpad(CAST(amount_major // 1000 % 1000 AS VARCHAR), 3, '0'),
                    $group_mark,
                    lpad(CAST(amount_major % 1000 AS VARCHAR), 3, '0')
                )
            ELSE concat(
                CAST(amount_major // 1000000000 AS VARCHAR),
                $group_mark,
                lpad(CAST(amount_major // 1000000 % 1000 AS VARCHAR), 3, '0'),
                $group_mark,
                lpad(CAST(amount_major // 1000 % 1000 AS VARCHAR), 3, '0'),
                $group_mark,
                lpad(CAST(amount_major % 1000 AS VARCHAR), 3, '0')
            )
        END AS amount_words
    FROM split
)

SELECT
    w.customer_id,
    w.as_of,
    w.currency,
    w.purchase_days,
    w.repeat_purchase_days,
    w.since_last_days,
    w.age_at_last_days,
    w.tenure_days,
    w.mean_interpurchase_days,
    w.net_sales_minor,
    w.contribution_minor,
    w.expected_purchases,
    w.p_buys,
    w.churn_probability,
    w.expected_spend_minor,
    w.contribution_per_purchase_minor,
    w.residual_value_minor,
    w.residual_value_low_minor,
    w.residual_value_high_minor,
    w.residual_value_infinite_minor,
    w.total_value_minor,
    w.recency_score,
    w.frequency_score,
    w.monetary_score,
    w.time_score,
    w.rfmt_code,
    w.rfmt_score,
    w.rfmt_segment,
    w.value_tier,
    concat(
        t.text_0,
        CASE WHEN w.amount_minor < 0 THEN '-' ELSE '' END,
        $money_before,
        w.amount_words,
        $decimal_mark,
        w.amount_cents,
        $money_after,
        t.text_1
    ) AS value_tier_reason,
    a.relationship_area,
    concat(
        a.text_0,
        CASE WHEN a.shows_purchases THEN CAST(w.purchase_days AS VARCHAR) ELSE '' END,
        a.text_1,
        CASE WHEN a.shows_interval THEN CAST(CAST(round(w.mean_interpurchase_days) AS BIGINT) AS VARCHAR) ELSE '' END,
        CASE WHEN NOT a.shows_interval THEN '' WHEN round(w.mean_interpurchase_days) = 1 THEN $day ELSE $days END,
        a.text_2,
        CASE WHEN a.shows_since THEN CAST(w.since_last_days AS VARCHAR) ELSE '' END,
        CASE WHEN NOT a.shows_since THEN '' WHEN w.since_last_days = 1 THEN $day ELSE $days END,
        a.text_3,
        CASE
            WHEN NOT a.shows_chance THEN ''
            WHEN w.p_buys < 0.005 THEN '<1'
            WHEN w.p_buys >= 0.995 THEN '>99'
            ELSE CAST(CAST(round(100 * w.p_buys) AS BIGINT) AS VARCHAR)
        END,
        a.text_4
    ) AS relationship_area_reason,
    w.country,
    w.channel,
    w.segment,
    w.dominant_category,
    w.cohort
FROM worded AS w
INNER JOIN reason_texts AS t ON t.reason = w.value_tier
INNER JOIN reason_texts AS a ON a.reason = w.area_case
