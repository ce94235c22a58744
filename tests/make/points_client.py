"""A client of the ledger that posts the same batches whoever kills it or its connection, and writes down the answers.

`points_client PROGRAM FIRST_WALLET WALLETS SEED BATCHES SIZE FILE`: one line of JSON a batch, after its commit. Started
again it goes on after the last whole line. What a batch refers to are the answers of the one before: as the same key is
answered the same for ever, two clients of one seed send the same.
"""

import json
import random
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
KINDS = {"award": 40, "spend": 22, "reserve": 10, "reverse": 12, "confirm": 6, "cancel": 4, "transfer": 4, "adjust": 2}
REFERS = {"reverse": ("award", "spend", "confirm"), "confirm": ("reserve",), "cancel": ("reserve",)}
ONE_BY_ONE = 20
"""Of so many batches one is posted a post a call."""
Answer = list[Any]


def batch_of(seed: int, number: int, size: int, wallets: range, before: list[Answer]) -> list[Any]:
    """Return the posts of a batch: everything that is done to points, some of it to those of the batch before."""
    from vinculo.programs.ledger.posting import Post

    draw, posts = random.Random(seed * 1_000_000 + number), []
    done = {kind: [each for each in before if each[4] in of and not each[1]] for kind, of in REFERS.items()}
    for place, kind in enumerate(draw.choices(list(KINDS), list(KINDS.values()), k=size)):
        if not done.get(kind, True):
            kind = "award"
        wallet, amount, more = draw.choice(wallets), draw.randint(1, 90), dict[str, Any]()
        if kind in REFERS:
            refers_to, _refused, _balance, _replayed, _kind, wallet = draw.choice(done[kind])
            amount, more = min(amount, 30) if kind == "reverse" else 0, {"refers_to": refers_to}
        elif kind == "transfer":
            more = {"to_account_id": draw.choice(wallets)}
        elif kind == "adjust":
            amount, more = draw.choice((amount, -amount)), {"author": "ana"}
        elif kind == "award":
            more = {"grant_class": "purchase"}
        posts.append(Post("till", f"{seed}:{number}:{place}", kind, wallet, amount, NOW, **more))
    return posts


def done_before(log: Path) -> list[list[Answer]]:
    """Return the answers that were written down, batch by batch; a line that was cut by a kill is left behind."""
    lines = log.read_text("utf-8").splitlines() if log.exists() else []
    return [json.loads(line[:-1]) for line in lines if line.endswith(";")]


def main(program: int, first: int, wallets: int, seed: int, batches: int, size: int, out: str) -> None:
    """Post what is not posted yet."""
    from vinculo.project.commands import start

    start.django()
    from django.db import Error, connection

    from vinculo.programs.records.ledger import services

    done = done_before(Path(out))
    before = done[-1] if done else []
    one = partial(services.points_post_one, program_id=program, now=NOW)
    with Path(out).open("a", encoding="utf-8") as told:
        for batch in range(len(done), batches):
            posts = batch_of(seed, batch, size, range(first, first + wallets), before)
            while True:
                try:
                    if batch % ONE_BY_ONE == ONE_BY_ONE - 1:
                        outcomes = [services.retried(partial(one, post=each)) for each in posts]
                    else:
                        work = partial(services.points_post, program_id=program, posts=posts, now=NOW)
                        outcomes = services.retried(work)
                    break
                except Error:
                    # The connection was cut, before or after the commit: the keys tell.
                    connection.close()
            before = [
                [each.posting_id, each.refused, each.balance, each.replayed, post.kind, post.account_id]
                for post, each in zip(posts, outcomes, strict=True)
            ]
            told.write("\n" + json.dumps(before) + ";")
            told.flush()


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:7]), out=sys.argv[7])
