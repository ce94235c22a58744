"""`python -m benchmarks.programs.history_timed POSTINGS [HOME]`: fill a journal, ask for pages, print the milliseconds.

Every page is asked for members nobody has asked for before, and so do the bare rows beside it: neither finds in memory
what the other has read.
"""

import atexit
import json
import os
import random
import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.programs import journal

KINDS = ("portal, home", "portal, history", "till, member", "desk, member", "API, balances", "API, history")
MEMBERS, HEAVY = 300, 10
"""Members asked for on each page, and how many of them have ten thousand postings."""
OPEN = "SELECT expires_on, remaining FROM programs_lot WHERE account_id = %(points)s AND remaining > 0"
COUNTED = "SELECT kind, asked, happened_at FROM programs_posting WHERE account_id = %(status)s"
LATEST = "SELECT * FROM programs_posting WHERE account_id = %(points)s ORDER BY id DESC LIMIT {}"
MOVED = """
SELECT * FROM programs_transfer WHERE posting_id IN (
    SELECT id FROM programs_posting WHERE account_id = %(points)s ORDER BY id DESC LIMIT 20
)
"""
HELD = "SELECT * FROM programs_account WHERE member_id = %(member)s"
BARE = {
    "portal, home": (HELD, OPEN, COUNTED),
    "portal, history": (HELD, OPEN, LATEST.format(20), MOVED),
    "till, member": (HELD, OPEN, COUNTED, LATEST.format(5)),
    "desk, member": (HELD, OPEN, COUNTED, LATEST.format(26)),
    "API, balances": (HELD,),
    "API, history": (HELD, LATEST.format(51)),
}
"""The rows that each page is made of."""


def main() -> None:
    """Fill, ask, print."""
    postings = int(sys.argv[1])
    home = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(tempfile.mkdtemp(prefix="vb-"))
    if len(sys.argv) < 3:
        # Registered first, so done last: the database is let go before.
        atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ |= {"VINCULO_HOME": str(home), "DJANGO_SETTINGS_MODULE": "vinculo.project.settings"}
    os.environ.pop("DATABASE_URL", None)
    import django

    from vinculo.project.database import address, opening

    store = opening.open_store()
    assert store is not None
    django.setup()
    opening.migrate()
    asked, superuser = drawn(postings), store.superuser(address.DATABASE).conninfo
    begun, before = time.perf_counter(), shutil.disk_usage(home).free
    done = home / "filled.json"
    if not done.exists():
        journal.fill(superuser, postings, sorted({each for one in asked.values() for each in one}), str(home))
        free = shutil.disk_usage(home).free
        found = {"filled_seconds": time.perf_counter() - begun, "gigabytes": (before - free) / 1e9}
        done.write_text(json.dumps(found), "utf-8")
    levels([each for one in asked.values() for each in one])
    # For whoever works on one page: names of pages after the home.
    only = sys.argv[3:] or KINDS
    with psycopg.connect(superuser, autocommit=True, prepare_threshold=0) as bare:
        pages = {kind: measured(kind, asked, postings, bare) for kind in only}
    print(json.dumps({**json.loads(done.read_text("utf-8")), "pages": pages, "load": os.getloadavg()[0]}))


def drawn(postings: int) -> dict[str, list[int]]:
    """Return the members of each page and of the bare rows beside it, nobody twice; `first` is asked for untimed."""
    chance, names = random.Random(11), [name for kind in KINDS for name in (kind, f"bare {kind}")]
    heavy = chance.sample(range(1, journal.HEAVY + 1), HEAVY * len(names))
    others = range(journal.HEAVY + 2, journal.members_of(postings) + 1)
    light = chance.sample(others, (MEMBERS - HEAVY) * len(names))
    found = {"first": [journal.HEAVY + 1]}
    for place, name in enumerate(names):
        mine = [*heavy[place :: len(names)], *light[place :: len(names)]]
        chance.shuffle(mine)
        found[name] = mine
    return found


def levels(members: Sequence[int]) -> None:
    """Open levels over what counts, and decide where the members stand who are asked for."""
    from vinculo.programs.records.levels import deciding, services
    from vinculo.programs.records.levels.services import NewLevel, NewSet, NewTerms
    from vinculo.programs.records.models import LevelSet

    if LevelSet.objects.exists():
        return
    now = datetime.now(UTC)
    opened = now.replace(year=now.year - 3)
    chosen = services.level_set_open(program_id=1, new=NewSet("club", "Club", "Club", unit_id=2), now=opened)
    steps = [NewLevel(1, "silver", "Silver", "Plata", 200), NewLevel(2, "gold", "Gold", "Oro", 600)]
    services.terms_publish(level_set_id=chosen.pk, new=NewTerms(steps), author="bench", now=opened)
    rules = deciding.rules_of(chosen)
    assert rules is not None
    for begins in range(0, len(members), 200):
        deciding.decide(rules, members[begins : begins + 200], as_of=now.date(), now=now)


