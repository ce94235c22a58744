-- Points of partners' rewards that were used in a window, less those given back, by the pool they were earned in: what
-- partners get for them, at the cost each reward had when it was set aside. What has no partner stands beside them.
partners AS (
    SELECT
        life.unit_id, date_trunc('month', life.earned_at AT TIME ZONE %(zone)s)::date AS month, life.grant_class,
        coalesce(reward.partner_code, '') AS partner, coalesce(used.agent, FALSE) AS agent, life.posting_id, life.amount,
        coalesce(life.amount * used.cost_minor::numeric / nullif(used.points, 0), 0) AS cost
    FROM lives AS life
    JOIN programs_posting AS p ON p.id = life.posting_id
    LEFT JOIN programs_redemption AS used ON used.program_id = %(program)s
        AND used.confirm_posting_id = CASE p.kind WHEN 'reverse' THEN p.refers_to ELSE p.id END
    LEFT JOIN programs_reward AS reward ON reward.id = used.reward_id
    WHERE life.line = 'redeemed'
)
