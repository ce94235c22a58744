"""The list of customers: filtered, searched, sorted, page by page; and the views of it that were saved."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from django.db import connection
from django.db.models import F, Lookup, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from vinculo.differentiate.records import selectors as scores
from vinculo.foundation.errors import InputError
from vinculo.identify.records import selectors as customers
from vinculo.identify.records import selectors_search
from vinculo.measure.records.models import SavedView
from vinculo.measure.selection import UNKNOWN, Selection

PAGE = 50
CHEAP = 25_000.0
"""What counting may cost, in the planner's units: about a tenth of a second. Beyond, its estimate is given first."""
FEW = 30_000
"""Where the filters leave so few customers, by the planner's estimate, they are found first and sorted then."""
_LOOKUPS = {"from": "gte", "to": "lte", "below": "lt"}


@dataclass(frozen=True)
class Sort:
    """A column to sort by: its field, what an index gives first, and how equals follow one another."""

    field: str
    natural: Literal["asc", "desc"]
    ties: Literal["asc", "desc"] = "asc"
    nullable: bool = False

    @property
    def key(self) -> str:
        """Return the field that tells equals apart."""
        return "pk" if self.field in ("search_text", "id") else "customer_id"


SORTS = {
    "name": Sort("search_text", "asc"),
    "number": Sort("id", "asc"),
    "total": Sort("total_value_minor", "desc"),
    "residual": Sort("residual_value_minor", "desc"),
    "contribution": Sort("contribution_rank", "asc"),
    "last": Sort("since_last_days", "asc", nullable=True),
}
"""What the list can be sorted by; each has an index, so that a million customers cost what a page costs."""
OF_EVERYBODY = ("name", "number")
"""Sorts that need no run. By number, the list is in the order in which customers came: names are not told by it."""


@dataclass(frozen=True)
class Filters:
    """Which customers: those of a selection of a run, found by a search, of a kind and standing.

    `ids` holds the customers of a selection that needs the tables of a run (`Selection.from_history`); None means
    everybody.
    """

    run_id: int | None = None
    chosen: Selection = field(default_factory=Selection)
    search: str = ""
    kind: str = ""
    standing: str = ""
    personal: bool = True
    ids: Sequence[int] | None = None

    @property
    def of_scores(self) -> bool:
        """Tell whether a filter looks at the scores of a run."""
        return bool(self.chosen.terms) or self.ids is not None

    @cached_property
    def found(self) -> selectors_search.Found:
        """Return what the search finds, searched once for the list and its count."""
        return selectors_search.customer_search(text=self.search, personal=self.personal)


@dataclass(frozen=True)
class Place:
    """Where a customer stands in a sorted list: after whom the next page begins."""

    value: str | int | None
    customer_id: int


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
    column = SORTS[sort]
    rows = of_everybody(filters) if sort in OF_EVERYBODY else by_score(filters)
    turned = before is not None
    rows = ordered(rows, column, backwards=backwards != turned, found_first=narrow(filters, sort))
    found: list[Any] = []
    for part in beyond(column, before or after, backwards=backwards != turned):
        wanted = size + 1 - len(found)
        if wanted:
            found += rows.filter(part).values_list(column.field, column.key)[:wanted]
    more, found = len(found) > size, found[:size]
    if turned:
        found.reverse()
    places = [Place(*row) for row in found]
    return Page(
        ids=tuple(each.customer_id for each in places),
        first=places[0] if places else None,
        last=places[-1] if places else None,
        more_before=more if turned else after is not None,
        more_after=True if turned else more,
    )


def customer_place(filters: Filters, *, customer_id: int, sort: str, inside: bool = False) -> Place | None:
    """Return where a customer stands in a list sorted so; with `inside`, only one whom the filters let through."""
    everybody = sort in OF_EVERYBODY
    if inside:
        rows = of_everybody(filters) if everybody else by_score(filters)
    else:
        rows = customers.customer_list() if everybody else scores.value_list(run_id=filters.run_id or 0)
    column = SORTS[sort]
    found = rows.order_by().filter(**{column.key: customer_id}).values_list(column.field, column.key).first()
    return None if found is None else Place(*found)


def customer_count(filters: Filters, *, sort: str = "name", exactly: bool = False) -> Count:
    """Return how many customers the list holds: exactly when that is cheap or asked for, else an estimate."""
    rows = (of_everybody if sort in OF_EVERYBODY else by_score)(filters, every=True).order_by()
    if not exactly:
        plan = planned(rows)
        if plan["Total Cost"] > CHEAP:
            return Count(int(plan["Plan Rows"]), exact=False)
    return Count(rows.count(), exact=True)


def planned(rows: QuerySet[Any]) -> dict[str, float]:
    """Return what the database expects of a query: `Plan Rows` and `Total Cost`."""
    plan: dict[str, float] = json.loads(rows.order_by().values("pk").explain(format="json"))[0]["Plan"]
    return plan


def narrow(filters: Filters, sort: str) -> bool:
    """Tell whether the filters leave few customers, however many a search finds.

    Walking the sorted index until a page is full is quick where many fit, and reads everything where few do, above
    all where what is filtered goes with what is sorted: the planner takes the two for independent.
    """
    if filters.search and filters.found.ids is not None:
        return True
    if sort in OF_EVERYBODY:
        # Each name of the walk costs a look at the scores: finding first pays sooner.
        return filters.of_scores and planned(of_everybody(replace(filters, search="")))["Plan Rows"] <= 4 * FEW
    # What is asked of the customer itself is asked one by one, which the planner cannot estimate.
    return filters.of_scores and planned(scored(filters))["Plan Rows"] <= FEW


