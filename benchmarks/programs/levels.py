"""Levels of many members decided by a sweep: `python -m benchmarks.programs.levels 1000000`.

Every member has ten postings of a year; half of them reach a level. Wall seconds and seconds of the processors, ours
and the server's, of the first sweep, of the one a year later in which everybody is due, and of one more.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from benchmarks import measured
from benchmarks.comparison import Comparison

FILL = (
    """INSERT INTO programs_program (id, code, name, currency, zone, state, started_on, created_at)
    VALUES (1, 'club', 'Club', 'EUR', 'Europe/Madrid', 'open', '2024-01-01', '2024-01-01')""",
    """INSERT INTO programs_unit (id, program_id, code, name, spendable, qualifying, expiry, expiry_months,
        expiry_rounding, expiry_day, grace_days, return_policy, floor)
    VALUES (1, 1, 'status', 'Status', false, true, 'none', 0, 'day', '', 0, 'balance', 0)""",
    """INSERT INTO programs_member (id, program_id, number, kind, state, joined_on, joined_by)
    SELECT n, 1, n, 'person', 'active', '2024-01-01'::date + n % 60, '' FROM generate_series(1, {members}) AS n""",
    """INSERT INTO programs_account (id, unit_id, member_id, kind, partner_code, balance, floor, opened_at)
    SELECT n, 1, n, 'wallet', '', 10 * (n % 120), 0, '2024-01-01' FROM generate_series(1, {members}) AS n""",
    """INSERT INTO programs_posting (id, program_id, source, event, payload_hash, kind, outcome, account_id, asked,
        amount, balance, grant_class, reward_class, reference, campaign, happened_at, recorded_at, batch_number, author)
    SELECT n * 10 + k, 1, 'bench', n || '-' || k, '', 'award', '', n, n % 120, n % 120, 0, 'purchase', '', '', '',
        '2024-03-01'::timestamptz + (n % 28 + k * 30) * interval '1 day', '2025-01-01', 1, ''
    FROM generate_series(1, {members}) AS n, generate_series(0, 9) AS k WHERE n % 120 > 0""",
    "ANALYZE",
)


def compare(members: int) -> Comparison:
    """Measure the sweeps."""
    found = measured.module("benchmarks.programs.levels", members).found
    result = Comparison(f"Levels of {members:,} members decided", "Vinculo", "")
    for name, (wall, ours, theirs) in found.items():
        result.compare(f"{name}, wall seconds", wall, None)
        result.compare(f"{name}, CPU seconds, the server's among them", ours + theirs, None)
    result.facts = found
    return result


def main() -> None:
    """Fill a store and time the sweeps."""
    members = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory(prefix="vb-") as home:
        os.environ |= {"VINCULO_HOME": home, "DJANGO_SETTINGS_MODULE": "vinculo.project.settings"}
        os.environ.pop("DATABASE_URL", None)
        print(json.dumps(run(members, Path(home))))


def run(members: int, home: Path) -> dict[str, list[float]]:
    """Fill a store in a home and time the sweeps."""
    import django
    import psycopg

    django.setup()

    from vinculo.project import home as homes
    from vinculo.project.database import address, opening, server

    with server.Server(homes.database_folder()) as running:
        server.prepare(running)
        opening.migrate()
        owner = f"postgresql://{address.OWNER}@/{address.DATABASE}?host={address.socket_folder(home / 'pg')}"
        with psycopg.connect(owner, autocommit=True) as connection:
            for statement in FILL:
                connection.execute(statement.format(members=members))
        return sweeps(members)


def sweeps(members: int) -> dict[str, list[float]]:
    """Time the sweeps: wall seconds, ours and those of the server; what they decide is checked."""
    from vinculo.programs.records.levels import services, sweeps
    from vinculo.programs.records.levels.services import NewLevel, NewSet, NewTerms
    from vinculo.programs.records.models import LevelChange

    opened = datetime(2024, 1, 1, 12, tzinfo=UTC)
    chosen = services.level_set_open(program_id=1, new=NewSet("club", "Club", "Club", unit_id=1), now=opened)
    levels = [NewLevel(1, "silver", "Silver", "Plata", 600), NewLevel(2, "gold", "Gold", "Oro", 1_000)]
    services.terms_publish(level_set_id=chosen.pk, new=NewTerms(levels), author="bench", now=opened)
    took: dict[str, list[float]] = {}
    for name, day in (("first", "2025-06-01"), ("a year later", "2026-01-01"), ("once more", "2026-01-01")):
        as_of = date.fromisoformat(day)
        now = datetime(as_of.year, as_of.month, as_of.day, 12, tzinfo=UTC)
        took[name] = timed(lambda as_of=as_of, now=now: sweeps.sweep(program_id=1, as_of=as_of, now=now))
    holding = members // 120 * 60
    assert abs(LevelChange.objects.filter(cause="reached").count() - holding) <= 60
    assert LevelChange.objects.filter(cause="fell").count() == LevelChange.objects.filter(cause="reached").count()
    return took


def timed(work: Callable[[], Any]) -> list[float]:
    """Return wall seconds of some work, seconds of the processors of ours, and of the server."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    wall, ours, theirs = time.perf_counter(), time.process_time(), cpu(backend)
    work()
    return [time.perf_counter() - wall, time.process_time() - ours, cpu(backend) - theirs]


def cpu(process: int) -> float:
    """Return the seconds of processors that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
