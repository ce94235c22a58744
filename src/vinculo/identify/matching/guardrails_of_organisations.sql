-- One row is one pair of organisations (`sides`); a rule is true where the pair breaks it. A branch with the tax number of
-- its parent is no duplicate, and one domain or switchboard is not one company. The scorer reads these conditions too.
SELECT
    record_id_l,
    record_id_r,
    name_l IS NOT NULL
    AND name_r IS NOT NULL
    AND NOT coalesce(names_l = names_r, FALSE)
    AND jaro_winkler_similarity(name_l, name_r) < 0.93
    AND NOT coalesce(
        tax_id_l = tax_id_r AND (line_l = line_r OR email_l = email_r OR phone_l = phone_r),
        FALSE
    ) AS name,
    coalesce(
        coalesce(postcode_l <> postcode_r, city_l <> city_r)
        AND coalesce(line_l <> line_r, city_l <> city_r)
        AND NOT coalesce(email_l = email_r, FALSE)
        AND NOT coalesce(phone_l = phone_r, FALSE),
        FALSE
    ) AS branch,
    coalesce(damerau_levenshtein(tax_id_l, tax_id_r) > 1, FALSE) AS tax_id
FROM sides