def of_everybody(filters: Filters, *, every: bool = False) -> QuerySet[Any]:
    """Return the customers of a list that is sorted by name or number; `every` finds them rather than asks each."""
    rows: QuerySet[Any] = customers.customer_list()
    if filters.search and filters.found.ids is not None:
        rows = rows.filter(among("id", filters.found.ids))
    elif filters.search:
        rows = rows.filter(pk__in=filters.found.every) if every else filters.found.customers
    rows = rows.filter(**of_customer(filters))
    if filters.of_scores:
        rows = rows.filter(pk__in=scored(filters).order_by().values("customer_id"))
    return rows


def by_score(filters: Filters, *, every: bool = False) -> QuerySet[Any]:
    """Return the rows of scores of a list that is sorted by one of them; `every` as in `of_everybody`."""
    rows = scored(filters)
    if filters.search and filters.found.ids is not None:
        rows = rows.filter(among("customer_id", filters.found.ids))
    elif filters.search and every:
        rows = rows.filter(customer_id__in=filters.found.every)
    elif filters.search:
        mine = filters.found.customers.filter(pk=OuterRef("customer_id")).order_by()
        rows = rows.alias(fits=Subquery(mine.values(fits=Value(True))[:1])).filter(fits=True)
    narrowing = of_customer(filters)
    if narrowing:
        mine = customers.customer_list().order_by().filter(**narrowing).filter(pk=OuterRef("customer_id"))
        rows = rows.alias(of_kind=Subquery(mine.values(of_kind=Value(True))[:1])).filter(of_kind=True)
    return rows


def scored(filters: Filters) -> QuerySet[Any]:
    """Return the rows of scores of a selection."""
    rows: QuerySet[Any] = scores.value_list(run_id=filters.run_id or 0)
    for condition in filters.chosen.conditions:
        rows = rows.filter(condition_of(condition.column, condition.operator, condition.value))
    return rows if filters.ids is None else rows.filter(among("customer_id", filters.ids))


def condition_of(column: str, operator: str, value: object) -> Q:
    """Return one term of a selection as a condition on a row of scores."""
    if operator != "in":
        return Q(**{f"{column}__{_LOOKUPS[operator]}": value})
    assert isinstance(value, tuple)
    found = Q(**{f"{column}__in": value})
    return found | Q(**{f"{column}__isnull": True}) if UNKNOWN in value else found


def of_customer(filters: Filters) -> dict[str, str]:
    """Return what is asked of the customer itself."""
    asked = {"kind": filters.kind, "standing": filters.standing}
    return {name: value for name, value in asked.items() if value}


class Among(Lookup):
    """Whether a number is one of many, given as one array: the planner knows how many and takes the index."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """Write the comparison."""
        left, parameters = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s::bigint[])", [*parameters, self.rhs]


def among(name: str, ids: Sequence[int]) -> Any:
    """Return the condition that a field holds one of these ids, however many they are."""
    return Among(F(name), list(ids))


def ordered(rows: QuerySet[Any], column: Sort, *, backwards: bool, found_first: bool = False) -> QuerySet[Any]:
    """Sort rows as the index of the column does, or exactly the other way round; or without the index."""
    down, ties_down = (column.natural == "desc") != backwards, (column.ties == "desc") != backwards
    first: Any = F(column.field)
    if found_first:
        first = Concat(first, Value("")) if column.field == "search_text" else first + 0
    return rows.order_by(
        first.desc() if down else first.asc(), F(column.key).desc() if ties_down else F(column.key).asc()
    )


def beyond(column: Sort, place: Place | None, *, backwards: bool) -> list[Q]:
    """Return what comes after a place, as conditions to be asked one after the other.

    A missing value stands above all others, as in the index; asked for together with them, it would hide from the
    index where to begin.
    """
    down, ties_down = (column.natural == "desc") != backwards, (column.ties == "desc") != backwards
    missing, present = Q(**{f"{column.field}__isnull": True}), Q(**{f"{column.field}__isnull": False})
    if place is None:
        return [Q()]
    later = Q(**{f"{column.key}__{'lt' if ties_down else 'gt'}": place.customer_id})
    if place.value is None:
        return [missing & later, present] if down else [missing & later]
    # The first condition is implied by the second; alone it tells the index where to begin.
    begins = Q(**{f"{column.field}__{'lte' if down else 'gte'}": place.value})
    found = begins & (Q(**{f"{column.field}__{'lt' if down else 'gt'}": place.value}) | later)
    return [found, missing] if column.nullable and not down else [found]


def labels_of(*, run_id: int) -> dict[str, list[str]]:
    """Return the values that countries, channels, segments and types of goods take in a run; the first hundred."""
    table, found = scores.value_list(run_id=run_id).model._meta.db_table, {}
    with connection.cursor() as cursor:
        for column in ("country", "channel", "segment", "dominant_category"):
            cursor.execute(
                f"SELECT DISTINCT {column} FROM {table} WHERE run_id = %s AND {column} IS NOT NULL "
                f"ORDER BY {column} LIMIT 100",
                [run_id],
            )
            found[column] = [row[0] for row in cursor.fetchall()]
    return found


def view_list(*, owner_id: int) -> QuerySet[SavedView]:
    """Return one's own views and those that others share."""
    seen = SavedView.objects.filter(Q(owner_id=owner_id) | Q(shared=True))
    return seen.select_related("owner").order_by("name", "id")
