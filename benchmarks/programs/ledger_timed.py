"""Windows of pgbench, of the function and of batches, in turns on one server; then a sweep of every wallet.

`ledger_timed WALLETS`: prints one line of JSON. Batches are posted by two writers, each with wallets of its own: the
cores are two, and writers of the same wallets wait for one another. The clients of pgbench and of the function are the
same program, `pgbench`, so that only the server is compared. The disk is waited for: nothing of durability is switched
off.
"""

import atexit
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

SECONDS, ROUNDS, CLIENTS, WRITERS, SCALE = 8, 5, 8, 2, 20
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
AWARD = """
\\set a random(1, {wallets})
\\set e random(1, 9000000000000000)
\\set n random(1, 499)
SELECT programs_post({program}, 'till', 'receipt-' || md5(:e::bigint::text),
    decode(md5(:e::bigint::text), 'hex'), 'award', {first} + :a, :n, now(), now(), 'purchase');
"""
SPEND = AWARD.replace("'award'", "'spend'").replace("'purchase'", "''")
FILL = (
    """
    INSERT INTO programs_member (program_id, number, kind, state, joined_on, joined_by)
    SELECT {program}, n, 'person', 'active', '2025-01-01', '' FROM generate_series(1, {wallets}) AS n
    """,
    """
    INSERT INTO programs_account (unit_id, member_id, kind, partner_code, balance, floor, opened_at)
    SELECT {unit}, id, 'wallet', '', 0, 0, now() FROM programs_member WHERE program_id = {program} ORDER BY id
    """,
)
LOTS = """
WITH wallets AS (
    SELECT id, nextval('programs_posting_id_seq') AS number FROM programs_account
    WHERE unit_id = {unit} AND kind = 'wallet'
), paid AS (
    UPDATE programs_account AS a SET balance = 100 FROM wallets WHERE wallets.id = a.id
), told AS (
    INSERT INTO programs_posting (id, program_id, source, event, payload_hash, kind, outcome, account_id, asked, amount,
        balance, grant_class, reward_class, reference, campaign, happened_at, recorded_at, batch_number, author)
    SELECT number, {program}, 'till', 'receipt-' || number, '', 'award', '', id, 100, 100, 100, 'purchase', '', '', '',
        '2024-01-01', now(), 0, '' FROM wallets
)
INSERT INTO programs_lot (id, account_id, posting_id, award_id, grant_class, earned_at, expires_on, release_event,
    issued, remaining, expired)
SELECT number, id, number, number, 'purchase', '2024-01-01', '2025-01-01', '', 100, 100, 0 FROM wallets
"""


