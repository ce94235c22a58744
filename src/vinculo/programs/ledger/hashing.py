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
    until = post.pending_until
    details = json.dumps(dict(post.details), sort_keys=True, default=str) if post.details else ""
    words = (
        *(post.kind, post.account_id, post.amount, post.happened_at.timestamp(), post.grant_class, post.reward_class),
        *(post.refers_to, post.reference, post.to_account_id, post.expires_on and post.expires_on.toordinal()),
        *(until and until.timestamp(), post.pending_event, post.rule_id, post.rule_version, post.campaign),
        *(post.author, post.member_id, details),
    )
    return hashlib.blake2b(repr(words).encode(), digest_size=SIZE).digest()
