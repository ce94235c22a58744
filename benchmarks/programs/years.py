"""Three years of a programme of any size in a store of its own, written by the database itself.

Of ten postings seven are awards; an earlier one is spent, one expires in part, one is taken back in part, two or six
hundredths of all postings later.
"""

FILL = """
INSERT INTO programs_program (code, name, currency, zone, state, started_on, created_at)
VALUES ('club', 'Club', 'EUR', 'Europe/Madrid', 'open', '2023-01-01', now());
INSERT INTO programs_unit (program_id, code, name, spendable, qualifying, expiry, expiry_months, expiry_rounding,
    expiry_day, grace_days, return_policy, floor)
VALUES (1, 'points', 'Points', true, false, 'age', 24, 'day', '', 0, 'balance', 0);
INSERT INTO programs_account (unit_id, kind, partner_code, floor, opened_at)
SELECT 1, kind, '', 0, now() FROM unnest(ARRAY['issuance', 'redemption', 'breakage', 'correction']) AS kind;
INSERT INTO programs_member (program_id, number, kind, state, joined_on, joined_by)
SELECT 1, lpad(n::text, 16, '0'), 'person', 'active', '2023-01-01', '' FROM generate_series(1, {members}) AS n;
INSERT INTO programs_account (unit_id, member_id, kind, partner_code, balance, floor, opened_at)
SELECT 1, n, 'wallet', '', 0, 0, now() FROM generate_series(1, {members}) AS n;
CREATE TEMPORARY TABLE made AS
SELECT
    n, n % 10 AS act, n / 10 AS block,
    CASE WHEN n % 10 < 7 THEN NULL ELSE (n / 10 - lag) * 10 + n % 10 - 7 END AS award,
    timestamptz '2023-01-01' + n * (interval '1095 days' / {postings}) AS happened
FROM generate_series(10, {postings}) AS n,
    LATERAL (SELECT CASE WHEN n / 10 % 2 = 0 THEN {soon} ELSE {later} END AS lag) AS l;
DELETE FROM made WHERE award < 10;
INSERT INTO programs_posting (id, program_id, source, event, payload_hash, kind, outcome, account_id, asked, amount,
    balance, grant_class, reward_class, refers_to, reference, campaign, happened_at, recorded_at, batch_number, author,
    details)
SELECT
    n, 1, 'shop', 'e' || n, decode(md5(n::text), 'hex'),
    (ARRAY['award', 'spend', 'expire', 'reverse'])[greatest(1, act - 5)], '',
    4 + 1 + (coalesce(award, n)::bigint * 7919) % {members}, amount, amount, 0,
    CASE WHEN act < 5 THEN 'purchase' WHEN act < 7 THEN (ARRAY['birthday', 'recovery'])[act - 4] ELSE '' END,
    CASE WHEN act = 7 THEN (ARRAY['voucher', 'money_off'])[1 + block % 2] ELSE '' END,
    CASE WHEN act = 9 THEN award END, '', CASE WHEN act < 7 AND block % 50 = 0 THEN 'spring' ELSE '' END,
    happened, happened, 1, '', CASE WHEN act < 5 THEN jsonb_build_object('price_minor', 5000 + n % 5000) END
FROM made, LATERAL (SELECT CASE act WHEN 7 THEN 30 WHEN 8 THEN 20 WHEN 9 THEN 10 ELSE 50 + n % 100 END AS amount) AS a
ORDER BY n;
INSERT INTO programs_transfer (posting_id, place, debit_id, credit_id, amount)
SELECT id, 0, CASE kind WHEN 'award' THEN 1 ELSE account_id END,
    CASE kind WHEN 'award' THEN account_id WHEN 'spend' THEN 2 WHEN 'expire' THEN 3 ELSE 1 END, amount
FROM programs_posting ORDER BY id;
INSERT INTO programs_lotuse (posting_id, place, lot_id, amount)
SELECT m.n, 0, m.award, p.amount FROM made AS m JOIN programs_posting AS p ON p.id = m.n WHERE m.award IS NOT NULL
ORDER BY m.n;
INSERT INTO programs_lot (id, account_id, posting_id, award_id, grant_class, earned_at, expires_on, issued, remaining,
    expired, release_event)
SELECT p.id, p.account_id, p.id, p.id, p.grant_class, p.happened_at, (p.happened_at + interval '2 years')::date,
    p.amount, p.amount - coalesce(u.used, 0), coalesce(u.expired, 0), ''
FROM programs_posting AS p
LEFT JOIN (
    SELECT u.lot_id, sum(u.amount) AS used, sum(u.amount) FILTER (WHERE o.kind = 'expire') AS expired
    FROM programs_lotuse AS u JOIN programs_posting AS o ON o.id = u.posting_id GROUP BY 1
) AS u ON u.lot_id = p.id
WHERE p.kind = 'award' ORDER BY p.id;
UPDATE programs_account AS a SET balance = l.points
FROM (SELECT account_id, sum(remaining) AS points FROM programs_lot GROUP BY 1) AS l WHERE l.account_id = a.id;
SELECT setval('programs_posting_id_seq', {postings})
"""
"""Balances follow from lots here: that they agree with the transfers is for the reports to say."""


def statements(postings: int) -> list[str]:
    """Return the statements that fill an empty store with so many postings."""
    # Both lags keep the parity of a block, so that no lot is used twice for the same.
    filled = FILL.format(
        postings=postings,
        members=max(1, postings // 25),
        soon=max(2, postings // 10 // 50 // 2 * 2),
        later=max(2, postings // 10 // 16 // 2 * 2),
    )
    return [*filled.split(";\n"), "VACUUM ANALYZE"]
