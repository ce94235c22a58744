"""Links: what a customer answers by without signing in, signed so that nobody can make one up.

A link of the preference page is good for half a year, one of an unsubscription for ever: a message may be read late.
Links hold numbers of ours and no address: they end up in the logs of every server on the way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from django.conf import settings
from django.core import signing
from django.urls import reverse

from vinculo.identify import folding
from vinculo.identify.records.models import Identifier

PREFERENCES, UNSUBSCRIBE, CONFIRM = "consents.preferences", "consents.unsubscribe", "consents.confirm"
GOOD_FOR = timedelta(days=183)
"""How long the link of a preference page works."""


@dataclass(frozen=True)
class Bearer:
    """Whom a link speaks for: a customer, the address it was sent to (by its number), and what it is about."""

    customer_id: int
    identifier_id: int = 0
    purpose: str = ""
    channel: str = ""

    @property
    def address(self) -> str:
        """Return the address the link was sent to, as long as the customer has it."""
        return Identifier.objects.filter(pk=self.identifier_id).values_list("value", flat=True).first() or ""


def token(kind: str, bearer: Bearer) -> str:
    """Return the signed part of a link."""
    said = [bearer.customer_id, bearer.identifier_id, bearer.purpose, bearer.channel]
    return signing.dumps(said, salt=kind, compress=True)


def bearer_of(kind: str, signed: str, *, good_for: timedelta | None = None) -> Bearer | None:
    """Return whom a link speaks for, or nothing when it is bad or too old."""
    try:
        customer_id, identifier_id, purpose, channel = signing.loads(signed, salt=kind, max_age=good_for)
        return Bearer(int(customer_id), int(identifier_id), str(purpose), str(channel))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def absolute(path: str) -> str:
    """Return the address of a page as it is written in a mail."""
    return f"{settings.SITE_ADDRESS}{path}"


def preferences(*, identifier: Identifier) -> str:
    """Return the link of the preference page of whoever reads the mail of an address."""
    bearer = Bearer(identifier.customer_id, identifier.pk)
    return absolute(reverse("preferences", args=[token(PREFERENCES, bearer)]))


def unsubscribe_headers(*, customer_ids: Sequence[int], purpose: str, channel: str, address: str) -> Mapping[str, str]:
    """Return the headers by which a mailbox offers to unsubscribe with one click (RFC 8058, RFC 2369).

    Every message of a mailing carries them, and its DKIM signature must cover both.
    """
    written = folding.identifier(Identifier.Kind.EMAIL, address)
    borne = Identifier.objects.filter(customer_id__in=list(customer_ids), normalised=written).order_by("id").first()
    bearer = (borne.customer_id, borne.pk) if borne else (customer_ids[0], 0)
    signed = token(UNSUBSCRIBE, Bearer(*bearer, purpose, channel))
    places = [f"<{absolute(reverse('unsubscribe', args=[signed]))}>"]
    if settings.UNSUBSCRIBE_MAILBOX:
        places.append(f"<mailto:{settings.UNSUBSCRIBE_MAILBOX}?subject={quote('unsubscribe ' + signed)}>")
    return {"List-Unsubscribe": ", ".join(places), "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
