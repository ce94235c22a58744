"""Hashing: what is kept of a payload, so that a key used for something else is noticed (I4)."""

import hashlib
import json

from vinculo.programs.ledger.posting import Post

SIZE = 16
"""Bytes kept of a payload."""


def payload(post: Post) -> bytes:
    """Return the hash of all that a post asks for, its key left out; the same moment in another zone is the same.

    >>> from datetime import UTC, datetime
    >>> one = Post("till", "1", "award", 7, 100, datetime(2026, 3, 1, tzinfo=UTC))
    >>> payload(one) == payload(Post("till", "2", "award", 7, 100, datetime(2026, 3, 1, tzinfo=UTC)))
    True
    >>> payload(one) == payload(Post("till", "1", "award", 7, 101, datetime(2026, 3, 1, tzinfo=UTC)))
    False
    """
    # All at once: naming one field after the other takes longer than hashing them.
    # fmt: off
    (
        _source, _event, kind, account, amount, happened, grant, reward, refers, reference, to, expires, until,
        awaited, rule, version, campaign, author, details, member,
    ) = post
    words = (
        kind, account, amount, happened.timestamp(), grant, reward, refers, reference, to,
        expires and expires.toordinal(), until and until.timestamp(), awaited, rule, version, campaign, author, member,
        json.dumps(dict(details), sort_keys=True, default=str) if details else "",
    )
    # fmt: on
    return hashlib.blake2b(repr(words).encode(), digest_size=SIZE).digest()
