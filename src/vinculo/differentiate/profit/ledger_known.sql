-- One row: which kinds of cost are known, so that their assumed rate is not used.
SELECT
    CAST($contacts AS BOOLEAN) AS contacts,
    CAST($deliveries AS BOOLEAN) AS deliveries,
    CAST($returns_handling AS BOOLEAN) AS returns_handling,
    CAST($commissions AS BOOLEAN) AS commissions
