CREATE FUNCTION programs_journal_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal of points is only added to: write a posting that takes the other one back';
END $$;
CREATE TRIGGER programs_posting_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON programs_posting
    FOR EACH STATEMENT EXECUTE FUNCTION programs_journal_guard();
CREATE TRIGGER programs_transfer_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON programs_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION programs_journal_guard();
CREATE TRIGGER programs_lotuse_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON programs_lotuse
    FOR EACH STATEMENT EXECUTE FUNCTION programs_journal_guard();
CREATE TRIGGER programs_batch_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON programs_batch
    FOR EACH STATEMENT EXECUTE FUNCTION programs_journal_guard();

-- Balances and what is left of lots change in place, without new entries in the indexes.
ALTER TABLE programs_account SET (fillfactor = 80);
ALTER TABLE programs_lot SET (fillfactor = 90);

-- What is hashed of a row: columns by name, so that a column added later changes nothing of what was written.
CREATE FUNCTION programs_line(p programs_posting) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT ROW(p.id, p.program_id, p.source, p.event, p.payload_hash, p.kind, p.outcome, p.account_id, p.to_account_id,
        p.member_id, p.asked, p.amount, p.balance, p.grant_class, p.reward_class, p.refers_to, p.reference, p.rule_id,
        p.rule_version, p.campaign, extract(epoch FROM p.happened_at), extract(epoch FROM p.recorded_at),
        extract(epoch FROM p.held_until), p.batch_number, p.author, p.details)::text
$$;
CREATE FUNCTION programs_line(t programs_transfer) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT ROW(t.posting_id, t.place, t.debit_id, t.credit_id, t.amount)::text
$$;
CREATE FUNCTION programs_line(u programs_lotuse) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT ROW(u.posting_id, u.place, u.lot_id, u.amount)::text
$$;
CREATE FUNCTION programs_line(l programs_lot) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT ROW(l.id, l.posting_id, l.award_id, l.grant_class, extract(epoch FROM l.earned_at),
        l.expires_on - DATE '2000-01-01', l.issued)::text
$$;
CREATE FUNCTION programs_digest(lines text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(convert_to(coalesce(lines, ''), 'UTF8'))
$$;
CREATE FUNCTION programs_chain(previous bytea, strand bigint, place bigint, number bigint, postings bytea,
    transfers bytea, uses bytea, lots bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(previous || int8send(strand) || int8send(place) || int8send(number) || postings || transfers || uses
        || lots)
$$;

-- Numbers of batches. A posting belongs to the batch that is open when it is written; `ledger.chains` closes it.
CREATE SEQUENCE programs_batch_number_seq;
SELECT nextval('programs_batch_number_seq');

-- The open batch. Whoever reads it has a number of its transaction before, so that sealing knows whom to wait for.
CREATE FUNCTION programs_batch_open() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    number xid8 := pg_current_xact_id();
BEGIN
    RETURN pg_sequence_last_value('programs_batch_number_seq');
END $$;

-- Writes the row of a batch that is closed, and moves the end of the strand of its programme.
CREATE FUNCTION programs_batch_seal(of_program bigint, number bigint, until bigint, count bigint, postings bytea,
    transfers bytea, uses bytea, lots bytea, at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    strand programs_strand;
    chained bytea;
BEGIN
    SELECT * INTO strand FROM programs_strand WHERE program_id = of_program FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO programs_strand (program_id, batches, hash) VALUES (of_program, 0, sha256('')) RETURNING * INTO strand;
    END IF;
    chained := programs_chain(strand.hash, strand.id, strand.batches + 1, number, postings, transfers, uses, lots);
    INSERT INTO programs_batch (program_id, strand_id, place, number, until, postings, previous_hash, hash, recorded_at)
    VALUES (of_program, strand.id, strand.batches + 1, number, until, count, strand.hash, chained, at);
    UPDATE programs_strand SET batches = strand.batches + 1, hash = chained WHERE id = strand.id;
END $$;

CREATE FUNCTION programs_house(of_unit bigint, of_kind text, partner text, at timestamptz) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    number bigint;
BEGIN
    SELECT id INTO number FROM programs_account
    WHERE unit_id = of_unit AND kind = of_kind AND partner_code = partner AND member_id IS NULL;
    IF number IS NULL THEN
        INSERT INTO programs_account (unit_id, kind, partner_code, floor, opened_at)
        VALUES (of_unit, of_kind, partner, 0, at)
        ON CONFLICT (unit_id, kind, partner_code) WHERE member_id IS NULL DO NOTHING RETURNING id INTO number;
        IF number IS NULL THEN
            SELECT id INTO number FROM programs_account
            WHERE unit_id = of_unit AND kind = of_kind AND partner_code = partner AND member_id IS NULL;
        END IF;
    END IF;
    RETURN number;
END $$;

CREATE FUNCTION programs_in_year(day text, year integer) RETURNS date LANGUAGE sql IMMUTABLE AS $$
    SELECT make_date(year, left(day, 2)::integer, least(right(day, 2)::integer, extract(day FROM
        (make_date(year, left(day, 2)::integer, 1) + interval '1 month' - interval '1 day'))::integer))
$$;
-- The last day of points, as `ledger.expiry.last_day` says it.
CREATE FUNCTION programs_last_day(expiry text, months integer, rounding text, day text, earned date) RETURNS date
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    aged date := (earned::timestamp + make_interval(months => months))::date;
    named date;
BEGIN
    IF expiry = 'age' THEN
        RETURN CASE rounding WHEN 'day' THEN aged ELSE (date_trunc(rounding, aged::timestamp)
            + CASE rounding WHEN 'month' THEN interval '1 month' WHEN 'quarter' THEN interval '3 months'
                ELSE interval '1 year' END - interval '1 day')::date END;
    ELSIF expiry = 'calendar' THEN
        named := programs_in_year(day, extract(year FROM aged)::integer);
        RETURN CASE WHEN named >= aged THEN named
            ELSE programs_in_year(day, extract(year FROM aged)::integer + 1) END;
    END IF;
    RETURN NULL;
END $$;
