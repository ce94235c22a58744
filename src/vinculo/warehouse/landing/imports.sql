-- One row: an import whose lines are in force, what of it later imports have superseded, and how often one of its
-- source was undone: an undo plays the others again, and lines that only they hold now come in their name.
SELECT
  i.id AS import_id,
  coalesce(extract(epoch FROM i.finished_at)::text, '') AS finished,
  coalesce(s.lines, 0) AS superseded_lines,
  coalesce(s.ids, 0) AS superseded_ids,
  coalesce(u.undone, 0) AS undone
FROM identify_import AS i
LEFT JOIN (
  SELECT import_id, count(*) AS lines, bit_xor(id) AS ids
  FROM identify_orderline
  WHERE superseded_by_id IS NOT NULL
  GROUP BY import_id
) AS s ON s.import_id = i.id
LEFT JOIN (
  SELECT source_id, count(*) AS undone FROM identify_import WHERE kind = 'orders' AND state = 'undone' GROUP BY source_id
) AS u ON u.source_id = i.source_id
WHERE i.kind = 'orders' AND i.state = 'done'
ORDER BY i.id
