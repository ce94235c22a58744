-- One row: a party as it is matched, with the customer it belongs to and whether a person put it there.
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
  coalesce(c.merged_into_id, c.id) AS customer_id,
  coalesce(g.decided_by, '') AS placed_by
FROM identify_customer AS c
LEFT JOIN (
  SELECT
    customer_id,
    min(value) FILTER (WHERE kind = 'source_key') AS source_key,
    min(normalised) FILTER (WHERE kind = 'email') AS email,
    min(normalised) FILTER (WHERE kind = 'phone') AS phone,
    min(normalised) FILTER (WHERE kind IN ('tax_id', 'vat')) AS tax_id
  FROM identify_identifier
  GROUP BY customer_id
) AS k ON k.customer_id = c.id
LEFT JOIN (
  SELECT DISTINCT ON (customer_id) customer_id, lines, postcode, city
  FROM identify_address
  WHERE kind = 'main'
  ORDER BY customer_id, id
) AS a ON a.customer_id = c.id
LEFT JOIN (
  SELECT DISTINCT ON (i.customer_id) i.customer_id, (r.payload->'clean'->>'birth_on')::date AS birth_on
  FROM identify_sourcerecord AS r
  JOIN identify_identifier AS i ON i.kind = 'source_key' AND i.source_id = r.source_id AND i.value = r.source_key
  WHERE r.kind = 'customers' AND r.payload->'clean'->>'birth_on' ~ '^\d{4}-\d{2}-\d{2}$'
  ORDER BY i.customer_id, r.id DESC
) AS b ON b.customer_id = c.id
LEFT JOIN identify_membership AS m ON m.party_id = c.id AND m.valid_to IS NULL
LEFT JOIN identify_merge AS g ON g.id = m.merge_id
