"""A writer of batches: `ledger_writer PROGRAM FIRST WALLETS` posts for as many seconds as it is told in a line.

Told 0, it thinks of batches ahead. It answers how many it posted, in how many seconds, and what CPU seconds of its own
that took; each batch is committed.
"""

import gc
import json
import os
import random
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from typing import Any

SIZE, AHEAD = 1_000, 250
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def main() -> None:
    """Say ready, and answer every line with a window."""
    program, first, wallets = map(int, sys.argv[1:])
    os.environ["DJANGO_SETTINGS_MODULE"] = "vinculo.project.settings"
    import django

    django.setup()
    from vinculo.project.commands import start

    batches = drawn(first, wallets)
    ahead = list(islice(batches, 1))
    posted(program, ahead, seconds=1)
    # As the site does once it is loaded.
    start.settle()
    print(json.dumps({}), flush=True)
    for line in sys.stdin:
        if float(line):
            print(json.dumps(posted(program, chain(ahead, batches), seconds=float(line))), flush=True)
        else:
            ahead = list(islice(batches, AHEAD))
            # Of whom a site gets its posts has them in another process.
            gc.freeze()
            print(json.dumps({}), flush=True)


def posted(program: int, batches: Iterable[list[Any]], *, seconds: float) -> dict[str, float]:
    """Post batches for some seconds, or until there are no more."""
    from django.db import transaction

    from vinculo.programs.records.ledger import services

    used, begun, count = cpu(), time.perf_counter(), 0
    for posts in batches:
        with transaction.atomic():
            services.points_post(program_id=program, posts=posts, now=datetime.now(UTC))
        count += len(posts)
        if time.perf_counter() - begun > seconds:
            break
    return {"posts": count, "seconds": time.perf_counter() - begun, "cpu": cpu() - used}


def drawn(first: int, wallets: int) -> Iterator[list[Any]]:
    """Yield batches: 85 % awards, 15 % spends, one in a hundred sent again."""
    from vinculo.programs.ledger.posting import Post

    draw = random.Random()
    last: list[Any] = []
    while True:
        posts = []
        for _post in range(SIZE):
            if last and draw.random() < 0.01:
                posts.append(draw.choice(last))
                continue
            kind = "award" if draw.random() < 0.85 else "spend"
            key, account = f"receipt-{draw.getrandbits(128):032x}", first + draw.randint(1, wallets)
            reason = "purchase" if kind == "award" else ""
            at = NOW - timedelta(seconds=draw.randrange(86_400))
            posts.append(Post("till", key, kind, account, draw.randint(1, 499), at, reason))
        last = posts
        yield posts


def cpu() -> float:
    """Return the CPU seconds of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
