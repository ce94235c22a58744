"""Scored: the side of a list that asks what customers are worth, answered from the served values of a run."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa

from vinculo.differentiate.records import readers
from vinculo.identify.records import selectors_search
from vinculo.identify.records.selectors_search import Ids
from vinculo.measure import people
from vinculo.measure.records.places import BATCH, Place, Sort
from vinculo.measure.selection import Selection

FEW = 4_000
"""Up to so many customers, the others are asked about these; beyond, a page is looked for among the others."""


@dataclass(frozen=True)
class Scored:
    """The customers of a run for whom a selection holds.

    `ids` holds those of a selection that needs the tables of the run (`Selection.from_history`); None is everybody.
    """

    run_id: int
    chosen: Selection
    ids: Sequence[int] | None = None
    piece = BATCH
    """How many are asked about at once: one pass over all values, however many."""

    @property
    def open(self) -> bool:
        """Tell whether nothing is asked."""
        return not self.chosen.terms and self.ids is None

    @cached_property
    def few(self) -> Ids | None:
        """Return the customers who pass, when they are few."""
        found = self.ids_of(f"SELECT customer_id FROM listed WHERE {{where}} LIMIT {FEW + 1}")
        return None if len(found) > FEW else found

    @cached_property
    def every(self) -> Ids:
        """Return all who pass."""
        return self.ids_of("SELECT customer_id FROM listed WHERE {where}")

    def through(self, ids: Ids | Sequence[int]) -> Ids:
        """Return those of some customers who pass."""
        return self.ids_of("SELECT customer_id FROM listed WHERE {where}", among=ids)

    def ids_of(self, sql: str, *, among: Ids | Sequence[int] | None = None) -> Ids:
        """Return the ids that a query finds."""
        return np.sort(self.rows(sql, among=among)["customer_id"].to_numpy())

    def count(self, among: Ids | Sequence[int] | None = None) -> int:
        """Return how many pass, of everybody or of some customers."""
        return int(self.rows("SELECT count(*) AS n FROM listed WHERE {where}", among=among)["n"][0].as_py())

    def after(
        self, column: Sort, place: Place | None, size: int, *, backwards: bool, among: Ids | Sequence[int] | None = None
    ) -> list[Place]:
        """Return those who pass and follow a place in the order of a column."""
        order = "DESC NULLS FIRST" if column.down(backwards=backwards) else "ASC NULLS LAST"
        ties = "DESC" if column.ties_down(backwards=backwards) else "ASC"
        found = self.rows(
            f"SELECT {column.field} AS value, customer_id FROM listed "
            f"WHERE {{where}} AND ({beyond(column, place, backwards=backwards)}) "
            f"ORDER BY {column.field} {order}, customer_id {ties} LIMIT {size}",
            among=among,
            **({"value": place.value, "customer_id": place.customer_id} if place else {}),
        )
        return [Place(*each) for each in zip(*(found[name].to_pylist() for name in found.column_names), strict=True)]

    def labels(self, column: str) -> list[str]:
        """Return the values that a column takes, the first hundred."""
        sql = f"SELECT DISTINCT {column} AS label FROM listed WHERE {column} IS NOT NULL ORDER BY 1 LIMIT 100"
        labels: list[str] = self.rows(sql)["label"].to_pylist()
        return labels

    def candidates(self, column: Sort, place: Place | None, size: int, *, backwards: bool) -> list[Place]:
        """Return those who follow a place and may pass; it costs no more to ask."""
        return self.after(column, place, size, backwards=backwards)

    def rows(self, sql: str, *, among: Ids | Sequence[int] | None = None, **values: object) -> pa.Table:
        """Run a query over `listed`, the selection put in for `{where}`."""
        bound = people.Bound()
        kept = [people.condition_sql(each, bound) for each in self.chosen.conditions]
        with readers.values_reader(self.file) as engine:
            for name, ids in (("chosen_ids", self.ids), ("asked_ids", among)):
                if ids is not None:
                    engine.attach(name, pa.table({"id": np.asarray(ids, dtype=np.int64)}))
                    kept.append(f"customer_id IN (SELECT id FROM {name})")
            # Those merged since the run was made: the next run knows them by their customer.
            parties, _customers = selectors_search.merged()
            if len(parties):
                engine.attach("merged_ids", pa.table({"id": parties}))
                kept.append("customer_id NOT IN (SELECT id FROM merged_ids)")
            return engine.rows(sql.format(where=" AND ".join(kept) or "true"), **bound.values, **values)

    @cached_property
    def file(self) -> Path | None:
        """Return the file of the served values."""
        return readers.values_file(run_id=self.run_id)


def beyond(column: Sort, place: Place | None, *, backwards: bool) -> str:
    """Return the condition for what comes after a place; `$value` and `$customer_id` stand for it."""
    if place is None:
        return "true"
    field, down = column.field, column.down(backwards=backwards)
    later = f"customer_id {'<' if column.ties_down(backwards=backwards) else '>'} $customer_id"
    if place.value is None:
        return f"({field} IS NULL AND {later})" + (f" OR {field} IS NOT NULL" if down else "")
    found = f"{field} {'<' if down else '>'} $value OR ({field} = $value AND {later})"
    return f"{found} OR {field} IS NULL" if column.nullable and not down else found
