"""Guarantees read: what is promised, what was kept and broken by month, and the promises of a customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet

from vinculo.programs.records.models import Guarantee, Promise

_COUNTS = """
SELECT guarantee.id, date_trunc('month', promise.due_at AT TIME ZONE program.zone)::date AS month,
    count(*) FILTER (WHERE promise.state = 'kept'), count(*) FILTER (WHERE promise.state = 'broken'),
    count(*) FILTER (WHERE promise.state = 'open'), count(*) FILTER (WHERE promise.state = 'excluded'),
    count(*) FILTER (WHERE promise.given_at IS NOT NULL)
FROM programs_promise AS promise JOIN programs_guarantee AS guarantee ON guarantee.id = promise.guarantee_id
JOIN programs_program AS program ON program.id = guarantee.program_id
WHERE guarantee.program_id = %(program)s AND promise.state <> 'early'
    AND promise.due_at >= %(begins)s::date::timestamp AT TIME ZONE program.zone
    AND promise.due_at < %(ends)s::date::timestamp AT TIME ZONE program.zone
GROUP BY 1, 2 ORDER BY 2 DESC, 1
"""


@dataclass(frozen=True)
class Kept:
    """Promises of one guarantee that were due in one month, where the programme runs."""

    guarantee_id: int
    month: date
    kept: int
    broken: int
    pending: int
    excluded: int
    given: int
    """Those something was given for."""

    @property
    def kept_share(self) -> float | None:
        """Return the share of the decided promises that were kept; nothing when none is decided."""
        decided = self.kept + self.broken
        return self.kept / decided if decided else None


@dataclass(frozen=True)
class Asked:
    """Which promises: of a state, of a guarantee, or those that are broken with nothing given for them."""

    state: str = ""
    guarantee_id: int | None = None
    owed: bool = False


def guarantee_get(*, guarantee_id: int) -> Guarantee:
    """Return a guarantee; raise `Guarantee.DoesNotExist` when there is none."""
    return Guarantee.objects.select_related("program", "unit", "reward", "service_hours").get(pk=guarantee_id)


def guarantee_list(*, program_id: int, public_on: date | None = None) -> QuerySet[Guarantee]:
    """Return the guarantees of a programme by name; with a day, those that are public on it."""
    found = Guarantee.objects.filter(program_id=program_id).select_related("unit", "reward", "service_hours")
    if public_on is not None:
        until = Q(published_to=None) | Q(published_to__gt=public_on)
        found = found.filter(until, published_from__lte=public_on)
    return found.order_by("name_en", "id")


def kept_counts(*, program_id: int, begins: date, ends: date) -> list[Kept]:
    """Return how promises that were due from a day until before another stand, by month and guarantee."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"program": program_id, "begins": begins, "ends": ends})
        return [Kept(*row) for row in cursor.fetchall()]


def promise_list(*, program_id: int, asked: Asked) -> QuerySet[Promise]:
    """Return promises, those that are due last first."""
    found = Promise.objects.filter(guarantee__program_id=program_id).exclude(state=Promise.State.EARLY)
    found = found.filter(state=asked.state) if asked.state else found
    found = found.filter(guarantee_id=asked.guarantee_id) if asked.guarantee_id else found
    found = found.filter(state=Promise.State.BROKEN, given_at=None) if asked.owed else found
    return found.select_related("guarantee", "customer").order_by("-due_at", "-id")


def promises_of(*, customer_ids: Sequence[int], most: int = 50) -> list[Promise]:
    """Return the promises to a customer with what was given for them, open ones first, then the latest."""
    found = Promise.objects.filter(customer_id__in=list(customer_ids))
    found = found.select_related("guarantee__reward", "guarantee__unit", "redemption")
    return sorted(found.order_by("-due_at", "-id")[:most], key=lambda each: each.state != Promise.State.OPEN)
