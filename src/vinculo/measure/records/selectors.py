"""The list of customers: filtered, searched, sorted, page by page; and the views of it that were saved.

Who a customer is stands in the store (`named`), what he is worth in the served values of a run (`scored`). The side
that has the sorted column is read in its order, and the other is asked who passes; where few pass there, these are
asked for first. So a page costs about the same whatever is filtered and however deep it lies.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial

from django.db.models import Q, QuerySet

from vinculo.differentiate.records import selectors as scores
from vinculo.foundation.errors import InputError
from vinculo.identify.records.models import Customer
from vinculo.measure.records.models import SavedView
from vinculo.measure.records.named import Named
from vinculo.measure.records.places import BY_CUSTOMER, OF_EVERYBODY, SORTS, Place, walked
from vinculo.measure.records.scored import Scored
from vinculo.measure.selection import Selection

PAGE = 50
CHEAP = 25_000.0
"""What counting may cost, in the planner's units: about a tenth of a second. Beyond, its estimate is given first."""


@dataclass(frozen=True)
class Filters:
    """Which customers: those of a selection of a run, found by a search, of a kind and standing.

    `linked` asks for those who are bound to others on a day (`named.LINKED`). `ids` holds the customers of a selection
    that needs the tables of a run (`Selection.from_history`); None means everybody.
    """

    run_id: int | None = None
    chosen: Selection = field(default_factory=Selection)
    search: str = ""
    kind: str = ""
    standing: str = ""
    personal: bool = True
    ids: Sequence[int] | None = None
    linked: str = ""
    day: date | None = None

    @cached_property
    def named(self) -> Named:
        """Return what is asked of customers themselves."""
        return Named(self.search, self.kind, self.standing, self.personal, self.linked, self.day)

    @cached_property
    def scored(self) -> Scored:
        """Return what is asked of their scores."""
        return Scored(self.run_id or 0, self.chosen, self.ids)

    def passed(self, ids: Sequence[int]) -> set[int]:
        """Return those of some customers who pass on both sides."""
        named = ids if self.named.open else self.named.through(ids)
        return set(named if self.scored.open else self.scored.through(named).tolist())


@dataclass(frozen=True)
class Page:
    """Customers in their order, where the page begins and ends, and whether there is more on either side."""

    ids: tuple[int, ...]
    first: Place | None
    last: Place | None
    more_before: bool
    more_after: bool


@dataclass(frozen=True)
class Count:
    """How many customers: exactly, or as the database estimates it."""

    number: int
    exact: bool


def customer_list(
    filters: Filters,
    *,
    sort: str = "name",
    backwards: bool = False,
    after: Place | None = None,
    before: Place | None = None,
    size: int = PAGE,
) -> Page:
    """Return one page of the list, found from where the last one ended, never by counting from the start.

    Sorted by a score, the list holds the customers of the run; sorted by name, everybody whom the filters let through.

    Raises
    ------
    InputError
        The list cannot be sorted so.
    """
    if sort not in SORTS:
        raise InputError(
            "The list cannot be sorted by {sort}: choose one of {sorts}.", sort=sort, sorts=", ".join(SORTS)
        )
    turned = before is not None
    found = followers(filters, sort, before or after, backwards=backwards != turned, size=size + 1)
    more, found = len(found) > size, found[:size]
    if turned:
        found.reverse()
    return Page(
        ids=tuple(each.customer_id for each in found),
        first=found[0] if found else None,
        last=found[-1] if found else None,
        more_before=more if turned else after is not None,
        more_after=True if turned else more,
    )


def followers(filters: Filters, sort: str, place: Place | None, *, backwards: bool, size: int) -> list[Place]:
    """Return those who follow a place."""
    named, scored, column = filters.named, filters.scored, SORTS[sort]
    lead: Named | Scored = scored
    other: Named | Scored = named
    if sort == "name" or (sort == "number" and scored.open):
        lead, other = named, scored
    elif sort == "number":
        column = BY_CUSTOMER
    read = partial(lead.after, column, backwards=backwards)
    if other.open:
        return read(place, size)
    among = other.few
    if among is None and lead is named and named.few is not None:
        among = scored.through(named.few)
    if among is None:
        candidates = partial(lead.candidates, column, backwards=backwards)
        found = walked(candidates, filters.passed, place=place, size=size, piece=other.piece)
        if found is not None:
            return found
        among = scored.every if named.open else scored.through(named.every)
    return read(place, size, among=among)


def customer_place(filters: Filters, *, customer_id: int, sort: str, inside: bool = False) -> Place | None:
    """Return where a customer stands in a list sorted so; with `inside`, only one whom the filters let through."""
    column = SORTS[sort]
    if sort in OF_EVERYBODY:
        rows = Customer.objects.filter(pk=customer_id)
        found = rows.values_list(column.field, "id").first()
    else:
        values = scores.value_list(run_id=filters.run_id or 0).filter(customer_id=customer_id).order_by()
        found = next(iter(values.values_list(column.field, "customer_id")), None)
    sides = (filters.named, filters.scored) if inside else ()
    if found is None or not all(side.open or len(side.through([customer_id])) for side in sides):
        return None
    return Place(*found)


def customer_count(filters: Filters, *, sort: str = "name", exactly: bool = False) -> Count:
    """Return how many customers the list holds: exactly when that is cheap or asked for, else an estimate."""
    named, scored = filters.named, filters.scored
    if scored.open and sort in OF_EVERYBODY:
        if exactly or named.cost <= CHEAP:
            return Count(named.count(), exact=True)
        return Count(round(named.expected), exact=False)
    if named.open:
        return Count(scored.count(), exact=True)
    if named.few is not None or exactly:
        return Count(scored.count(named.every if named.few is None else named.few), exact=True)
    if scored.few is not None:
        return Count(named.count(scored.few), exact=True)
    share = named.expected / max(1.0, Named().expected)
    return Count(round(scored.count() * min(1.0, share)), exact=False)


def labels_of(*, run_id: int) -> dict[str, list[str]]:
    """Return the values that countries, channels, segments and types of goods take in a run; the first hundred."""
    everybody = Scored(run_id, Selection())
    return {column: everybody.labels(column) for column in ("country", "channel", "segment", "dominant_category")}


def view_list(*, owner_id: int) -> QuerySet[SavedView]:
    """Return one's own views and those that others share."""
    seen = SavedView.objects.filter(Q(owner_id=owner_id) | Q(shared=True))
    return seen.select_related("owner").order_by("name", "id")
