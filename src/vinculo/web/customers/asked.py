"""Asked: the query of an address read as a list of customers, and written back with something changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from urllib.parse import urlencode

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, QueryDict
from django.utils import timezone

from vinculo.differentiate.records import selectors as runs
from vinculo.differentiate.records.models import Run
from vinculo.foundation import money
from vinculo.foundation.errors import InputError
from vinculo.identify.cleaning import places
from vinculo.measure import selection
from vinculo.measure.records import named
from vinculo.measure.records import selectors as lists
from vinculo.measure.records.places import SORTS
from vinculo.measure.records.selectors import Filters
from vinculo.web import shell
from vinculo.web.customers import history

AMOUNTS = ("contribution", "residual", "total", "rank")
"""Beginnings of the terms, and the sorts, that tell what customers are worth."""
KINDS, STANDINGS, LINKED = ("person", "organisation"), ("actual", "prospect"), tuple(named.LINKED)
LONGEST_SEARCH = 100
WORTH = {"worth_from": "total_from", "worth_to": "total_to"}
"""Fields of the form in whole units of money, and the terms they stand for in minor units."""


@dataclass(frozen=True)
class Asked:
    """A list of customers as an address asks for it."""

    run: Run | None
    filters: Filters
    sort: str
    backwards: bool

    @property
    def query(self) -> str:
        """Write the list as the query of an address, always in the same order."""
        return self.written()

    def written(self, *, without: tuple[str, str] | None = None, **more: object) -> str:
        """Write the list without one of its terms, or with more."""
        filters, chosen = self.filters, self.filters.chosen
        pairs: list[tuple[str, object]] = [("run", chosen.run)] if chosen.run else []
        pairs += list(chosen.terms)
        pairs += [
            ("q", filters.search),
            ("kind", filters.kind),
            ("standing", filters.standing),
            ("linked", filters.linked),
        ]
        pairs += [("sort", self.sort), ("backwards", "1" if self.backwards else "")]
        kept = [pair for pair in pairs if pair[1] and pair != without and pair[0] not in more]
        return urlencode([*kept, *((name, value) for name, value in more.items() if value)])


def read(request: HttpRequest) -> Asked:
    """Read the query of a request.

    Raises
    ------
    InputError
        A value makes no sense.
    PermissionDenied
        The list would tell what customers are worth to somebody who may not see it.
    Http404
        There is no such run.
    """
    given = request.GET
    chosen = selection.read([*given.lists(), *worth(given, request)])
    run = run_of(chosen.run, request)
    chosen = coded(chosen, run)
    worth_seen = request.user.has_perm("staff.value_view")
    sort = given.get("sort", "") or ("total" if run and worth_seen and not given.get("standing") else "name")
    if not worth_seen and (sort in AMOUNTS or any(name.startswith(AMOUNTS) for name, _value in chosen.terms)):
        raise PermissionDenied
    if run is None or given.get("standing") == "prospect":
        # Only a run has scores, and only of those who bought.
        sort = "name"
    if sort == "name" and not request.user.has_perm("staff.personal_data_view"):
        # The order of names would tell what the page does not.
        sort = "number"
    filters = Filters(
        run_id=run.pk if run else None,
        chosen=chosen,
        search=" ".join(given.get("q", "").replace("\0", "").split())[:LONGEST_SEARCH],
        kind=one_of(given.get("kind", ""), KINDS),
        standing=one_of(given.get("standing", ""), STANDINGS),
        personal=request.user.has_perm("staff.personal_data_view"),
        linked=one_of(given.get("linked", ""), LINKED) if request.user.has_perm("staff.relation_view") else "",
        day=timezone.localdate(),
    )
    if run and chosen.from_history:
        filters = replace(filters, ids=remembered(run, chosen))
    if sort not in SORTS:
        raise InputError("The list cannot be sorted by {sort}.", sort=sort)
    return Asked(run, filters, sort, given.get("backwards", "") == "1")


def coded(chosen: selection.Selection, run: Run | None) -> selection.Selection:
    """Return the terms with countries as the run writes them, by whatever name they were asked for."""
    terms = {
        (name, places.country(text).value or text)
        if name == "country" and text != selection.UNKNOWN and run and text not in labels_of(run)["country"]
        else (name, text)
        for name, text in chosen.terms
    }
    return replace(chosen, terms=tuple(sorted(terms)))


def labels_of(run: Run) -> dict[str, list[str]]:
    """Return the values of the dimensions of a run, looked up once: runs never change."""
    key = sha256(f"labels:{run.pk}:{run.served_at}".encode()).hexdigest()
    known: dict[str, list[str]] | None = cache.get(key)
    if known is None:
        known = lists.labels_of(run_id=run.pk)
        cache.set(key, known, 24 * 3600)
    return known


def worth(given: QueryDict, request: HttpRequest) -> Iterable[tuple[str, list[str]]]:
    """Return the amounts of the form as terms."""
    for name, term in WORTH.items():
        text = given.get(name, "").strip()
        if not text:
            continue
        try:
            units = float(text)
            minor = round(units * money.minor_per_major(shell.reader(request).currency))
        except (ValueError, OverflowError):
            raise InputError("{found} is no amount: write a number.", found=text) from None
        yield term, [str(minor)]


def one_of(text: str, known: tuple[str, ...]) -> str:
    """Return a text that is known, or nothing for one that is empty."""
    if text and text not in known:
        raise InputError("{found} is not one of {known}.", found=text, known=", ".join(known))
    return text


def run_of(text: str, request: HttpRequest) -> Run | None:
    """Return the run an address names, or the published one."""
    if not text:
        return shell.published(request)
    if not text.isdecimal() or len(text) > 18:
        raise Http404
    try:
        run = runs.run_get(run_id=int(text))
    except Run.DoesNotExist:
        raise Http404 from None
    if run.served_at is None:
        raise Http404
    return run


def remembered(run: Run, chosen: selection.Selection) -> Sequence[int]:
    """Return the customers of a selection that needs the tables of runs; runs never change, so once found is enough."""
    key = sha256(f"people:{run.pk}:{run.served_at}:{chosen.query}".encode()).hexdigest()
    kept: Sequence[int] | None = cache.get(key)
    if kept is None:
        kept = history.people_of(run, chosen)
        cache.set(key, kept, 3600)
    return kept
