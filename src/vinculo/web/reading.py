"""Reading: the run that a page shows, the earlier one it is compared with, and who reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest
from django.urls import reverse

from vinculo.differentiate.records import selectors
from vinculo.differentiate.records.models import Run
from vinculo.foundation.errors import InputError, RunError
from vinculo.measure import bridge
from vinculo.measure.charts.reader import Reader
from vinculo.measure.explorer.book import Linking
from vinculo.warehouse import runs
from vinculo.web import shell

MAY_LIST = "staff.customer_list"
DONE = "done"


@dataclass(frozen=True)
class Reading:
    """A run on a page: its number and tables, those of the run before, the reader, and how figures are linked."""

    number: int
    run: runs.Run
    reader: Reader
    linking: Linking
    earlier: runs.Run | None = None

    @property
    def key(self) -> str:
        """Return what tells one drawing of the run from another: runs never change."""
        linking = self.linking
        return f"{linking.run}:{linking.earlier}:{self.reader.language}:{'linked' if linking.allowed else 'counts'}"


def shown(request: HttpRequest, *, before: date | None = None) -> Reading | None:
    """Return the run that is asked for, or the published one; none before the first is published.

    Parameters
    ----------
    before
        The earlier run is the last that looks from this day or before; by default, from any day before the run's.
    """
    record = asked(request) or selectors.run_published()
    if record is None:
        return None
    run = opened(record)
    earlier_record, earlier = comparable(record, run, before or record.as_of, request.GET.get("earlier", ""))
    linking = Linking(
        run=str(record.pk),
        earlier=str(earlier_record.pk) if earlier_record else "",
        address=reverse("customers"),
        allowed=request.user.has_perm(MAY_LIST),
    )
    return Reading(record.pk, run, Reader(shell.language(), run.manifest["currency"]), linking, earlier)


def asked(request: HttpRequest) -> Run | None:
    """Return the run that the address names, if any."""
    number = request.GET.get("run", "")
    if not number:
        return None
    if not number.isdecimal() or len(number) > 18:
        raise Http404
    try:
        record = selectors.run_get(run_id=int(number))
    except ObjectDoesNotExist:
        raise Http404 from None
    if record.state != DONE:
        raise Http404
    return record


def opened(record: Run) -> runs.Run:
    """Open the tables of a run."""
    return runs.read(selectors.run_folder(run=record))


def comparable(record: Run, run: runs.Run, before: date, number: str) -> tuple[Run, runs.Run] | tuple[None, None]:
    """Return the earlier run to compare with: the one named, or the latest whose values mean the same."""
    for candidate in candidates(record, before, number):
        try:
            found = opened(candidate)
            bridge.require_comparable(found.manifest, run.manifest)
        except (InputError, RunError):
            continue
        return candidate, found
    return None, None


def candidates(record: Run, before: date, number: str) -> Iterable[Run]:
    """Return the finished runs that may be compared with, the nearest in time first."""
    done = selectors.run_list().filter(state=DONE).exclude(pk=record.pk)
    if number.isdecimal() and len(number) <= 18:
        return done.filter(pk=int(number))
    last = before if before < record.as_of else record.as_of
    return done.filter(as_of__lte=last, as_of__lt=record.as_of).order_by("-as_of", "-id")[:5]
