-- One row: a customer, and how many renewals in a row there were before the first one missed (or so far). The k-th renewal
-- is due k times $contract_days after the first purchase; a purchase up to half a period before or after that day is the
-- renewal, so months of 28 to 31 days stay apart. Periods rise, so they equal their places up to the first one that is
-- missing and never again.
WITH bought AS (
    SELECT
        customer_id,
        day,
        min(day) OVER (PARTITION BY customer_id) AS first_on
    FROM customer_days
    WHERE sale_lines > 0 AND day <= CAST($as_of AS DATE)
),
periods AS (
    SELECT DISTINCT
        customer_id,
        first_on,
        CAST(floor(date_diff('day', first_on, day) / CAST($contract_days AS DOUBLE) + 0.5) AS BIGINT) AS period
    FROM bought
),
placed AS (
    SELECT
        customer_id,
        first_on,
        period,
        row_number() OVER (PARTITION BY customer_id ORDER BY period) - 1 AS place
    FROM periods
)
SELECT
    customer_id,
    first_on,
    count(*) - 1 AS renewals
FROM placed
WHERE period = place
GROUP BY customer_id, first_on
