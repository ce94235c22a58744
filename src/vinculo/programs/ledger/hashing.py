"""Hashing: what is kept of a payload, so that a key used for something else is noticed (I4)."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime
from itertools import repeat

from vinculo.programs.ledger.posting import Post

SIZE = 16
"""Bytes kept of a payload."""


def payloads(posts: Sequence[Post]) -> list[bytes]:
    """Return a hash of all that each post asks for, its key left out; the same moment in another zone is the same.

    >>> from datetime import UTC, datetime
    >>> one = Post("till", "1", "award", 7, 100, datetime(2026, 3, 1, tzinfo=UTC))
    >>> first, again, other = payloads([one, one._replace(event="2"), one._replace(amount=101)])
    >>> first == again, first == other
    (True, False)
    """
    if not posts:
        return []
    _source, _event, *asked = zip(*posts, strict=True)
    kinds, accounts, amounts, happened, grants, rewards, refers, references, *rest = asked
    targets, days, untils, events, rules, versions, campaigns, authors, details, members = rest
    columns = (
        *(kinds, accounts, amounts, tuple(map(datetime.timestamp, happened))),
        *(grants, rewards, refers, references, targets),
        tuple(day and date.toordinal(day) for day in days),
        tuple(until and until.timestamp() for until in untils),
        *(events, rules, versions, campaigns, authors, members),
        tuple(json.dumps(dict(each), sort_keys=True, default=str) if each else "" for each in details),
    )
    same = [values.count(values[0]) == len(posts) for values in columns]
    # What all posts have in common is put into words once.
    told = (repr(values[0]).replace("%", "%%") if alike else "%r" for values, alike in zip(columns, same, strict=True))
    line = f"({', '.join(told)})"
    varying = [values for values, alike in zip(columns, same, strict=True) if not alike]
    rows = zip(*varying, strict=True) if varying else repeat((), len(posts))
    return [hashlib.blake2b((line % row).encode(), digest_size=SIZE).digest() for row in rows]
