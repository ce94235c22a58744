-- The level of each member from one day to before another, by the changes of one set: never two on one day.
held AS (
    SELECT
        change.member_id, level.code, change.happened_on AS since,
        lead(change.happened_on) OVER (PARTITION BY change.member_id ORDER BY change.happened_on, change.id) AS until
    FROM programs_levelchange AS change
    LEFT JOIN programs_level AS level ON level.level_set_id = change.level_set_id AND level.rank = change.to_rank
    WHERE change.level_set_id = %(level_set)s
)
