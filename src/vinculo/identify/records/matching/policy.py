"""Policy: what matching does by itself, when, and when its model is out of date."""

from datetime import datetime, timedelta

from vinculo.identify.records.matching import kept
from vinculo.identify.records.models import Customer, Matching, MatchingPolicy

OLD = timedelta(days=30)
GROWN = 0.1
"""A model is out of date after so long, or when the base has grown or shrunk by such a share: the same likeness means
another thing among more people."""


def policy_get() -> MatchingPolicy:
    """Return what is set, or what holds before anybody has set anything."""
    return MatchingPolicy.objects.first() or MatchingPolicy()


def policy_set(*, arrivals: str, nightly: str) -> MatchingPolicy:
    """Set what matching does by itself."""
    policy = MatchingPolicy(arrivals=arrivals, nightly=nightly)
    policy.full_clean(validate_unique=False, validate_constraints=False)
    policy.save()
    return policy


def stale(*, now: datetime) -> bool:
    """Tell whether the whole base should be matched again; a base that nobody has matched yet is left to a person."""
    published = Matching.objects.filter(published_at__isnull=False)
    whole = published.filter(kind=Matching.Kind.WHOLE).order_by("-published_at").first()
    latest = kept.in_force()
    if whole is None or latest is None:
        return False
    if kept.mark_of(latest.pk) is None or now - whole.asked_at > OLD:
        return True
    before = whole.counts.get("records", 0)
    return bool(abs(Customer.objects.count() - before) > GROWN * before)


def waits() -> bool:
    """Tell whether a matching of the whole base waits for somebody to publish it."""
    latest = Matching.objects.filter(kind=Matching.Kind.WHOLE).order_by("-id").first()
    return latest is not None and latest.state != Matching.State.FAILED and latest.published_at is None
