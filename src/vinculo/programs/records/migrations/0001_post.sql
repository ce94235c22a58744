-- One post at a time, for tills that cannot wait: award, spend and reverse as `ledger.deciding` decides them.
CREATE FUNCTION programs_post(
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
    moved boolean;
    change bigint;
    batch bigint;
    part bigint;
    asked bigint := in_amount;
    day date;
BEGIN
    replayed := false;
    refused := '';
    amount := 0;
    -- What is going to be posted nearly always can be: one statement locks the wallet and moves its balance.
    UPDATE programs_account AS a SET balance = a.balance + CASE in_kind WHEN 'award' THEN in_amount ELSE -in_amount END
    FROM programs_member AS m, programs_unit AS u, programs_program AS g
    WHERE a.id = in_account AND a.kind = 'wallet' AND m.id = a.member_id AND u.id = a.unit_id
        AND u.program_id = in_program AND g.id = u.program_id AND in_amount > 0 AND CASE in_kind
            WHEN 'award' THEN m.state <> 'left'
            WHEN 'spend' THEN m.state = 'active' AND u.spendable AND in_amount <= a.balance ELSE false END
    RETURNING a.id, a.balance, a.floor, a.unit_id, a.member_id, m.state, u.spendable, u.expiry, u.expiry_months,
        u.expiry_rounding, u.expiry_day, u.return_policy, g.zone, (
            SELECT h.id FROM programs_account AS h WHERE h.unit_id = a.unit_id AND h.partner_code = ''
                AND h.member_id IS NULL AND h.kind = CASE in_kind WHEN 'award' THEN 'issuance' ELSE 'redemption' END
        ) AS house
    INTO wallet;
    moved := FOUND;
    IF moved THEN
        change := CASE in_kind WHEN 'award' THEN in_amount ELSE -in_amount END;
        balance := wallet.balance - change;
    ELSE
        SELECT a.id, a.balance, a.floor, a.unit_id, a.member_id, m.state, u.spendable, u.expiry, u.expiry_months,
            u.expiry_rounding, u.expiry_day, u.return_policy, g.zone, NULL::bigint AS house
        INTO wallet
        FROM programs_account AS a
        JOIN programs_member AS m ON m.id = a.member_id
        JOIN programs_unit AS u ON u.id = a.unit_id
        JOIN programs_program AS g ON g.id = u.program_id
        WHERE a.id = in_account AND a.kind = 'wallet' AND u.program_id = in_program
        FOR NO KEY UPDATE OF a;
        balance := coalesce(wallet.balance, 0);
    END IF;
    SELECT p.id, p.payload_hash, p.outcome, p.balance, p.amount INTO known FROM programs_posting AS p
    WHERE p.program_id = in_program AND p.source = in_source AND p.event = in_event;
    IF FOUND THEN
        IF moved THEN
            UPDATE programs_account AS a SET balance = programs_post.balance WHERE a.id = in_account;
        END IF;
        posting_id := known.id;
        balance := known.balance;
        IF known.payload_hash <> in_hash THEN
            refused := 'points.conflict';
        ELSE
            replayed := true;
            refused := known.outcome;
            amount := CASE WHEN known.outcome = '' THEN known.amount ELSE 0 END;
        END IF;
        RETURN;
    END IF;
    batch := programs_batch_open();
    posting_id := nextval('programs_posting_id_seq');
    IF wallet.id IS NULL THEN
        refused := 'wallet.unknown';
    ELSIF in_kind = 'award' THEN
        IF in_amount <= 0 THEN
            refused := 'points.amount';
        ELSIF wallet.state = 'left' THEN
            refused := 'wallet.closed';
        ELSE
            amount := in_amount;
            IF in_expires IS NOT NULL THEN
                day := nullif(in_expires, DATE '9999-12-31');
            ELSIF wallet.expiry IN ('age', 'calendar') THEN
                day := programs_last_day(wallet.expiry, wallet.expiry_months, wallet.expiry_rounding,
                    wallet.expiry_day, (in_happened AT TIME ZONE wallet.zone)::date);
            END IF;
            part := least(greatest(-balance, 0), in_amount);
            INSERT INTO programs_lot (id, account_id, posting_id, award_id, grant_class, earned_at, expires_on,
                release_event, issued, remaining, expired)
            VALUES (posting_id, wallet.id, posting_id, posting_id, in_grant, in_happened, day, '', in_amount,
                in_amount - part, 0);
            IF part > 0 THEN
                INSERT INTO programs_lotuse (posting_id, place, lot_id, amount)
                VALUES (programs_post.posting_id, 0, programs_post.posting_id, part);
            END IF;
            INSERT INTO programs_transfer (posting_id, place, debit_id, credit_id, amount)
            VALUES (programs_post.posting_id, 0, coalesce(wallet.house,
                programs_house(wallet.unit_id, 'issuance', '', in_now)), wallet.id, in_amount);
            balance := balance + in_amount;
        END IF;
    ELSIF in_kind = 'spend' THEN
        IF wallet.state <> 'active' THEN
            refused := CASE wallet.state WHEN 'left' THEN 'wallet.closed' ELSE 'wallet.blocked' END;
        ELSIF NOT wallet.spendable THEN
            refused := 'unit.not_spendable';
        ELSIF in_amount <= 0 THEN
            refused := 'points.amount';
        ELSIF in_amount > balance THEN
            refused := 'points.insufficient';
        ELSE
            amount := in_amount;
            PERFORM programs_consume(wallet.id, in_amount, posting_id, 0::smallint);
            INSERT INTO programs_transfer (posting_id, place, debit_id, credit_id, amount)
            VALUES (programs_post.posting_id, 0, wallet.id, coalesce(wallet.house,
                programs_house(wallet.unit_id, 'redemption', '', in_now)), in_amount);
            balance := balance - in_amount;
        END IF;
    ELSIF in_kind = 'reverse' THEN
        SELECT r.refused, r.asked, r.amount, r.change INTO refused, asked, amount, part
        FROM programs_reverse(wallet.id, wallet.unit_id, (
                SELECT p.id FROM programs_account AS p
                WHERE p.member_id = wallet.member_id AND p.unit_id = wallet.unit_id AND p.kind = 'pending'
            ), balance, CASE WHEN wallet.return_policy = 'floor' THEN wallet.floor ELSE 0 END,
            wallet.return_policy, in_refers, in_amount, posting_id, in_now) AS r;
        balance := balance + part;
    ELSE
        RAISE EXCEPTION 'programs_post takes award, spend and reverse; % belongs into a batch', in_kind;
    END IF;
    IF refused = '' THEN
        IF NOT moved THEN
            UPDATE programs_account AS a SET balance = programs_post.balance WHERE a.id = in_account;
        END IF;
        IF wallet.expiry = 'inactivity' AND in_kind <> 'reverse' THEN
            UPDATE programs_account AS a SET active_on = greatest(a.active_on, day_of.it)
            FROM (SELECT (in_happened AT TIME ZONE wallet.zone)::date AS it) AS day_of WHERE a.id = in_account;
        END IF;
    END IF;
    INSERT INTO programs_posting (id, program_id, source, event, payload_hash, kind, outcome, account_id, asked,
        amount, balance, grant_class, reward_class, refers_to, reference, rule_id, rule_version, campaign, happened_at,
        recorded_at, batch_number, author, details)
    VALUES (posting_id, in_program, in_source, in_event, in_hash, in_kind, refused, wallet.id, asked,
        CASE WHEN refused = '' THEN amount ELSE in_amount END, balance, in_grant, in_reward, in_refers, in_reference,
        in_rule, in_rule_version, in_campaign, in_happened, in_now, batch, in_author, in_details);
END $$;

-- Takes points from the lots of a wallet, earliest to be lost first.
CREATE FUNCTION programs_consume(wallet bigint, wanted bigint, posting bigint, place smallint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    lot record;
    part bigint;
BEGIN
    IF wanted <= 0 THEN
        RETURN;
    END IF;
    FOR lot IN SELECT l.id, l.remaining FROM programs_lot AS l WHERE l.account_id = wallet AND l.remaining > 0
        ORDER BY l.expires_on, l.earned_at, l.id
    LOOP
        part := least(wanted, lot.remaining);
        UPDATE programs_lot SET remaining = remaining - part WHERE id = lot.id;
        INSERT INTO programs_lotuse (posting_id, place, lot_id, amount)
        VALUES (posting, programs_consume.place, lot.id, part);
        place := place + 1;
        wanted := wanted - part;
        EXIT WHEN wanted = 0;
    END LOOP;
    IF wanted > 0 THEN
        RAISE EXCEPTION 'the lots of wallet % do not hold its balance: % points are lacking', wallet, wanted;
    END IF;
END $$;

-- Takes from one lot, or gives back to it below zero.
CREATE FUNCTION programs_use(lot bigint, wanted bigint, fewer_expired bigint, posting bigint, number smallint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE programs_lot SET remaining = remaining - wanted, expired = expired - fewer_expired WHERE id = lot;
    INSERT INTO programs_lotuse (posting_id, place, lot_id, amount) VALUES (posting, number, lot, wanted);
END $$;

-- Takes an award, a spend, a confirmed reservation or a correction back, as `ledger.returning` does.
CREATE FUNCTION programs_reverse(wallet bigint, unit bigint, pending bigint, standing bigint, lowest bigint,
    policy text, refers bigint, wanted bigint, posting bigint, at timestamptz,
    OUT refused text, OUT asked bigint, OUT amount bigint, OUT change bigint
) LANGUAGE plpgsql AS $$
DECLARE
    of record;
    gives boolean;
    before bigint;
    rest bigint;
    house bigint;
    lot record;
    part bigint;
    number smallint := 0;
    place smallint := 0;
    taken bigint := 0;
    expired bigint := 0;
    others bigint := 0;
    debt bigint := 0;
    owed bigint;
BEGIN
    asked := wanted;
    amount := 0;
    change := 0;
    refused := '';
    SELECT p.id, p.kind, p.amount, p.refers_to INTO of FROM programs_posting AS p
    WHERE p.id = refers AND p.account_id = wallet AND p.outcome = '';
    IF NOT FOUND THEN
        refused := 'posting.unknown';
        RETURN;
    END IF;
    gives := of.kind = 'award' OR (of.kind = 'adjust' AND of.amount > 0);
    IF NOT gives AND of.kind NOT IN ('adjust', 'spend', 'confirm') THEN
        refused := 'posting.final';
        RETURN;
    END IF;
    SELECT coalesce(sum(p.asked), 0) INTO before FROM programs_posting AS p
    WHERE p.refers_to = of.id AND p.kind = 'reverse' AND p.outcome = '';
    rest := abs(of.amount) - before;
    refused := CASE WHEN wanted < 0 THEN 'points.amount' WHEN rest <= 0 THEN 'points.nothing_left'
        WHEN wanted > rest THEN 'points.exceeds' ELSE '' END;
    IF refused <> '' THEN
        RETURN;
    END IF;
    asked := CASE wanted WHEN 0 THEN rest ELSE wanted END;
    rest := asked;
    IF NOT gives THEN
        SELECT t.credit_id INTO house FROM programs_transfer AS t WHERE t.posting_id = of.id AND t.place = 0;
        owed := greatest(-standing, 0);
        -- Those taken last come back first, as if less had been taken.
        FOR lot IN
            SELECT u.lot_id, least(u.amount, greatest(upto - before, 0)) AS left_over, upto FROM (
                SELECT each.*, sum(each.amount) OVER (ORDER BY each.place DESC) AS upto FROM programs_lotuse AS each
                WHERE each.posting_id = CASE of.kind WHEN 'confirm' THEN of.refers_to ELSE of.id END
            ) AS u ORDER BY u.place DESC
        LOOP
            part := least(rest, lot.left_over);
            CONTINUE WHEN part = 0;
            PERFORM programs_use(lot.lot_id, -part, 0, posting, number);
            number := number + 1;
            rest := rest - part;
        END LOOP;
        IF owed > 0 THEN
            FOR lot IN SELECT l.id AS lot_id, l.remaining FROM programs_lotuse AS u JOIN programs_lot AS l ON l.id = u.lot_id
                WHERE u.posting_id = posting ORDER BY u.place
            LOOP
                part := least(owed, lot.remaining);
                CONTINUE WHEN part = 0;
                PERFORM programs_use(lot.lot_id, part, 0, posting, number);
                number := number + 1;
                owed := owed - part;
            END LOOP;
        END IF;
        INSERT INTO programs_transfer (posting_id, place, debit_id, credit_id, amount)
        VALUES (posting, 0, house, wallet, asked);
        amount := asked;
        change := asked;
        RETURN;
    END IF;
    IF EXISTS (SELECT FROM programs_posting AS p WHERE p.refers_to = of.id AND p.kind IN ('cancel', 'timeout')
        AND p.outcome = '') THEN
        refused := 'points.nothing_left';
        RETURN;
    END IF;
    SELECT t.debit_id INTO house FROM programs_transfer AS t WHERE t.posting_id = of.id AND t.place = 0;
    FOR lot IN SELECT l.id, l.remaining FROM programs_lot AS l
        WHERE l.id = of.id AND l.account_id = pending AND l.remaining > 0
    LOOP
        part := least(rest, lot.remaining);
        PERFORM programs_use(lot.id, part, 0, posting, number);
        number := number + 1;
        rest := rest - part;
        INSERT INTO programs_transfer (posting_id, place, debit_id, credit_id, amount)
        VALUES (posting, place, pending, house, part);
        place := place + 1;
        UPDATE programs_account AS a SET balance = a.balance - part WHERE a.id = pending;
    END LOOP;
    IF policy <> 'pending' THEN
        FOR lot IN SELECT l.id, l.remaining FROM programs_lot AS l
            WHERE (l.id = of.id OR (l.award_id = of.id AND l.award_id <> l.id)) AND l.account_id = wallet
            ORDER BY l.id
        LOOP
            part := least(rest, lot.remaining);
            CONTINUE WHEN part = 0;
            PERFORM programs_use(lot.id, part, 0, posting, number);
            number := number + 1;
            taken := taken + part;
            rest := rest - part;
        END LOOP;
        FOR lot IN SELECT l.id, l.expired FROM programs_lot AS l
            WHERE (l.id = of.id OR (l.award_id = of.id AND l.award_id <> l.id)) AND l.account_id = wallet
            ORDER BY l.id
        LOOP
            part := least(rest, lot.expired);
            CONTINUE WHEN part = 0;
            PERFORM programs_use(lot.id, -part, part, posting, number);
            PERFORM programs_use(lot.id, part, 0, posting, (number + 1)::smallint);
            number := number + 2;
            expired := expired + part;
            rest := rest - part;
        END LOOP;
        others := least(rest, greatest(standing - taken, 0));
        PERFORM programs_consume(wallet, others, posting, number);
        rest := rest - others;
        debt := least(rest, greatest(standing - taken - others - lowest, 0));
        rest := rest - debt;
    END IF;
    amount := asked - rest;
    IF amount = 0 THEN
        refused := 'points.nothing_left';
        asked := wanted;
        RETURN;
    END IF;
    change := -(taken + others + debt);
    IF change < 0 THEN
        INSERT INTO programs_transfer (posting_id, place, debit_id, credit_id, amount)
        VALUES (posting, place, wallet, house, -change);
        place := place + 1;
    END IF;
    IF expired > 0 THEN
        INSERT INTO programs_transfer (posting_id, place, debit_id, credit_id, amount)
        VALUES (posting, place, programs_house(unit, 'breakage', '', at), house, expired)
       ;
    END IF;
END $$;

-- Every look-up is by a number or a key. A plan kept from when the tables were empty would read them whole.
ALTER FUNCTION programs_post SET enable_seqscan TO off;
