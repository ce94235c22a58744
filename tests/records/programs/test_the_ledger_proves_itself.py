"""What guards the journal, what verify finds, and that code of yesterday posts on a schema of tomorrow."""

import json
from itertools import product
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connections, transaction
from tests.make import programs as make
from tests.make import store
from typer.testing import CliRunner

from vinculo.cli.main import app
from vinculo.programs.records.ledger import chains, services, verify
from vinculo.programs.records.models import Program

JOURNAL = ("programs_posting", "programs_transfer", "programs_lotuse", "programs_batch")
PLANTED = {
    "a balance": "UPDATE programs_account SET balance = balance + 1 WHERE kind = 'wallet' AND balance > 0",
    "what is left of a lot": "UPDATE programs_lot SET remaining = remaining - 1 WHERE remaining > 1",
    "an amount": "UPDATE programs_posting SET amount = amount + 1 WHERE kind = 'spend'",
    "a transfer": "UPDATE programs_transfer SET amount = amount + 1",
    "a transfer that goes": "DELETE FROM programs_transfer WHERE amount = 9",
    "a posting that goes": "DELETE FROM programs_posting WHERE outcome <> ''",
    "a use that goes": "DELETE FROM programs_lotuse",
    "a reference": "UPDATE programs_posting SET reference = 'other' WHERE kind = 'award'",
    "a last day": "UPDATE programs_lot SET expires_on = expires_on + 30",
    "a batch": "UPDATE programs_batch SET hash = sha256('x') WHERE id = (SELECT max(id) FROM programs_batch)",
    "a batch that goes": "DELETE FROM programs_batch WHERE id = (SELECT min(id) FROM programs_batch)",
    "an outcome": "UPDATE programs_posting SET outcome = '' WHERE outcome <> ''",
    "a standing": "UPDATE programs_account SET standing = 'left' WHERE kind = 'wallet'",
    "a member that goes": "DELETE FROM programs_member",
    "a side of the house": "UPDATE programs_unit SET issuance_id = 0 WHERE issuance_id IS NOT NULL",
    "a time zone": "UPDATE programs_unit SET zone = 'Asia/Tokyo'",
    "a double resolution": "UPDATE programs_lot SET expired = expired + 1, issued = issued + 1",
}


def lived() -> Program:
    """A programme in which something of each kind happened."""
    club = make.program()
    wallet = make.wallet(make.unit(club, expiry="age", expiry_months=12))
    award = make.posted(club, make.post(wallet, "award", 100, reference="order 7"))[0]
    make.posted(club, make.post(wallet, "spend", 30), make.post(wallet, "spend", 500))
    make.posted(club, make.post(wallet, "reverse", 20, refers_to=award.posting_id))
    services.points_post_one(program_id=club.pk, post=make.post(wallet, "award", 9), now=make.NOW)
    return club


def test_nobody_changes_the_journal(own_records: store.Database) -> None:
    lived()

    for who, table in product(("default", "owner"), JOURNAL):
        for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            said = statement.replace("SET id = id", "SET posting_id = 1") if table[9] in "tl" else statement
            with pytest.raises(DatabaseError), transaction.atomic(using=who), connections[who].cursor() as cursor:
                cursor.execute(said)


def test_a_batch_is_sealed_with_all_that_were_begun_in_it(
    own_records: store.Database, worker_database: store.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    club = lived()
    wallet = make.wallet(club.units.get())
    one = "SELECT * FROM programs_post(%s, 'till', 'late', ''::bytea, 'award', %s, 7, now(), now(), 'purchase')"
    here, elsewhere = (each.environment["DATABASE_APP_URL"] for each in (own_records, worker_database))

    with psycopg.connect(elsewhere) as stranger, psycopg.connect(here) as other:
        # Nobody waits for the transactions of another database.
        stranger.execute("SELECT pg_current_xact_id()")
        # The latest transaction there is: none has ended after it.
        other.execute(one, [club.pk, wallet])
        with monkeypatch.context() as impatient:
            impatient.setattr(chains, "PATIENCE", 0.1)
            early = chains.seal(make.NOW)
        other.commit()

        assert (early, chains.seal(make.NOW), chains.unsealed(club.pk)) == (0, 6, 0)
    assert verify.verify(club.pk) == []


def test_what_was_planted_is_found(own_records: store.Database) -> None:
    club = lived()
    open_ones = chains.unsealed(club.pk)
    sealed = chains.seal(make.NOW)
    sound = verify.verify(club.pk)
    found: dict[str, list[Any]] = {}

    for name, statement in PLANTED.items():
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            for table in JOURNAL:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(statement)
            assert cursor.rowcount, name
            # Verify reads what the owner has written so far and nobody else sees.
            found[name] = verify.verify(club.pk, using="owner")
            transaction.set_rollback(True, using="owner")

    assert (open_ones, sealed, chains.unsealed(club.pk)) == (5, 5, 0)
    assert sound == []
    assert [name for name, differences in found.items() if not differences] == []
    assert verify.verify(club.pk) == []


def test_the_command_names_a_difference_of_one_point(own_records: store.Database) -> None:
    lived()
    runner = CliRunner()

    sound = runner.invoke(app, ["ledger", "verify", "--json"])
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE programs_account SET balance = balance + 1 WHERE kind = 'wallet'")
    broken = runner.invoke(app, ["ledger", "verify", "--program", "club", "--json"])
    told = runner.invoke(app, ["ledger", "verify"])

    assert (sound.exit_code, json.loads(sound.output)) == (0, {"club": []})
    assert broken.exit_code == told.exit_code == 1
    first = json.loads(broken.output)["club"][0]
    assert (first["check"], first["expected"], first["found"]) == ("balance", "59", "60")
    assert "59 expected, 60 found" in told.output


def test_code_of_yesterday_posts_on_tables_of_tomorrow(own_records: store.Database) -> None:
    club = lived()
    with connections["owner"].cursor() as cursor:
        for table in (*JOURNAL, "programs_lot", "programs_account", "programs_strand"):
            cursor.execute(f"ALTER TABLE {table} ADD COLUMN tomorrow text")

    wallet = make.wallet(club.units.get())
    outcomes = make.posted(club, make.post(wallet, "award", 100), make.post(wallet, "spend", 40))
    alone = services.points_post_one(program_id=club.pk, post=make.post(wallet, "spend", 40), now=make.NOW)

    assert [each.balance for each in (*outcomes, alone)] == [100, 60, 20]
    assert verify.verify(club.pk) == []
