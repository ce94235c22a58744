-- One row is one record with a street: the whole line in plain words (`street`), and it up to the number (`line`).
SELECT
    record_id,
    street,
    coalesce(nullif(regexp_extract(street, '^([^0-9]+[0-9]+)', 1), ''), street) AS line
FROM (
    SELECT
        record_id,
        regexp_replace(
            CASE WHEN ways.way IS NULL OR rest = '' THEN plain ELSE ways.way || rest END, '([0-9]) ([a-z])$', '\1\2'
        ) AS street
    FROM (
        SELECT record_id, plain, split_part(plain, ' ', 1) AS first, substr(plain, length(split_part(plain, ' ', 1)) + 1) AS rest
        FROM (
            SELECT
                record_id,
                trim(regexp_replace(
                    ' ' || strip_accents(replace(lower(replace(replace(street, 'º', ' '), 'ª', ' ')), 'ς', 'σ')) || ' ',
                    '[^\p{L}\p{N}]+((n|no|num|numero|piso|planta|puerta|pta|esc|escalera)[^\p{L}\p{N}]+)*', ' ', 'g')) AS plain
            FROM records
            WHERE street IS NOT NULL
        ) AS plain_streets
        WHERE plain <> ''
    ) AS first_words
    LEFT JOIN ways ON first_words.first = ways.word
) AS whole_streets
