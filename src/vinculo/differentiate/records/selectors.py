"""What can be read of runs and the scores they serve."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from vinculo.differentiate.network import attribution
from vinculo.differentiate.network.attribution import Part, Tie
from vinculo.differentiate.records.models import CustomerValue, Publication, Run
from vinculo.identify.records.households import selectors as households
from vinculo.identify.records.relations import selectors as relations


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


def totals_of(*, run_id: int, customer_ids: Iterable[int]) -> dict[int, int]:
    """Return the total values of some customers; those whom the run does not know are left out."""
    found = CustomerValue.objects.filter(run_id=run_id, customer_id__in=list(customer_ids))
    return dict(found.values_list("customer_id", "total_value_minor"))


def network_of(*, run_id: int | None, customer_ids: Sequence[int], day: date) -> list[Part]:
    """Return what those are worth whom a customer brought, lives with and influences, beside its own value."""
    ties = [
        Tie(each.customer_id, attribution.REFERRAL if each.referred else attribution.INFLUENCE, each.share)
        for each in relations.influence_list(customer_ids=customer_ids, day=day)
    ]
    lives_with = households.others_of(customer_ids=customer_ids, day=day)
    ties += [Tie(each, attribution.HOUSEHOLD, attribution.HOUSEHOLD_SHARE) for each in lives_with]
    people = {tie.customer_id for tie in ties}
    values = totals_of(run_id=run_id, customer_ids=people) if run_id is not None and people else {}
    return attribution.parts(ties, values, own=customer_ids)
