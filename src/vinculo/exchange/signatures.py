"""Signatures: webhooks signed after Standard Webhooks, with two secrets while one replaces the other."""

import base64
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook

PREFIX = "whsec_"
BYTES = 32
"""Standard Webhooks asks for 24 to 64."""


def secret_new() -> str:
    """Return a new secret.

    >>> secret_new()[:6], len(base64.b64decode(secret_new()[6:]))
    ('whsec_', 32)
    """
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def headers(*, uid: str, body: bytes, moment: datetime, keys: Sequence[str]) -> dict[str, str]:
    """Return the headers that sign a webhook, one signature a key, the newest first.

    >>> vector = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    >>> at = datetime.fromtimestamp(1614265330, tz=UTC)
    >>> headers(uid="msg_p5jXN8AQM9LWM0D4loKWxJek", body=b'{"test": 2432232314}', moment=at, keys=[vector])[
    ...     "webhook-signature"]
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    at = moment.astimezone(UTC)
    signed = [Webhook(key).sign(msg_id=uid, timestamp=at, data=body.decode()) for key in keys]
    return {
        "webhook-id": uid,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signed),
    }
