-- The lines that no import brought, up to a line and beyond it.
SELECT
  count(*) FILTER (WHERE id <= {last}) AS lines,
  coalesce((sum(id % 1000000007) FILTER (WHERE id <= {last}))::bigint, 0) AS ids,
  count(*) AS all_lines,
  coalesce((sum(id % 1000000007))::bigint, 0) AS all_ids,
  coalesce(max(id), 0) AS last
FROM identify_orderline
WHERE import_id IS NULL AND superseded_by_id IS NULL
