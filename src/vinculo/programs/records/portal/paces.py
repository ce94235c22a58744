"""Paces kept: how often each address, person and network asked or tried.

A try is charged before it is looked at, so that many at a time are no more than one after another. Rows are taken in
one order: those who charge the same wait for each other and never for ever.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import connection, transaction

from vinculo.programs.portal import pacing
from vinculo.programs.portal.pacing import Pace
from vinculo.programs.records.models import SignInPace
from vinculo.programs.records.portal import secret

KEPT = timedelta(days=2)
_ENSURE = """
INSERT INTO programs_signinpace (subject, tries, tried_at)
SELECT subject, 0, %s FROM unnest(%s::text[]) AS asked (subject) ORDER BY subject ON CONFLICT DO NOTHING
"""


def subject(kind: str, value: str) -> str:
    """Return how an address or a network is counted: by its digest, which names nobody."""
    return f"{kind}:{secret.digest('pace', kind, value).hex()[:48]}"


def charge(paces: Mapping[str, Pace], *, now: datetime) -> int:
    """Count a try against every subject; or count nothing and return the seconds until one is worth making."""
    wanted = sorted(paces)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_ENSURE, [now, wanted])
        rows = list(SignInPace.objects.select_for_update().filter(subject__in=wanted).order_by("subject"))
        if left := max(pacing.seconds_left(row.locked_until, now) for row in rows):
            return left
        for row in rows:
            pace = paces[row.subject]
            row.tries = 1 if now - row.tried_at >= pace.forgotten else row.tries + 1
            wait = pace.wait(row.tries)
            row.tried_at, row.locked_until = now, now + wait if wait else None
        SignInPace.objects.bulk_update(rows, ["tries", "tried_at", "locked_until"])
    return 0


def forgive(subjects: Iterable[str]) -> None:
    """Forget the tries of subjects: the right code was given."""
    SignInPace.objects.filter(subject__in=list(subjects)).delete()


def clear(*, now: datetime) -> None:
    """Forget what no wait depends on any more."""
    SignInPace.objects.filter(tried_at__lt=now - KEPT).delete()
