"""Reports of finance over three years of postings: `python -m benchmarks.programs.finance 1000000`.

Wall seconds, and seconds of the processors with those of the server, of every report; each must reconcile.
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


def compare(postings: int) -> Comparison:
    """Measure the reports."""
    found = measured.module("benchmarks.programs.finance", postings).found
    result = Comparison(f"Reports of finance over {postings:,} postings of three years", "Vinculo", "")
    for name, (wall, spent) in found.items():
        result.compare(f"{name}, wall seconds", wall, None)
        result.compare(f"{name}, CPU seconds", spent, None)
    result.facts = found
    return result


def main() -> None:
    """Fill a store and time every report."""
    postings = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="vb-") as home:
        os.environ |= {"VINCULO_HOME": home, "DJANGO_SETTINGS_MODULE": "vinculo.project.settings"}
        os.environ.pop("DATABASE_URL", None)
        print(json.dumps(run(postings, Path(home))))


def run(postings: int, home: Path) -> dict[str, list[float]]:
    """Fill a store in a home and time every report."""
    import django
    import psycopg

    django.setup()

    from benchmarks.programs import years
    from vinculo.project import home as homes
    from vinculo.project.database import address, opening, server

    with server.Server(homes.database_folder()) as running:
        server.prepare(running)
        opening.migrate()
        owner = f"postgresql://{address.OWNER}@/{address.DATABASE}?host={address.socket_folder(home / 'pg')}"
        with psycopg.connect(owner, autocommit=True) as connection:
            for statement in years.statements(postings):
                connection.execute(statement)
        return reports(int((home / "pg" / "postmaster.pid").read_text("utf-8").splitlines()[0]))


def reports(server: int) -> dict[str, list[float]]:
    """Time every report."""
    from vinculo.programs.finance import rates
    from vinculo.programs.records.finance import breakage, closing, control, journal, owing, selectors, services

    now, since, until = datetime(2026, 1, 5, tzinfo=UTC), date(2025, 11, 1), date(2025, 12, 1)
    for kind in rates.KINDS:
        services.rate_set(unit_id=1, rate=rates.Rate(date(2022, 1, 1), 800), kind=kind, author="eva", now=now)
    asked = {
        "control totals": lambda: control.control_totals(program_id=1),
        "roll-forward of a month": lambda: selectors.rollforward(program_id=1, since=since, until=until),
        "roll-forward of three years": lambda: selectors.rollforward(
            program_id=1, since=date(2022, 1, 1), until=date(2026, 1, 1)
        ),
        "liability": lambda: owing.liability(program_id=1, until=date(2026, 1, 1)),
        "triangle and back-test": lambda: breakage.triangle(program_id=1, until=date(2026, 1, 1)),
        "ageing": lambda: selectors.ageing(program_id=1, until=date(2026, 1, 1), now=now),
        "journal of a month": lambda: journal.journal(program_id=1, since=since, until=until),
        "exposure": lambda: selectors.exposure(program_id=1, on=until),
        "close of 34 months": lambda: close(date(2025, 10, 31), now),
        "close of a month": lambda: close(date(2025, 11, 30), now),
        "verification of that month": lambda: closing.close_verify(close_id=2),
    }
    found, took = dict[str, Any](), dict[str, list[float]]()
    for name, report in asked.items():
        found[name], took[name] = timed(report, server)
    assert found["control totals"].clean, found["control totals"]
    (rolled,), (owed,) = found["roll-forward of three years"], found["liability"]
    assert rolled.roll.closing == owed.wallets == found["control totals"].totals[0].wallets
    assert rolled.roll.difference == (0, 0)
    assert found["verification of that month"].holds
    return took


def close(last_day: date, now: datetime) -> Any:
    """Close what there is up to a day."""
    from vinculo.programs.records.finance import closing

    return closing.period_close(program_id=1, last_day=last_day, author="eva", now=now)


def timed(report: Callable[[], Any], server: int) -> tuple[Any, list[float]]:
    """Return what a report says, and its seconds by the clock and of the processors."""
    wall, spent = time.perf_counter(), cpu(server) + time.process_time()
    found = report()
    return found, [time.perf_counter() - wall, cpu(server) + time.process_time() - spent]


def cpu(server: int) -> float:
    """Return the seconds of processors that a server and its processes, ended ones too, have used."""
    total = 0.0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text("utf-8").rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(folder.name) == server or int(fields[1]) == server:
                own = sum(int(each) for each in fields[11:13])
                ended = sum(int(each) for each in fields[13:15]) if int(folder.name) == server else 0
                total += (own + ended) / os.sysconf("SC_CLK_TCK")
    return total


if __name__ == "__main__":
    main()
