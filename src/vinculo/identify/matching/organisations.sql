-- One row is one record of an organisation: what is compared, and the keys (`by_…`) under which records are looked for.
WITH named AS (
    SELECT
        records.record_id,
        nullif(trim(regexp_replace(' ' || coalesce(called.plain, ''), '( (' || forms.pattern || '))+$', '')), '') AS name,
        lower(records.email) AS email,
        records.phone,
        upper(records.tax_id) AS tax_id,
        streets.street,
        streets.line,
        upper(records.postcode) AS postcode,
        town.plain AS city,
        lower(split_part(records.email, '@', 2)) AS provider
    FROM records
    CROSS JOIN (SELECT string_agg(form, '|') AS pattern FROM legal_forms) AS forms
    LEFT JOIN spelling AS called ON coalesce(records.full_name, records.family_name, records.given_name) = called.spelled
    LEFT JOIN spelling AS town ON records.city = town.spelled
    LEFT JOIN streets ON records.record_id = streets.record_id
    WHERE records.kind = 'organisation'
)

SELECT
    record_id,
    name,
    nullif(array_to_string(list_sort(list_distinct(string_split(name, ' '))), ' '), '') AS names,
    email,
    CASE WHEN provider <> '' AND free_domains.domain IS NULL THEN provider END AS web_domain,
    phone,
    tax_id,
    street,
    line,
    postcode,
    city,
    name AS by_name,
    nullif(array_to_string(list_sort(list_distinct(string_split(name, ' '))), ' '), '') AS by_names,
    split_part(name, ' ', 1) || '|' || coalesce(postcode, city) AS by_name_place,
    coalesce(postcode, city) || '|' || line AS by_line
FROM named
LEFT JOIN free_domains ON named.provider = free_domains.domain
