"""Told: who would learn of a merge or of its undo, and what would become of the consents."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from vinculo.exchange.records import followers
from vinculo.identify.records.membership import preview
from vinculo.identify.records.membership.preview import Side
from vinculo.web import shell

MERGED, SEPARATED = ("customers.merged",), ("customers.separated",)
"""The kinds of events that each announces."""


def context(request: HttpRequest, sides: Sequence[Side], kinds: Sequence[str]) -> dict[str, Any]:
    """Return what the page shows of it."""
    now = timezone.now()
    return {
        "agreed": preview.agreed(sides, now=now),
        "followers": followers.follower_list(wanted=kinds, now=now),
        "followed": preview.leads_followed(sides) if request.user.has_perm("staff.prospect_view") else (),
        "values_as_of": run.as_of if (run := shell.published(request)) else None,
    }
