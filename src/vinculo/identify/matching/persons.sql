-- One row is one record of a person: what is compared, and the keys (`by_…`) under which records are looked for.
WITH named AS (
    SELECT
        records.record_id,
        coalesce(first_names.canonical, split_part(given.bare, ' ', 1)) AS first_name,
        nullif(coalesce(second_names.canonical, split_part(given.bare, ' ', 2)), '') AS second_name,
        family.bare AS family,
        second_family.bare AS second,
        unsplit.bare AS unsplit,
        CASE
            WHEN records.birth_date > DATE '1901-01-01' AND records.birth_date < DATE '2900-01-01'
                THEN CAST(records.birth_date AS VARCHAR)
        END AS birth,
        lower(records.email) AS email,
        records.phone,
        upper(records.tax_id) AS tax_id,
        streets.street,
        streets.line,
        upper(records.postcode) AS postcode,
        town.plain AS city
    FROM records
    LEFT JOIN spelling AS given ON records.given_name = given.spelled
    LEFT JOIN spelling AS family ON records.family_name = family.spelled
    LEFT JOIN spelling AS second_family ON records.second_family_name = second_family.spelled
    LEFT JOIN spelling AS unsplit
        ON records.given_name IS NULL AND records.family_name IS NULL AND records.full_name = unsplit.spelled
    LEFT JOIN spelling AS town ON records.city = town.spelled
    LEFT JOIN given_names AS first_names ON split_part(given.bare, ' ', 1) = first_names.name
    LEFT JOIN given_names AS second_names ON split_part(given.bare, ' ', 2) = second_names.name
    LEFT JOIN streets ON records.record_id = streets.record_id
    WHERE records.kind = 'person'
),

traits AS (
    SELECT
        *,
        concat_ws(' ', first_name, second_name) AS spoken
    FROM named
)

SELECT
    record_id,
    nullif(spoken, '') AS given,
    nullif(split_part(spoken, ' ', 1), '') AS given_first,
    nullif(split_part(spoken, ' ', 2), '') AS given_second,
    familiar.name IS NOT NULL AS given_familiar,
    family,
    second,
    nullif(array_to_string(list_sort(list_distinct(
        string_split(coalesce(unsplit, concat_ws(' ', nullif(spoken, ''), family, second)), ' '))), ' '), '') AS names,
    birth,
    email,
    phone,
    tax_id,
    street,
    line,
    postcode,
    city,
    CASE WHEN length(split_part(email, '@', 1)) > 5 THEN split_part(email, '@', 1) END AS by_mailbox,
    birth || '|' || nullif(split_part(spoken, ' ', 1), '') AS by_birth_given,
    birth || '|' || family AS by_birth_family,
    birth || '|' || postcode AS by_birth_postcode,
    coalesce(postcode, city) || '|' || line || '|' || nullif(split_part(spoken, ' ', 1), '') AS by_line_given,
    coalesce(postcode, city) || '|' || line || '|' || family AS by_line_family,
    nullif(split_part(spoken, ' ', 1), '') || '|' || family || '|' || postcode AS by_name_postcode,
    nullif(split_part(spoken, ' ', 1), '') || '|' || family || '|' || city AS by_name_city,
    left(nullif(spoken, ''), 1) || '|' || family || '|' || second AS by_surnames,
    nullif(array_to_string(list_sort(list_distinct(
        string_split(coalesce(unsplit, concat_ws(' ', nullif(spoken, ''), family, second)), ' '))), ' '), '') AS by_names
FROM traits
LEFT JOIN given_names AS familiar ON split_part(spoken, ' ', 1) = familiar.name
