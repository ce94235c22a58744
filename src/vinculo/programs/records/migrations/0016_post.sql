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
        FROM programs_unit AS u
        WHERE a.id = in_account AND a.kind = 'wallet' AND u.id = a.unit_id AND u.program_id = in_program
            AND in_amount > 0 AND CASE in_kind
                WHEN 'award' THEN a.standing <> 'left'
                WHEN 'spend' THEN a.standing = 'active' AND u.spendable AND in_amount <= a.balance ELSE false END
        RETURNING a.id, a.balance, u.id AS unit, u.expiry, u.expiry_months, u.expiry_rounding, u.expiry_day, u.zone,
            -- Read when the transaction has its number, and before the number of the posting is drawn.
            pg_sequence_last_value('programs_batch_number_seq') AS batch,
            CASE in_kind WHEN 'award' THEN u.issuance_id ELSE u.redemption_id END AS house
        INTO wallet;
        IF FOUND THEN
            posting_id := nextval('programs_posting_id_seq');
            INSERT INTO programs_posting (id, program_id, source, event, payload_hash, kind, outcome, account_id, asked,
                amount, balance, grant_class, reward_class, refers_to, reference, rule_id, rule_version, campaign,
                happened_at, recorded_at, batch_number, author, details)
            VALUES (posting_id, in_program, in_source, in_event, in_hash, in_kind, '', in_account, in_amount,
                in_amount, wallet.balance, in_grant, in_reward, in_refers, in_reference, in_rule, in_rule_version,
                in_campaign, in_happened, in_now, wallet.batch, in_author, in_details)
            ON CONFLICT (event, source, program_id) DO NOTHING;
            IF NOT FOUND THEN
                -- The key is known, maybe since a moment ago.
                UPDATE programs_account AS a
                SET balance = a.balance - CASE in_kind WHEN 'award' THEN in_amount ELSE -in_amount END
                WHERE a.id = in_account;
                SELECT p.id, p.payload_hash, p.outcome, p.balance, p.amount INTO known FROM programs_posting AS p
                WHERE p.event = in_event AND p.source = in_source AND p.program_id = in_program;
                EXIT;
            END IF;
            IF in_kind = 'award' THEN
                WITH moved AS (
                    INSERT INTO programs_transfer (posting_id, place, debit_id, credit_id, amount)
                    VALUES (programs_post.posting_id, 0, coalesce(wallet.house,
                        programs_house(wallet.unit, 'issuance', '', in_now)), in_account, in_amount)
                )
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

-- Every look-up is by a number or a key. A plan kept from when the tables were empty would read them whole.
ALTER FUNCTION programs_post SET enable_seqscan TO off;

-- The zone of a programme is kept with its units, where whoever posts reads it.
CREATE FUNCTION programs_zone_of_unit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT zone INTO NEW.zone FROM programs_program WHERE id = NEW.program_id FOR SHARE;
    RETURN NEW;
END $$;
CREATE TRIGGER programs_unit_zone BEFORE INSERT ON programs_unit
    FOR EACH ROW EXECUTE FUNCTION programs_zone_of_unit();
CREATE FUNCTION programs_zone_of_program() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE programs_unit SET zone = NEW.zone WHERE program_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER programs_program_zone AFTER UPDATE OF zone ON programs_program
    FOR EACH ROW WHEN (OLD.zone <> NEW.zone) EXECUTE FUNCTION programs_zone_of_program();
UPDATE programs_unit AS u SET zone = g.zone FROM programs_program AS g WHERE g.id = u.program_id;
