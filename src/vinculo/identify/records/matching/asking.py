"""Asking the worker to match what came, when it is worth it."""

from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued

from vinculo.identify.records import tasks
from vinculo.identify.records.matching import kept, policy
from vinculo.identify.records.models import MatchingPolicy


def arrivals_ask() -> bool:
    """Ask for what came to be matched once this transaction ends; not before the base has been, nor where it is off."""
    if kept.in_force() is None or policy.policy_get().arrivals == MatchingPolicy.Arrivals.OFF:
        return False
    try:
        with transaction.atomic():
            tasks.match_arrivals.defer()
    except AlreadyEnqueued:
        return False
    return True
