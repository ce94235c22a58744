-- One post at a time, for tills that cannot wait: award, spend and reverse as `ledger.deciding` decides them.
CREATE OR REPLACE FUNCTION programs_post(
    in_program bigint, in_source text, in_event text, in_hash bytea, in_kind text, in_account bigint, in_amount bigint,
    in_happened timestamptz, in_now timestamptz, in_grant text DEFAULT '', in_reward text DEFAULT '',
    in_refers bigint DEFAULT NULL, in_reference text DEFAULT '', in_expires date DEFAULT NULL,
    in_rule bigint DEFAULT NULL, in_rule_version integer DEFAULT NULL, in_campaign text DEFAULT '',
    in_author text DEFAULT '', in_details jsonb DEFAULT NULL,
    OUT posting_id bigint, OUT refused text, OUT balance bigint, OUT replayed boolean, OUT amount bigint
) LANGUAGE plpgsql AS $$
DECLARE
    wallet record;
    known record;
    batch bigint;
    asked bigint := in_amount;
    change bigint;
BEGIN
    replayed := false;
    LOOP
        -- What is going to be posted nearly always can be: one statement locks the wallet and moves its balance.
        UPDATE programs_account AS a
        SET balance = a.balance + CASE in_kind WHEN 'award' THEN in_amount ELSE -in_amount END
        FROM programs_unit AS u, programs_program AS g
        WHERE a.id = in_account AND a.kind = 'wallet' AND u.id = a.unit_id AND u.program_id = in_program
            AND g.id = u.program_id AND in_amount > 0 AND CASE in_kind
                WHEN 'award' THEN a.standing <> 'left'
                WHEN 'spend' THEN a.standing = 'active' AND u.spendable AND in_amount <= a.balance ELSE false END
        RETURNING a.id, a.balance, u.id AS unit, u.expiry, u.expiry_months, u.expiry_rounding, u.expiry_day, g.zone,
            -- Read when the transaction has its number, and before the number of the posting is drawn.
            pg_sequence_last_value('programs_batch_number_seq') AS batch,
            CASE in_kind WHEN 'award' THEN u.issuance_id ELSE u.redemption_id END AS house
        INTO wallet;
        IF FOUND THEN
            SELECT p.id, p.payload_hash, p.outcome, p.balance, p.amount INTO known FROM programs_posting AS p
            WHERE p.event = in_event AND p.source = in_source AND p.program_id = in_program;
            IF FOUND THEN
                UPDATE programs_account AS a
                SET balance = a.balance - CASE in_kind WHEN 'award' THEN in_amount ELSE -in_amount END
                WHERE a.id = in_account;
                EXIT;
            END IF;
            posting_id := nextval('programs_posting_id_seq');
            IF in_kind = 'award' THEN
                INSERT INTO programs_lot (id, account_id, posting_id, award_id, grant_class, earned_at, expires_on,
                    release_event, issued, remaining, expired)
                VALUES (posting_id, in_account, posting_id, posting_id, in_grant, in_happened,
                    CASE WHEN in_expires IS NOT NULL THEN nullif(in_expires, DATE '9999-12-31')
                        -- As `programs_last_day` says it: most programmes lose points so, and the call costs 2 µs.
                        WHEN wallet.expiry = 'age' AND wallet.expiry_rounding = 'day' THEN ((in_happened AT TIME ZONE
                            wallet.zone)::date + make_interval(months => wallet.expiry_months))::date
                        WHEN wallet.expiry IN ('age', 'calendar') THEN programs_last_day(wallet.expiry,
                            wallet.expiry_months, wallet.expiry_rounding, wallet.expiry_day,
                            (in_happened AT TIME ZONE wallet.zone)::date) END,
                    '', in_amount, least(in_amount, greatest(wallet.balance, 0)), 0);
                -- What the wallet owed is taken from it at once.
                IF wallet.balance < in_amount THEN
                    INSERT INTO programs_lotuse (posting_id, place, lot_id, amount) VALUES (programs_post.posting_id,
                        0, programs_post.posting_id, in_amount - greatest(wallet.balance, 0));
                END IF;
                INSERT INTO programs_transfer (posting_id, place, debit_id, credit_id, amount)
                VALUES (programs_post.posting_id, 0, coalesce(wallet.house,
                    programs_house(wallet.unit, 'issuance', '', in_now)), in_account, in_amount);
            ELSE
                PERFORM programs_consume(in_account, in_amount, posting_id, 0::smallint);
                INSERT INTO programs_transfer (posting_id, place, debit_id, credit_id, amount)
                VALUES (programs_post.posting_id, 0, in_account, coalesce(wallet.house,
                    programs_house(wallet.unit, 'redemption', '', in_now)), in_amount);
            END IF;
            IF wallet.expiry = 'inactivity' THEN
                UPDATE programs_account AS a SET active_on = greatest(a.active_on, day_of.it)
                FROM (SELECT (in_happened AT TIME ZONE wallet.zone)::date AS it) AS day_of WHERE a.id = in_account;
            END IF;
            INSERT INTO programs_posting (id, program_id, source, event, payload_hash, kind, outcome, account_id, asked,
                amount, balance, grant_class, reward_class, refers_to, reference, rule_id, rule_version, campaign,
                happened_at, recorded_at, batch_number, author, details)
            VALUES (posting_id, in_program, in_source, in_event, in_hash, in_kind, '', in_account, in_amount,
                in_amount, wallet.balance, in_grant, in_reward, in_refers, in_reference, in_rule, in_rule_version,
                in_campaign, in_happened, in_now, wallet.batch, in_author, in_details);
            refused := '';
            balance := wallet.balance;
            amount := in_amount;
            RETURN;
        END IF;

        SELECT a.id, a.balance, a.floor, a.unit_id, a.member_id, a.standing, u.spendable, u.return_policy
        INTO wallet FROM programs_account AS a JOIN programs_unit AS u ON u.id = a.unit_id
        WHERE a.id = in_account AND a.kind = 'wallet' AND u.program_id = in_program
        FOR NO KEY UPDATE OF a;
        SELECT p.id, p.payload_hash, p.outcome, p.balance, p.amount INTO known FROM programs_posting AS p
        WHERE p.event = in_event AND p.source = in_source AND p.program_id = in_program;
        EXIT WHEN FOUND;
        refused := CASE
            WHEN wallet.id IS NULL THEN 'wallet.unknown'
            WHEN in_kind = 'reverse' THEN ''
            WHEN in_kind NOT IN ('award', 'spend') THEN NULL
            WHEN in_kind = 'award' AND coalesce(in_amount, 0) <= 0 THEN 'points.amount'
            WHEN wallet.standing = 'left' THEN 'wallet.closed'
            WHEN in_kind = 'award' THEN ''
            WHEN wallet.standing <> 'active' THEN 'wallet.blocked'
            WHEN NOT wallet.spendable THEN 'unit.not_spendable'
            WHEN coalesce(in_amount, 0) <= 0 THEN 'points.amount'
            WHEN in_amount > wallet.balance THEN 'points.insufficient'
            ELSE '' END;
        IF refused IS NULL THEN
            RAISE EXCEPTION 'programs_post takes award, spend and reverse; % belongs into a batch', in_kind;
        END IF;
        EXIT WHEN refused <> '' OR in_kind = 'reverse';
        -- It can be posted after all: somebody else was in the way, and the wallet is ours now.
    END LOOP;
    IF known.id IS NOT NULL THEN
        posting_id := known.id;
        balance := known.balance;
        replayed := known.payload_hash = in_hash;
        refused := CASE WHEN replayed THEN known.outcome ELSE 'points.conflict' END;
        amount := CASE WHEN refused = '' THEN known.amount ELSE 0 END;
        RETURN;
    END IF;
    batch := programs_batch_open();
    posting_id := nextval('programs_posting_id_seq');
    balance := coalesce(wallet.balance, 0);
    amount := 0;
    IF in_kind = 'reverse' AND refused = '' THEN
        SELECT r.refused, r.asked, r.amount, r.change INTO refused, asked, amount, change
        FROM programs_reverse(wallet.id, wallet.unit_id, (
                SELECT p.id FROM programs_account AS p
                WHERE p.member_id = wallet.member_id AND p.unit_id = wallet.unit_id AND p.kind = 'pending'
            ), balance, CASE WHEN wallet.return_policy = 'floor' THEN wallet.floor ELSE 0 END,
            wallet.return_policy, in_refers, in_amount, posting_id, in_now) AS r;
        IF refused = '' THEN
            balance := balance + change;
            UPDATE programs_account AS a SET balance = programs_post.balance WHERE a.id = in_account;
        END IF;
    END IF;
    INSERT INTO programs_posting (id, program_id, source, event, payload_hash, kind, outcome, account_id, asked,
        amount, balance, grant_class, reward_class, refers_to, reference, rule_id, rule_version, campaign, happened_at,
        recorded_at, batch_number, author, details)
    VALUES (posting_id, in_program, in_source, in_event, in_hash, in_kind, refused, wallet.id, asked,
        CASE WHEN refused = '' THEN amount ELSE in_amount END, balance, in_grant, in_reward, in_refers, in_reference,
        in_rule, in_rule_version, in_campaign, in_happened, in_now, batch, in_author, in_details);
