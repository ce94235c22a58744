-- One row: the first cohort there is; null when nobody has bought.
SELECT MIN(cohort) AS first_cohort FROM cohort_everybody
