"""Secret: what is kept of the secrets of the portal; the key is that of the home, which no copy of the store holds."""

from django.utils.crypto import salted_hmac

from vinculo.programs.portal import codes


def digest(purpose: str, *parts: str) -> bytes:
    """Return the keyed digest of a secret of one purpose."""
    key = salted_hmac("vinculo.programs.portal", purpose, algorithm="sha256").digest()
    return codes.digest(key, *parts)
