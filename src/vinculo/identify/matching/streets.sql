-- One row is one record with a street: the whole line in plain words (`street`), and it up to the number (`line`).
SELECT
    record_id,
    street,
    coalesce(nullif(regexp_extract(street, '^([^0-9]+[0-9]+)', 1), ''), street) AS line
FROM (
    SELECT
        record_id,
        regexp_replace(
            CASE
                WHEN split_part(plain, ' ', 2) = '' THEN plain
                WHEN split_part(plain, ' ', 1) IN ('c', 'cl', 'cll') THEN 'calle' || substr(plain, strpos(plain, ' '))
                WHEN split_part(plain, ' ', 1) IN ('av', 'avd', 'avda', 'ave') THEN 'avenida' || substr(plain, strpos(plain, ' '))
                WHEN split_part(plain, ' ', 1) IN ('pza', 'plza', 'pl', 'pz') THEN 'plaza' || substr(plain, strpos(plain, ' '))
                WHEN split_part(plain, ' ', 1) IN ('p', 'pso', 'po') THEN 'paseo' || substr(plain, strpos(plain, ' '))
                WHEN split_part(plain, ' ', 1) IN ('ctra', 'crta') THEN 'carretera' || substr(plain, strpos(plain, ' '))
                WHEN split_part(plain, ' ', 1) IN ('urb') THEN 'urbanizacion' || substr(plain, strpos(plain, ' '))
                WHEN split_part(plain, ' ', 1) IN ('pol', 'pgno') THEN 'poligono' || substr(plain, strpos(plain, ' '))
                WHEN split_part(plain, ' ', 1) IN ('rda') THEN 'ronda' || substr(plain, strpos(plain, ' '))
                ELSE plain
            END,
            '([0-9]) ([a-z])$', '\1\2') AS street
    FROM (
        SELECT
            record_id,
            trim(regexp_replace(regexp_replace(
                ' ' || regexp_replace(
                    strip_accents(replace(lower(replace(replace(street, 'º', ' '), 'ª', ' ')), 'ς', 'σ')),
                    '[^\p{L}\p{N}]+', '  ', 'g') || ' ',
                ' (n|no|num|numero|piso|planta|puerta|pta|esc|escalera) ', ' ', 'g'), ' +', ' ', 'g')) AS plain
        FROM records
        WHERE street IS NOT NULL
    ) AS plain_streets
    WHERE plain <> ''
) AS whole_streets
