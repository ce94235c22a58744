-- One row is one pair of persons (`sides`); a rule is true where the pair breaks it: what a pair needs, and what speaks
-- against it. The scorer reads these conditions too.
SELECT
    record_id_l,
    record_id_r,
    given_l IS NOT NULL
    AND given_r IS NOT NULL
    AND NOT coalesce(birth_l = birth_r, FALSE)
    AND NOT coalesce(tax_id_l = tax_id_r, FALSE)
    AND NOT coalesce(names_l = names_r, FALSE)
    AND NOT coalesce(given_l = family_r OR family_l = given_r, FALSE)
    AND NOT (
        given_first_l = given_first_r
        AND (
            given_second_l IS NULL
            OR given_second_r IS NULL
            OR left(given_second_l, 1) = given_second_r
            OR left(given_second_r, 1) = given_second_l
            OR jaro_winkler_similarity(given_second_l, given_second_r) >= 0.85
        )
    )
    AND NOT coalesce(given_second_r IS NULL AND given_second_l = given_first_r, FALSE)
    AND NOT coalesce(given_second_l IS NULL AND given_second_r = given_first_l, FALSE)
    AND left(given_first_l, 1) <> given_first_r
    AND left(given_first_r, 1) <> given_first_l
    AND NOT (
        NOT (given_familiar_l AND given_familiar_r)
        AND jaro_winkler_similarity(given_first_l, given_first_r) >= 0.85
    ) AS given_name,
    coalesce(damerau_levenshtein(tax_id_l, tax_id_r) > 1, FALSE) AS tax_id,
    coalesce(
        damerau_levenshtein(birth_l, birth_r) > 1
        AND NOT (
            left(birth_l, 4) = left(birth_r, 4)
            AND substr(birth_l, 6, 2) = substr(birth_r, 9, 2)
            AND substr(birth_l, 9, 2) = substr(birth_r, 6, 2)
        )
        AND NOT coalesce(tax_id_l = tax_id_r, FALSE),
        FALSE
    ) AS birth_date,
    coalesce(
        jaro_winkler_similarity(second_l, second_r) < 0.88
        AND left(second_l, 1) <> second_r
        AND left(second_r, 1) <> second_l
        AND NOT coalesce(second_l = family_r OR family_l = second_r, FALSE)
        AND NOT coalesce(names_l = names_r, FALSE)
        AND NOT coalesce(tax_id_l = tax_id_r, FALSE),
        FALSE
    ) AS second_surname
FROM sides
