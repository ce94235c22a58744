"""Erased: who was, since when, and that nothing is written about them any more."""

from collections.abc import Sequence
from datetime import datetime

from vinculo.foundation.errors import InputError
from vinculo.identify.records.models import RightsRequest


class ErasedError(InputError):
    """Whoever was erased stays so: what is left names nobody, and nothing can be added to it."""

    code = "customer.erased"


def erased_at(*, customer_ids: Sequence[int]) -> datetime | None:
    """Return when a customer was erased, or nothing."""
    found = RightsRequest.objects.filter(
        customer_id__in=list(customer_ids),
        kind=RightsRequest.Kind.ERASURE,
        in_force_from__isnull=False,
        lifted_at=None,
    )
    return found.order_by("in_force_from").values_list("in_force_from", flat=True).first()


def refuse(*customer_ids: int) -> None:
    """Refuse to write about somebody who was erased."""
    if erased_at(customer_ids=customer_ids) is not None:
        raise ErasedError
