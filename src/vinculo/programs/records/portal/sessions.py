"""Sessions of the portal: of their own kind, found by a keyed digest, ended one by one or everywhere at once."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from vinculo.programs.records.models import PortalSession
from vinculo.programs.records.portal import people, secret
from vinculo.programs.records.portal.people import Choice

LIFE, IDLE = timedelta(days=30), timedelta(days=14)
"""How long a session lasts, and how long one that nobody uses does."""
TOUCHED = timedelta(hours=1)
"""A use is written down when the last one is so long ago."""


def session_open(*, choices: Sequence[Choice], brought_by: str, now: datetime) -> str:
    """Sign somebody in and return the key; where there is a choice, it is made on the next page."""
    key = secrets.token_urlsafe(32)
    customer_id, member_id = choices[0] if len(choices) == 1 else (0, 0)
    PortalSession.objects.create(
        key_digest=secret.digest("session", key),
        customer_id=customer_id or None,
        member_id=member_id or None,
        choices=people.kept(choices),
        brought_by=brought_by,
        opened_at=now,
        seen_at=now,
        expires_at=now + LIFE,
    )
    return key


def session_find(*, key: str, now: datetime) -> PortalSession | None:
    """Return the session of a key as long as it lasts."""
    found = PortalSession.objects.select_related("customer", "member__program").filter(
        key_digest=secret.digest("session", key), expires_at__gt=now, seen_at__gt=now - IDLE
    )
    session = found.first() if key else None
    if session is not None and now - session.seen_at >= TOUCHED:
        PortalSession.objects.filter(pk=session.pk).update(seen_at=now)
    return session


def session_choose(*, session: PortalSession, choice: Choice) -> bool:
    """Go on as one of those the address is of; tell whether it was offered."""
    if choice not in people.read(session.choices):
        return False
    session.customer_id, session.member_id = choice[0], choice[1] or None
    session.save(update_fields=["customer", "member"])
    return True


def session_join(*, session: PortalSession, customer_id: int, member_id: int) -> None:
    """Go on as the member somebody has just become."""
    gone = {(customer_id, 0), (customer_id, session.member_id)}
    others = [each for each in people.read(session.choices) if each not in gone]
    session.choices = people.kept([*others, (customer_id, member_id)])
    session.customer_id, session.member_id, session.brought_by = customer_id, member_id, ""
    session.save(update_fields=["choices", "customer", "member", "brought_by"])


def session_close(*, key: str) -> None:
    """Sign out here."""
    PortalSession.objects.filter(key_digest=secret.digest("session", key)).delete()


def sessions_close(*, customer_ids: Sequence[int]) -> int:
    """Sign a customer out everywhere: also where he could go on as this customer and has not chosen yet."""
    mine = Q(customer_id__in=list(customer_ids))
    for each in customer_ids:
        # A session in which the choice is open holds the customer in its choices alone.
        mine |= Q(customer_id=None, choices__contains=people.mark(each))
    return PortalSession.objects.filter(mine).delete()[0]


def clear(*, now: datetime) -> None:
    """Forget the sessions that have ended."""
    PortalSession.objects.filter(Q(expires_at__lte=now) | Q(seen_at__lte=now - IDLE)).delete()
