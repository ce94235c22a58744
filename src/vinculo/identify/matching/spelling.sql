-- One row is one spelling of a name or a town (`spelled`): its plain form, and that without particles (`bare`).
SELECT
    spelled,
    plain,
    coalesce(
        nullif(trim(regexp_replace(regexp_replace(
            ' ' || replace(plain, ' ', '  ') || ' ',
            ' (de|del|la|las|los|y|e|i|da|das|do|dos|di|van|von|der|den|du|le) ', ' ', 'g'), ' +', ' ', 'g')), ''),
        plain
    ) AS bare
FROM (
    SELECT
        spelled,
        trim(regexp_replace(strip_accents(replace(lower(spelled), 'ς', 'σ')), '[^\p{L}\p{N}]+', ' ', 'g')) AS plain
    FROM (
        SELECT given_name AS spelled FROM records
        UNION
        SELECT family_name FROM records
        UNION
        SELECT second_family_name FROM records
        UNION
        SELECT full_name FROM records WHERE kind = 'organisation' OR (given_name IS NULL AND family_name IS NULL)
        UNION
        SELECT city FROM records
    ) AS every_spelling
    WHERE spelled IS NOT NULL
) AS plain_spellings
WHERE plain <> ''
