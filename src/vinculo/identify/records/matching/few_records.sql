-- One row: one of a few parties as it is matched.
SELECT
  c.id AS record_id,
  c.kind,
  nullif(c.given_name, '') AS given_name,
  nullif(c.family_name, '') AS family_name,
  nullif(c.second_family_name, '') AS second_family_name,
  CASE WHEN c.name <> coalesce(k.source_key, '') THEN c.name END AS full_name,
  b.birth_on AS birth_date,
  k.email,
  k.phone,
  k.tax_id,
  nullif(a.lines, '') AS street,
  nullif(a.postcode, '') AS postcode,
  nullif(a.city, '') AS city,
  coalesce(c.merged_into_id, c.id) AS customer_id
FROM identify_customer AS c
LEFT JOIN LATERAL (
  SELECT
    min(value) FILTER (WHERE kind = 'source_key') AS source_key,
    min(normalised) FILTER (WHERE kind = 'email') AS email,
    min(normalised) FILTER (WHERE kind = 'phone') AS phone,
    min(normalised) FILTER (WHERE kind IN ('tax_id', 'vat')) AS tax_id
  FROM identify_identifier
  WHERE customer_id = c.id
) AS k ON TRUE
LEFT JOIN LATERAL (
  SELECT lines, postcode, city
  FROM identify_address
  WHERE customer_id = c.id AND kind = 'main'
  ORDER BY id
  LIMIT 1
) AS a ON TRUE
LEFT JOIN LATERAL (
  SELECT (r.payload->'clean'->>'birth_on')::date AS birth_on
  FROM identify_identifier AS i
  JOIN identify_sourcerecord AS r
    ON r.source_id = i.source_id AND r.kind = 'customers' AND r.source_key = i.value
  WHERE i.customer_id = c.id AND i.kind = 'source_key' AND r.payload->'clean'->>'birth_on' ~ '^\d{4}-\d{2}-\d{2}$'
  ORDER BY r.id DESC
  LIMIT 1
) AS b ON TRUE
WHERE c.id IN ({ids})
