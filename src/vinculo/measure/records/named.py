"""Named: the side of a list that asks who customers are: what a search finds, their kind and standing."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from math import inf
from typing import Any

import numpy as np
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat

from vinculo.identify.records import selectors as customers
from vinculo.identify.records import selectors_search
from vinculo.identify.records.households import selectors as households
from vinculo.identify.records.relations import selectors as relations
from vinculo.identify.records.selectors_search import Ids, ids_of, one_of
from vinculo.measure.records.places import Place, Sort, walked

FEW = 150_000
"""Up to so many customers of a kind, all of them are fetched; beyond, others are asked whether they are."""


LINKED: dict[str, Callable[..., QuerySet[Any, int]]] = {
    "household": households.customers_in_a_household,
    "parent": relations.organisations_with_a_parent,
}
"""Ways in which customers are bound to others that a list may ask for."""


@dataclass(frozen=True)
class Named:
    """The customers whom a search finds, of a kind and standing."""

    search: str = ""
    kind: str = ""
    standing: str = ""
    personal: bool = True
    linked: str = ""
    day: date | None = None
    piece = 300
    """How many are asked about at once: each costs a look."""

    @property
    def open(self) -> bool:
        """Tell whether nothing is asked."""
        return not self.search and not self.narrowing

    @property
    def narrowing(self) -> dict[str, Any]:
        """Return what is asked besides the search."""
        asked: dict[str, Any] = {"kind": self.kind, "standing": self.standing}
        if self.linked and self.day:
            asked["id__in"] = LINKED[self.linked](day=self.day)
        return {name: value for name, value in asked.items() if value != ""}

    @cached_property
    def found(self) -> selectors_search.Found:
        """Return what the search finds, searched once for the list and its count."""
        return selectors_search.customer_search(text=self.search, personal=self.personal)

    @property
    def rows(self) -> QuerySet[Any]:
        """Return the customers of the kind and standing."""
        return customers.customer_list().filter(**self.narrowing)

    @cached_property
    def few(self) -> Ids | None:
        """Return the customers who pass, when they are few."""
        if self.search:
            return None if self.found.ids is None else self.through(self.found.ids)
        return self.every if self.expected <= FEW else None

    def through(self, ids: Ids | Sequence[int]) -> Ids:
        """Return those of some customers who pass."""
        asked = self.found.through(ids) if self.search else np.asarray(ids, np.int64)
        return ids_of(self.rows.order_by().filter(one_of(asked))) if self.narrowing or not self.search else asked

    @cached_property
    def every(self) -> Ids:
        """Return all who pass."""
        if self.search and not self.narrowing:
            return self.found.every()
        everybody = ids_of(self.rows.order_by())
        return np.intersect1d(self.found.every(), everybody) if self.search else everybody

    def count(self, among: Ids | None = None) -> int:
        """Return how many pass, of everybody or of some customers."""
        if among is not None:
            return len(self.through(among))
        return len(self.every if self.few is None else self.few) if self.search else self.rows.order_by().count()

    @property
    def cost(self) -> float:
        """Return what counting them costs, in the planner's units; nothing when they are known already."""
        if self.search and self.few is not None:
            return 0.0
        return inf if self.search else self.plans[0]["Total Cost"]

    @property
    def expected(self) -> float:
        """Return how many pass, as the planner believes."""
        if not self.search:
            return self.plans[0]["Plan Rows"]
        share = self.plans[0]["Plan Rows"] / max(1.0, Named().expected) if self.narrowing else 1.0
        return share * sum(plan["Plan Rows"] for plan in self.plans[1:])

    @cached_property
    def plans(self) -> list[dict[str, float]]:
        """Return what the database expects of finding those of the kind, and those of each part of the search."""
        parts: list[QuerySet[Any]] = [self.rows.order_by()]
        if self.search:
            parts += [part.rows for part in self.found.names]
        if self.search and self.found.identifiers is not None:
            parts.append(self.found.identifiers)
        return [json.loads(part.values("pk").explain(format="json"))[0]["Plan"] for part in parts]

    def after(
        self, column: Sort, place: Place | None, size: int, *, backwards: bool, among: Ids | None = None
    ) -> list[Place]:
        """Return those who pass and follow a place in the order of a column."""
        read = partial(followers, column=column, backwards=backwards)
        if not self.search and among is None:
            return read(self.rows, place, size)
        known = self.few if among is None else self.found.through(among) if self.search else among
        if known is not None:
            return read(self.rows.filter(one_of(known)), place, size, known=True)
        candidates = partial(self.candidates, column, backwards=backwards)
        if self.found.identifiers is None:
            return candidates(place, size)
        found = walked(candidates, self.through, place=place, size=size, piece=self.piece)
        return read(self.rows.filter(one_of(self.every)), place, size, known=True) if found is None else found

    def candidates(self, column: Sort, place: Place | None, size: int, *, backwards: bool) -> list[Place]:
        """Return those who follow a place and may pass: all whom it costs nothing to leave in."""
        if self.search and self.few is None and self.found.identifiers is None:
            return self.of_names(column, place, size, backwards=backwards)
        return followers(self.rows, place, size, column=column, backwards=backwards)

    def of_names(self, column: Sort, place: Place | None, size: int, *, backwards: bool) -> list[Place]:
        """Return those with names that the search finds: in the order of names, those that begin so lie together."""
        found, read = set[Place](), partial(followers, column=column, backwards=backwards)
        for part in self.found.names:
            rows, met = part.rows.filter(merged_into__isnull=True, **self.narrowing), None
            if column.field == "id":
                # In the order in which they came, some of very many are met soon by going through everybody.
                met = walked(partial(read, self.rows), part.through, place=place, size=size, piece=self.piece)
            known = column.field != "search_text" or not part.together
            found |= set(read(rows, place, size, known=known) if met is None else met)
        return sorted(found, reverse=column.down(backwards=backwards))[:size]


def followers(
    rows: QuerySet[Any], place: Place | None, size: int, *, column: Sort, backwards: bool, known: bool = False
) -> list[Place]:
    """Return customers who follow a place; those who are `known` are put in order, others found in the order of all."""
    first: Any = F(column.field)
    if known:
        first = Concat(first, Value("")) if column.field == "search_text" else first + 0
    down, ties_down = column.down(backwards=backwards), column.ties_down(backwards=backwards)
    rows = rows.filter(beyond(column, place, backwards=backwards)).order_by(
        first.desc() if down else first.asc(), F("id").desc() if ties_down else F("id").asc()
    )
    return [Place(*each) for each in rows.values_list(column.field, "id")[:size]]


def beyond(column: Sort, place: Place | None, *, backwards: bool) -> Q:
    """Return the condition for what comes after a place."""
    if place is None:
        return Q()
    down, later = column.down(backwards=backwards), "lt" if column.ties_down(backwards=backwards) else "gt"
    # The first condition is implied by the second; alone it tells the index where to begin.
    begins = Q(**{f"{column.field}__{'lte' if down else 'gte'}": place.value})
    further = Q(**{f"{column.field}__{'lt' if down else 'gt'}": place.value})
    return begins & (further | Q(**{f"id__{later}": place.customer_id}))
