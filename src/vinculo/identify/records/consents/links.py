"""Links: what a customer answers by without signing in, signed so that nobody can make one up.

A link of the preference page is good for half a year, one of an unsubscription for ever: a message may be read late.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from django.conf import settings
from django.core import signing
from django.urls import reverse

PREFERENCES, UNSUBSCRIBE, CONFIRM = "consents.preferences", "consents.unsubscribe", "consents.confirm"
GOOD_FOR = timedelta(days=183)
"""How long the link of a preference page works."""


@dataclass(frozen=True)
class Bearer:
    """Whom a link speaks for: a customer, the address it was sent to, and what it is about."""

    customer_id: int
    address: str = ""
    purpose: str = ""
    channel: str = ""


def token(kind: str, bearer: Bearer) -> str:
    """Return the signed part of a link."""
    said = [bearer.customer_id, bearer.address, bearer.purpose, bearer.channel]
    return signing.dumps(said, salt=kind, compress=True)


def bearer_of(kind: str, signed: str, *, good_for: timedelta | None = None) -> Bearer | None:
    """Return whom a link speaks for, or nothing when it is bad or too old."""
    try:
        customer_id, address, purpose, channel = signing.loads(signed, salt=kind, max_age=good_for)
        return Bearer(int(customer_id), str(address), str(purpose), str(channel))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def absolute(path: str) -> str:
    """Return the address of a page as it is written in a mail."""
    return f"{settings.SITE_ADDRESS}{path}"


def preferences(*, customer_id: int, address: str) -> str:
    """Return the link of a customer's own preference page."""
    return absolute(reverse("preferences", args=[token(PREFERENCES, Bearer(customer_id, address))]))


def unsubscribe_headers(*, customer_ids: Sequence[int], purpose: str, channel: str, address: str) -> Mapping[str, str]:
    """Return the headers by which a mailbox offers to unsubscribe with one click (RFC 8058, RFC 2369).

    Every message of a mailing carries them, and its DKIM signature must cover both.
    """
    signed = token(UNSUBSCRIBE, Bearer(customer_ids[0], address, purpose, channel))
    places = [f"<{absolute(reverse('unsubscribe', args=[signed]))}>"]
    if settings.UNSUBSCRIBE_MAILBOX:
        places.append(f"<mailto:{settings.UNSUBSCRIBE_MAILBOX}?subject={quote('unsubscribe ' + signed)}>")
    return {"List-Unsubscribe": ", ".join(places), "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
