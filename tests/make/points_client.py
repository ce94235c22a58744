"""A client of the ledger that posts the same batches whoever kills it or its connection, and writes down the answers.

`points_client PROGRAM FIRST_WALLET WALLETS SEED BATCHES SIZE FILE`: one line of JSON a batch, after its commit.
"""

import json
import random
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def main(program: int, first: int, wallets: int, seed: int, batches: int, size: int, out: str) -> None:
    from vinculo.project.commands import start

    start.django()
    from django.db import Error, connection

    from vinculo.programs.ledger.posting import Post
    from vinculo.programs.records.ledger import services

    with Path(out).open("a", encoding="utf-8") as told:
        for batch in range(batches):
            draw = random.Random(seed * 1_000 + batch)
            posts = []
            for place in range(size):
                kind, wallet = draw.choice(("award", "spend")), first + draw.randrange(wallets)
                key = f"{seed}:{batch}:{place}"
                posts.append(Post("till", key, kind, wallet, draw.randint(1, 90), NOW, "purchase"))
            while True:
                try:
                    work = partial(services.points_post, program_id=program, posts=posts, now=NOW)
                    outcomes = services.retried(work)
                    break
                except Error:
                    # The connection was cut, before or after the commit: the keys tell.
                    connection.close()
            answers = [[each.posting_id, each.refused, each.balance, each.replayed] for each in outcomes]
            # A line that was cut by a kill is left behind.
            told.write("\n" + json.dumps([batch, answers]) + ";")
            told.flush()


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:7]), out=sys.argv[7])
