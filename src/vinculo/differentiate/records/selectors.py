"""What can be read of runs and the scores they serve."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from vinculo.differentiate.records.models import CustomerValue, Publication, Run

UNKNOWN = "unknown"
"""Stands for a value that is missing, in conditions."""
_LOOKUPS = {"from": "gte", "to": "lte", "below": "lt"}


class Condition(Protocol):
    """A condition on a column of the served scores: operator in, from, to or below."""

    @property
    def column(self) -> str:
        """Return the column that is looked at."""

    @property
    def operator(self) -> str:
        """Return how it is compared."""

    @property
    def value(self) -> object:
        """Return what it is compared with."""


def run_get(*, run_id: int) -> Run:
    """Return a run; raise `Run.DoesNotExist` when there is none."""
    return Run.objects.get(pk=run_id)


def run_list() -> QuerySet[Run]:
    """Return the runs, the latest first."""
    return Run.objects.order_by("-asked_at", "-id")


def run_published() -> Run | None:
    """Return the run everybody sees, or nothing before the first is published."""
    latest = Publication.objects.select_related("run").order_by("-id").first()
    return latest.run if latest else None


def run_as_of_find(*, as_of: date | None = None, before: date | None = None) -> Run | None:
    """Return the latest finished run that looks from a day, or from the last day before one; nothing without any."""
    done = Run.objects.filter(state=Run.State.DONE)
    done = done.filter(as_of=as_of) if as_of else done
    done = done.filter(as_of__lt=before) if before else done
    return done.order_by("-as_of", "-id").first()


def run_folder(*, run: Run) -> Path:
    """Return the folder of a finished run."""
    folder = Path(run.folder)
    return folder if folder.is_absolute() else Path(settings.HOME_FOLDER("runs")) / folder


def run_under_way() -> Run | None:
    """Return the run that is being made or waits for its turn, if any."""
    return Run.objects.filter(state__in=(Run.State.RUNNING, Run.State.QUEUED)).order_by("-state", "id").first()


def publication_list() -> QuerySet[Publication]:
    """Return what was published, the latest first."""
    return Publication.objects.select_related("run").order_by("-id")


def value_list(*, run_id: int) -> QuerySet[CustomerValue]:
    """Return the values of the customers in a run, the most valuable first."""
    return CustomerValue.objects.filter(run_id=run_id).order_by("-total_value_minor", "customer_id")


def value_find(*, run_id: int, customer_id: int) -> CustomerValue | None:
    """Return the value of a customer in a run, or nothing when the run does not know the customer."""
    return CustomerValue.objects.filter(run_id=run_id, customer_id=customer_id).first()


def value_select(
    *, run_id: int, conditions: Iterable[Condition] = (), customer_ids: Iterable[str] | None = None
) -> QuerySet[CustomerValue]:
    """Return the values in a run that meet all conditions, in no order; among some customers where these are given."""
    found = CustomerValue.objects.filter(run_id=run_id)
    for condition in conditions:
        found = found.filter(condition_query(condition))
    if customer_ids is not None:
        # One array, however many they are.
        ids = RawSQL("SELECT unnest(%s::bigint[])", [[int(each) for each in customer_ids]])
        found = found.filter(customer_id__in=ids)
    return found


def condition_query(condition: Condition) -> Q:
    """Return a condition as Django filters by it."""
    if condition.operator != "in":
        return Q((f"{condition.column}__{_LOOKUPS[condition.operator]}", condition.value))
    assert isinstance(condition.value, tuple)
    among = Q((f"{condition.column}__in", condition.value))
    return among | Q((f"{condition.column}__isnull", True)) if UNKNOWN in condition.value else among
