"""`python -m benchmarks.pages.ours CUSTOMERS FOLDER`: fill a store, ask for its pages, print the milliseconds."""

import atexit
import gc
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

SLOWEST = 5


def main() -> None:
    """Fill, ask, print."""
    customers, home = int(sys.argv[1]), Path(sys.argv[2])
    os.environ["VINCULO_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "vinculo.project.settings"
    from vinculo.project.database import address, opening

    store = opening.open_store()
    import django

    django.setup()
    opening.migrate()
    from benchmarks.pages import requests
    from benchmarks.pages import store as filling

    if not (home / "filled").exists():
        assert store is not None
        filling.fill(store.superuser(address.DATABASE).conninfo, customers)
        filling.analyse()
        (home / "filled").touch()
    client = signed_in()
    for page in requests.FIRST:
        client.get(page)
    # As the site does once it is loaded.
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)
    asked = requests.by_kind(customers)
    # For whoever works on one kind of page: names of kinds after the folder.
    only = sys.argv[3:] or list(asked)
    print(json.dumps({name: measured(client, asked[name]) for name in only}))


def measured(client: Any, pages: list[tuple[str, dict[str, str]]]) -> dict[str, Any]:
    """Return the milliseconds that the server takes for each page, asked for once: middle, 95 of 100 at most, slowest.

    The CPU seconds of the program and of the database's process for it tell what a machine without other work takes,
    for everything that is read lies in memory.
    """
    taken, used = [], []
    for page, headers in pages:
        began, cpu = time.perf_counter(), cpu_seconds()
        answer = client.get(page, headers=headers)
        taken.append((round((time.perf_counter() - began) * 1000, 1), page))
        used.append(round((cpu_seconds() - cpu) * 1000, 1))
        assert answer.status_code == 200, (page, answer.status_code)
    taken.sort(reverse=True)
    used.sort(reverse=True)
    middle, most = len(taken) // 2, int(len(taken) * 0.05)
    return {
        "pages": len(taken),
        "median": taken[middle][0],
        "p95": taken[most][0],
        "median_cpu": used[middle],
        "p95_cpu": used[most],
        "slowest": taken[:SLOWEST],
    }


def cpu_seconds() -> float:
    """Return the CPU seconds of this process and of the one that serves its connection."""
    from django.db import connection

    connection.ensure_connection()
    backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return time.process_time() + (int(backend.read_text().split()[0]) / 1e9 if backend.exists() else 0.0)


def signed_in() -> Any:
    """Return a browser that is signed in as one who sees everything of customers."""
    from django.conf import settings
    from django.test import Client

    from vinculo.project.staff import services
    from vinculo.project.staff.models import User

    settings.ALLOWED_HOSTS = ["testserver"]
    user = User.objects.filter(username="bench").first() or services.user_create(
        username="bench", password="no-one-signs-in-with-it", role="relationship_manager"
    )
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


if __name__ == "__main__":
    main()
