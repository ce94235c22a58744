"""Forgetting: what the portal knows of a person goes with the person."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from vinculo.programs.records.models import SignInAsk, SignInPace
from vinculo.programs.records.portal import people, sessions


def forget(customer_ids: Sequence[int], **_fact: Any) -> None:
    """Sign an erased person out, and forget the mails and tries that were about the person."""
    sessions.sessions_close(customer_ids=customer_ids)
    holders = [f"customer:{each}" for each in customer_ids]
    wanted = Q(holder__in=holders)
    for each in customer_ids:
        wanted |= Q(choices__contains=people.mark(each))
    SignInAsk.objects.filter(wanted).delete()
    counted = [f"{kind}:{each}" for kind in ("letters", "codes") for each in holders]
    SignInPace.objects.filter(subject__in=counted).delete()