END $$;

-- Takes points from the lots of a wallet, earliest to be lost first, and reads no more of them than it takes from.
CREATE OR REPLACE FUNCTION programs_consume(wallet bigint, wanted bigint, posting bigint, place smallint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    held CURSOR FOR SELECT l.id, l.remaining FROM programs_lot AS l WHERE l.account_id = wallet AND l.remaining > 0
        ORDER BY l.expires_on, l.earned_at, l.id;
    lot record;
    part bigint;
BEGIN
    IF wanted <= 0 THEN
        RETURN;
    END IF;
    OPEN held;
    LOOP
        FETCH held INTO lot;
        EXIT WHEN NOT FOUND;
        part := least(wanted, lot.remaining);
        UPDATE programs_lot SET remaining = remaining - part WHERE id = lot.id;
        INSERT INTO programs_lotuse (posting_id, place, lot_id, amount)
        VALUES (posting, programs_consume.place, lot.id, part);
        place := place + 1;
        wanted := wanted - part;
        EXIT WHEN wanted = 0;
    END LOOP;
    CLOSE held;
    IF wanted > 0 THEN
        RAISE EXCEPTION 'the lots of wallet % do not hold its balance: % points are lacking', wallet, wanted;
    END IF;
END $$;

-- Every look-up is by a number or a key. A plan kept from when the tables were empty would read them whole.
ALTER FUNCTION programs_post SET enable_seqscan TO off;

-- The account of a side of the house, opened when it is first asked for. The two that every till needs stand with the
-- unit.
CREATE OR REPLACE FUNCTION programs_house(of_unit bigint, of_kind text, partner text, at timestamptz) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    number bigint;
BEGIN
    INSERT INTO programs_account (unit_id, kind, partner_code, floor, opened_at)
    SELECT of_unit, of_kind, partner, 0, at WHERE NOT EXISTS (SELECT FROM programs_account
        WHERE unit_id = of_unit AND kind = of_kind AND partner_code = partner AND member_id IS NULL)
    ON CONFLICT (unit_id, kind, partner_code) WHERE member_id IS NULL DO NOTHING;
    SELECT id INTO number FROM programs_account
    WHERE unit_id = of_unit AND kind = of_kind AND partner_code = partner AND member_id IS NULL;
    UPDATE programs_unit SET issuance_id = number
    WHERE id = of_unit AND of_kind = 'issuance' AND partner = '' AND issuance_id IS NULL;
    UPDATE programs_unit SET redemption_id = number
    WHERE id = of_unit AND of_kind = 'redemption' AND partner = '' AND redemption_id IS NULL;
    RETURN number;
END $$;
UPDATE programs_unit AS u SET
    issuance_id = (SELECT id FROM programs_account
        WHERE unit_id = u.id AND kind = 'issuance' AND partner_code = '' AND member_id IS NULL),
    redemption_id = (SELECT id FROM programs_account
        WHERE unit_id = u.id AND kind = 'redemption' AND partner_code = '' AND member_id IS NULL);

-- The standing of a member is kept with the accounts, where whoever posts reads it.
CREATE FUNCTION programs_standing_of_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT state INTO NEW.standing FROM programs_member WHERE id = NEW.member_id;
    NEW.balance := coalesce(NEW.balance, 0);
    RETURN NEW;
END $$;
CREATE TRIGGER programs_account_standing BEFORE INSERT ON programs_account
    FOR EACH ROW WHEN (NEW.member_id IS NOT NULL) EXECUTE FUNCTION programs_standing_of_account();
CREATE FUNCTION programs_standing_of_member() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM programs_account WHERE member_id = NEW.id ORDER BY id FOR NO KEY UPDATE;
    UPDATE programs_account SET standing = NEW.state WHERE member_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER programs_member_standing AFTER UPDATE OF state ON programs_member
    FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION programs_standing_of_member();
UPDATE programs_account AS a SET standing = m.state FROM programs_member AS m
WHERE m.id = a.member_id AND m.state <> 'active';

-- A type is looked at faster than a condition, which is read anew for every statement.
CREATE DOMAIN programs_moved AS bigint CHECK (VALUE > 0);
CREATE DOMAIN programs_held AS bigint CHECK (VALUE >= 0);
ALTER TABLE programs_transfer ALTER COLUMN amount TYPE programs_moved;
ALTER TABLE programs_lot ALTER COLUMN remaining TYPE programs_held, ALTER COLUMN expired TYPE programs_held;