def measured(kind: str, asked: dict[str, list[int]], postings: int, bare: Any) -> dict[str, float]:
    """Return the milliseconds of a page, of those with many postings and of the bare rows, asked in turns."""
    ask = asking(kind, [*asked[kind], *asked["first"]])
    pages, rows, cpu, heavy = list[float](), list[float](), list[float](), list[float]()
    for page, row in zip(asked[kind], asked[f"bare {kind}"], strict=True):
        used = cpu_seconds()
        pages.append(timed(lambda page=page: ask(page)))
        cpu.append((cpu_seconds() - used) * 1000)
        values = {"member": row, "points": row, "status": row + journal.members_of(postings)}
        rows.append(timed(lambda values=values: [bare.execute(each, values).fetchall() for each in BARE[kind]]))
        if page <= journal.HEAVY:
            heavy.append(pages[-1])
    return {
        "p95": most(pages),
        "median": sorted(pages)[len(pages) // 2],
        "slowest": max(pages),
        "heavy": sorted(heavy)[len(heavy) // 2],
        "cpu": most(cpu),
        "bare": most(rows),
    }


def timed(work: Callable[[], Any]) -> float:
    """Return the milliseconds of some work."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def most(taken: Sequence[float]) -> float:
    """Return what 95 of 100 are not above."""
    return sorted(taken, reverse=True)[int(len(taken) * 0.05)]


def cpu_seconds() -> float:
    """Return the CPU seconds of this process and of the one that serves its connection."""
    from django.db import connection

    connection.ensure_connection()
    backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return time.process_time() + (int(backend.read_text("utf-8").split()[0]) / 1e9 if backend.exists() else 0.0)


def asking(kind: str, members: Sequence[int]) -> Callable[[int], Any]:
    """Return what asks for a page of one of some members, as whoever may see it; the program is loaded."""
    from django.conf import settings

    from vinculo.project.commands import start

    settings.ALLOWED_HOSTS = ["testserver"]
    door, of = kind.split(", ")
    of = door if of == "member" else of
    page = {"portal": portal, "till": staff, "desk": staff, "API": program}[door](of, members)

    def ask(member: int) -> None:
        answer = page(member)
        assert answer.status_code == 200, (kind, member, answer.status_code)

    ask(members[-1])
    # As the site does once it is loaded.
    start.settle()
    return ask


def portal(of: str, members: Sequence[int]) -> Callable[[int], Any]:
    """Return what asks for a page of the portal, each member signed in before."""
    from django.test import Client
    from django.utils import timezone

    from vinculo.programs.records.portal import sessions
    from vinculo.web.portal import door

    client, now = Client(), timezone.now()
    keys = {each: sessions.session_open(choices=[(each, each)], brought_by="", now=now) for each in members}

    def ask(member: int) -> Any:
        client.cookies[door.SESSION] = keys[member]
        return client.get("/member/" if of == "home" else "/member/history/")

    return ask


def staff(of: str, _members: Sequence[int]) -> Callable[[int], Any]:
    """Return what asks for the page of a member at the till or at the desk."""
    from django.test import Client

    from vinculo.project.staff import services
    from vinculo.project.staff.models import User

    user = User.objects.filter(username="bench").first() or services.user_create(
        username="bench", password="no-one-signs-in-with-it", role="relationship_manager"
    )
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    path = "/till/{}/" if of == "till" else "/programs/club/members/{}/"
    return lambda member: client.get(path.format(member))


def program(of: str, _members: Sequence[int]) -> Callable[[int], Any]:
    """Return what asks the API."""
    from django.test import Client
    from django.utils import timezone

    from vinculo.exchange import scopes
    from vinculo.exchange.records import tokens

    _token, text = tokens.token_create(
        name=f"{of} {uuid.uuid4().hex}",
        integration="Bench",
        scopes=[scopes.PROGRAMS_READ],
        now=timezone.now(),
        per_minute=1_000_000,
    )
    client, path = Client(), "balances" if of == "balances" else "postings"
    headers = {"Authorization": f"Bearer {text}"}
    return lambda member: client.get(f"/api/v1/programs/club/members/{member:016}/{path}", headers=headers)


if __name__ == "__main__":
    main()