def measured(wallets: int) -> dict[str, Any]:
    """Measure everything on a server of its own."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "vinculo.project.settings"
    django.setup()
    from vinculo.project import home
    from vinculo.project.database import opening, server

    with server.Server(home.database_folder()) as running:
        server.prepare(running)
        opening.migrate()
        superuser = running.superuser().conninfo
        execute(superuser, "CREATE DATABASE bench")
        pgbench("-i", "-q", "-s", SCALE, base="bench", user="postgres")
        program, _unit, first = filled(min(wallets, 200_000), "club")
        with writers(program, first, min(wallets, 200_000)) as started:
            windows = [window(program, first, min(wallets, 200_000), started) for _round in range(ROUNDS)]
        return {**summed(windows), **swept(wallets), "load": os.getloadavg()[0]}


@contextmanager
def writers(program: int, first: int, wallets: int) -> Iterator[list[subprocess.Popen[str]]]:
    """Give writers that stand ready, each with its share of the wallets."""
    share = wallets // WRITERS
    commands = [
        [sys.executable, "-m", "benchmarks.programs.ledger_writer", *map(str, (program, first + number * share, share))]
        for number in range(WRITERS)
    ]
    started = [subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for words in commands]
    try:
        for each in started:
            said(each)
        yield started
    finally:
        for each in started:
            each.communicate()


def told(started: list[subprocess.Popen[str]], seconds: float) -> list[dict[str, float]]:
    """Tell all writers for how long to post; return what they answer."""
    for each in started:
        assert each.stdin is not None
        each.stdin.write(f"{seconds}\n")
        each.stdin.flush()
    return [said(each) for each in started]


def said(writer: subprocess.Popen[str]) -> dict[str, float]:
    """Return what a writer says next."""
    assert writer.stdout is not None
    found: dict[str, float] = json.loads(writer.stdout.readline())
    return found


def window(program: int, first: int, wallets: int, started: list[subprocess.Popen[str]]) -> dict[str, float]:
    """Run one window of each after the other."""
    found: dict[str, float] = {}
    before = server_seconds()
    found["pgbench"] = pgbench("-M", "prepared", "-c", CLIENTS, "-j", 2, "-T", SECONDS, base="bench", user="postgres")
    found["pgbench_server"] = (server_seconds() - before) / (found["pgbench"] * SECONDS) * 1e6
    with tempfile.TemporaryDirectory() as folder:
        words: list[object] = ["-n", "-M", "prepared", "-c", CLIENTS, "-j", 2, "-T", SECONDS]
        for name, script, weight in (("award", AWARD, 85), ("spend", SPEND, 15)):
            file = Path(folder) / name
            file.write_text(script.format(program=program, first=first, wallets=wallets), "utf-8")
            words += ["-f", f"{file}@{weight}"]
        before = server_seconds()
        found["single"] = pgbench(*words, base="vinculo", user="vinculo_app")
    found["single_server"] = (server_seconds() - before) / (found["single"] * SECONDS) * 1e6
    return found | batches(started)


def batches(started: list[subprocess.Popen[str]]) -> dict[str, float]:
    """Let all writers post batches for a window."""
    told(started, 0)
    before = server_seconds()
    found = told(started, SECONDS)
    count = sum(each["posts"] for each in found)
    return {
        "batch": sum(each["posts"] / each["seconds"] for each in found),
        "batch_server": (server_seconds() - before) / count * 1e6,
        "batch_client": sum(each["cpu"] for each in found) / count * 1e6,
    }


def swept(wallets: int) -> dict[str, float]:
    """Expire one lot of every wallet of a new programme."""
    from vinculo.programs.records.ledger import sweeps

    program, unit, _first = filled(wallets, "old")
    execute_owner(LOTS.format(program=program, unit=unit), "VACUUM ANALYZE")
    begun, before, mine = time.perf_counter(), server_seconds(), cpu()
    amount = sweeps.expire(program, date(2026, 3, 2), NOW)
    wall = time.perf_counter() - begun
    assert amount == 100 * wallets, amount
    found = {"sweep_seconds": wall, "sweep_server_seconds": server_seconds() - before, "sweep_client": cpu() - mine}
    begun = time.perf_counter()
    assert sweeps.expire(program, date(2026, 3, 2), NOW) == 0
    return {**found, "again_seconds": time.perf_counter() - begun}


def filled(wallets: int, code: str) -> tuple[int, int, int]:
    """Make a programme with so many empty wallets; return its number, its unit's, and the one before the first."""
    from vinculo.programs.records.models import Account, Program, Unit

    program = Program.objects.create(
        code=code, name=code, currency="EUR", state="open", started_on=date(2025, 1, 1), created_at=NOW
    )
    unit = Unit.objects.create(program=program, code="points", name="points", expiry="age", expiry_months=12)
    values = {"program": program.pk, "unit": unit.pk, "wallets": wallets}
    execute_owner(*(statement.format(**values) for statement in FILL), "VACUUM ANALYZE")
    first = Account.objects.filter(unit=unit, kind="wallet").order_by("pk").values_list("pk", flat=True)[0]
    return program.pk, unit.pk, first - 1


def pgbench(*words: object, base: str, user: str) -> float:
    """Run pgbench; return the transactions a second."""
    from vinculo.project.database import server

    command = [str(server.program_path("pgbench")), *map(str, words), "-h", socket(), "-U", user, base]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = re.search(r"tps = ([0-9.]+)", done.stdout)
    return float(told.group(1)) if told else 0.0


def socket() -> str:
    """Return the folder of the server's socket."""
    from vinculo.project import home
    from vinculo.project.database import address

    return str(address.socket_folder(home.database_folder()))


def execute(where: str, *statements: str) -> None:
    """Execute statements, each by itself."""
    import psycopg

    with psycopg.connect(where, autocommit=True) as connection:
        for statement in statements:
            # The trail would keep every member that is made up here.
            connection.execute("SELECT set_config('vinculo.import', '0', false)")
            connection.execute(statement.encode())


def execute_owner(*statements: str) -> None:
    """Execute statements as the owner of the tables."""
    from vinculo.project.database import address

    execute(address.owner().conninfo, *statements)


def summed(windows: list[dict[str, float]]) -> dict[str, Any]:
    """Return the medians of the windows, and of their ratios."""
    found: dict[str, Any] = {name: statistics.median(each[name] for each in windows) for name in windows[0]}
    for name in ("single", "batch"):
        found[f"{name}_ratio"] = statistics.median(each[name] / each["pgbench"] for each in windows)
    return {**found, "windows": windows}


def server_seconds() -> float:
    """Return the CPU seconds of the server so far, its ended processes included."""
    pid = int((Path(os.environ["VINCULO_HOME"]) / "pg" / "postmaster.pid").read_text("utf-8").split()[0])
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()
    ticks = 0
    for each in (pid, *children):
        # Some backend ends while it is looked at: the server that started it counts it then.
        with suppress(FileNotFoundError, ProcessLookupError):
            words = Path(f"/proc/{each}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
            ticks += sum(int(word) for word in words[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def cpu() -> float:
    """Return the CPU seconds of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    folder = tempfile.mkdtemp(prefix="vinculo-bench-")
    # Registered first, so done last: the database is let go before.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["VINCULO_HOME"] = folder
    os.environ.pop("DATABASE_URL", None)
    print(json.dumps(measured(int(sys.argv[1]))))
