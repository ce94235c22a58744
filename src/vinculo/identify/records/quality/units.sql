-- One row: a customer as one source knows it, with what the source holds and what was noted (identify.quality.faults).
-- Parties of one customer are put together; whoever was erased has no name and is left out. In braces: bits, and which
-- customers are asked about. What no source of the customer's own says (typed by hand) counts for each of its sources.
-- A field is fresh (its bit, and one for the whole record) while what a record says of it is younger than the shelf life
-- of its source; a value is never older than the party that has it.
WITH life AS ({lives}),
parties AS (
    SELECT id, coalesce(merged_into_id, id) AS customer_id, kind, country, created_at,
        CASE WHEN given_name = '' AND family_name = '' THEN name END AS bare,
        CASE WHEN given_name <> '' OR family_name <> '' THEN {name} ELSE 0 END
            | CASE WHEN country <> '' THEN {country} ELSE 0 END
            | CASE WHEN language <> '' THEN {language} ELSE 0 END AS held
    FROM identify_customer WHERE name <> '' {of_parties}
),
shared AS (
    SELECT borne.kind, borne.normalised FROM identify_identifier AS borne
    JOIN identify_customer AS bearer ON bearer.id = borne.customer_id AND bearer.name <> ''
    WHERE borne.kind IN ('email', 'phone', 'tax_id') {of_values}
    GROUP BY borne.kind, borne.normalised
    HAVING min(coalesce(bearer.merged_into_id, bearer.id)) <> max(coalesce(bearer.merged_into_id, bearer.id))
),
told AS (
    SELECT record.source_id, record.source_key, bit_or(said.fresh) AS fresh,
        bit_or(said.fresh) FILTER (WHERE record.payload ? 'by_hand') AS fresh_by_hand,
        max(ARRAY[record.version, coalesce(noted.marks, 0)]) FILTER (WHERE NOT record.payload ? 'by_hand') AS noted,
        max(record.version) FILTER (WHERE record.payload ? 'by_hand') AS handed,
        bit_or({by_hand}) FILTER (WHERE record.payload ? 'by_hand') AS righted,
        max(lpad(record.version::text, 9, '0') || (record.payload->'clean'->>'birth_on')) AS born
    FROM identify_sourcerecord AS record
    LEFT JOIN life ON life.source_id = record.source_id
    CROSS JOIN LATERAL (SELECT {young} AS bits, record.payload->'clean' AS clean OFFSET 0) AS young
    CROSS JOIN LATERAL (
        SELECT CASE WHEN young.bits = 0 THEN 0 ELSE young.bits & ({carried}) END AS fresh OFFSET 0
    ) AS said
    LEFT JOIN LATERAL (
        SELECT bit_or(bit) AS marks FROM jsonb_to_recordset(record.payload->'notes') AS note (t text, n text)
        JOIN (VALUES {notes}) AS known (t, n, bit) USING (t, n)
    ) AS noted ON record.payload ? 'notes'
    WHERE record.kind = 'customers' {of_records}
    GROUP BY record.source_id, record.source_key
),
borne AS (
    SELECT party.customer_id, borne.source_id, coalesce(bool_or(borne.kind = 'source_key'), FALSE) AS known,
        bit_or(
            CASE borne.kind
                WHEN 'source_key' THEN party.held | CASE WHEN told.born IS NOT NULL THEN {birth_on} ELSE 0 END
                    | CASE WHEN party.bare <> borne.value AND party.bare ~ '[[:alpha:]]' AND strpos(party.bare, '@') = 0
                        THEN {name} ELSE 0 END
                WHEN 'email' THEN {email} WHEN 'phone' THEN {phone} WHEN 'tax_id' THEN {tax_id} WHEN 'vat' THEN {tax_id}
                ELSE 0
            END
        ) AS held,
        bit_or(
            CASE borne.kind
                WHEN 'source_key' THEN CASE party.kind WHEN 'organisation' THEN {record_organisation} ELSE 0 END
                    | (coalesce(told.noted[2], 0)
                        & ~CASE WHEN told.handed > told.noted[1] THEN told.righted ELSE 0 END)
                WHEN 'email' THEN CASE WHEN shared.kind IS NULL THEN 0 ELSE {email_shared} END
                    | CASE WHEN split_part(borne.normalised, '@', 2) = ANY (%(misspelt)s) THEN {email_typo} ELSE 0 END
                WHEN 'phone' THEN CASE WHEN shared.kind IS NULL THEN 0 ELSE {phone_shared} END
                WHEN 'tax_id' THEN CASE WHEN shared.kind IS NULL THEN 0 ELSE {tax_id_shared} END
                    | CASE WHEN party.kind = 'person' AND party.country IN ('', 'ES')
                        AND borne.value ~ '^[ABCDEFGHJNPQRSUVW][0-9]{{7}}[0-9A-J]$' THEN {tax_id_contradicted} ELSE 0 END
                ELSE 0
            END
        ) AS marks,
        bit_or(coalesce(told.fresh, 0) | {born}) FILTER (WHERE borne.kind = 'source_key') AS fresh,
        bit_or(told.fresh_by_hand) & {every} AS fresh_by_hand,
        min(substr(told.born, 10)) AS born_first, max(substr(told.born, 10)) AS born_last,
        min(nullif(party.country, '')) AS country_first, max(nullif(party.country, '')) AS country_last,
        min(borne.normalised) FILTER (WHERE borne.kind = 'tax_id') AS tax_first,
        max(borne.normalised) FILTER (WHERE borne.kind = 'tax_id') AS tax_last
    FROM parties AS party
    JOIN identify_identifier AS borne ON borne.customer_id = party.id
    LEFT JOIN life ON life.source_id = borne.source_id
    LEFT JOIN shared ON shared.kind = borne.kind AND shared.normalised = borne.normalised
    LEFT JOIN told ON borne.kind = 'source_key' AND told.source_id = borne.source_id
        AND told.source_key = borne.value COLLATE "C"
    GROUP BY party.customer_id, borne.source_id
),
placed AS (
    SELECT party.customer_id, place.source_id,
        bit_or(CASE WHEN place.lines <> '' THEN {lines} ELSE 0 END | CASE WHEN place.city <> '' THEN {city} ELSE 0 END
            | CASE WHEN place.postcode <> '' THEN {postcode} ELSE 0 END
            | CASE WHEN place.country <> '' THEN {country} ELSE 0 END) AS held,
        bit_or(
            CASE WHEN place.region <> '' AND place.postcode ~ '^[0-5][0-9]{{4}}$' AND place.country IN ('', 'ES')
                AND place.region <> province.name AND EXISTS (
                    SELECT FROM (VALUES {provinces}) AS other (prefix, name, folded)
                    WHERE other.folded = identify_fold(place.region) AND other.prefix <> left(place.postcode, 2)
                ) THEN {postcode_contradicted} ELSE 0 END
        ) AS marks
    FROM parties AS party
    JOIN identify_address AS place ON place.customer_id = party.id
    LEFT JOIN (VALUES {provinces}) AS province (prefix, name, folded) ON province.prefix = left(place.postcode, 2)
    GROUP BY party.customer_id, place.source_id
),
heard AS (
    {heard}
),
seen AS (
    SELECT customer_id, source_id, coalesce(known, FALSE) AS known,
        coalesce(borne.held, 0) | coalesce(placed.held, 0) | CASE WHEN role_at IS NULL THEN 0 ELSE {role} END AS held,
        coalesce(borne.marks, 0) | coalesce(placed.marks, 0) AS marks, fresh, fresh_by_hand, role_at,
        email_at, born_first, born_last, country_first, country_last, tax_first, tax_last
    FROM borne FULL JOIN placed USING (customer_id, source_id) FULL JOIN heard USING (customer_id, source_id)
),
whole AS (
    SELECT customer_id, coalesce(bit_or(held) FILTER (WHERE NOT known), 0) AS held,
        coalesce(bit_or(fresh_by_hand), 0) AS fresh_by_hand, max(role_at) FILTER (WHERE NOT known) AS role_at,
        max(email_at) AS email_at,
        coalesce(bit_or(marks) FILTER (WHERE NOT known), 0)
            | CASE WHEN min(born_first) <> max(born_last) THEN {birth_on_contradicted} ELSE 0 END
            | CASE WHEN min(country_first) <> max(country_last) THEN {country_contradicted} ELSE 0 END
            | CASE WHEN min(tax_first) <> max(tax_last) THEN {tax_id_contradicted} ELSE 0 END AS marks
    FROM seen GROUP BY customer_id
)
SELECT seen.customer_id, seen.source_id, held.bits AS holds,
    seen.marks | whole.marks | CASE WHEN seen.fresh & {record_fresh} = 0 THEN {record_old} ELSE 0 END
        | (({every} & ~(held.bits & (
            seen.fresh | whole.fresh_by_hand | CASE WHEN whole.email_at >= life.email THEN {email} ELSE 0 END
                | CASE WHEN greatest(seen.role_at, whole.role_at) >= life.role THEN {role} ELSE 0 END
        ))) << {shift}) AS marks
FROM seen JOIN whole USING (customer_id) LEFT JOIN life ON life.source_id = seen.source_id
CROSS JOIN LATERAL (SELECT (seen.held | whole.held)::bigint AS bits OFFSET 0) AS held
WHERE seen.known
