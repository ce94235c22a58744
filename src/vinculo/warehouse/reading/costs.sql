-- One row of a file of costs, with its number as a spreadsheet counts and the column that cannot be read, if any.
WITH numbered AS (
    SELECT
        row_number() OVER () + 1 AS row_number,
        CAST(customer_id AS TEXT) AS customer_id,
        lower(trim(CAST(kind AS TEXT))) AS kind,
        CAST(happened_on AS TEXT) AS day_text,
        TRY_CAST(happened_on AS DATE) AS happened_on,
        CAST(cost AS TEXT) AS cost_text,
        TRY_CAST(cost AS DOUBLE) AS cost
    FROM costs_as_read
)

SELECT
    row_number,
    customer_id,
    kind,
    happened_on,
    CAST(round(cost * $scale) AS BIGINT) AS cost_minor,
    CASE WHEN happened_on IS NULL THEN 'happened_on' WHEN cost IS NULL THEN 'cost' END AS wrong,
    CASE WHEN happened_on IS NULL THEN day_text ELSE cost_text END AS found
FROM numbered
