"""Places: what a list of customers is sorted by, and where a customer stands in it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

BATCH = 4_000
"""How many are looked through for a page, before all who pass are found."""
SPARE = 1.5
"""How many times as many are asked about next as are going to be needed, if others pass like those before."""


@dataclass(frozen=True)
class Sort:
    """A column to sort by, which way it goes by nature, and how equals follow one another."""

    field: str
    natural: Literal["asc", "desc"]
    ties: Literal["asc", "desc"] = "asc"
    nullable: bool = False

    def down(self, *, backwards: bool) -> bool:
        """Tell whether the values fall."""
        return (self.natural == "desc") != backwards

    def ties_down(self, *, backwards: bool) -> bool:
        """Tell whether the ids of equals fall."""
        return (self.ties == "desc") != backwards


SORTS = {
    "name": Sort("search_text", "asc"),
    "number": Sort("id", "asc"),
    "total": Sort("total_value_minor", "desc"),
    "residual": Sort("residual_value_minor", "desc"),
    "contribution": Sort("contribution_rank", "asc"),
    "last": Sort("since_last_days", "asc", nullable=True),
}
"""What the list can be sorted by. A missing value stands above all others."""
BY_CUSTOMER = Sort("customer_id", "asc")
"""The number of a customer, among scores."""
OF_EVERYBODY = ("name", "number")
"""Sorts that need no run. By number, the list is in the order in which customers came: names are not told by it."""


class Place(NamedTuple):
    """Where a customer stands in a sorted list: after whom the next page begins."""

    value: str | int | None
    customer_id: int


def walked(
    read: Callable[[Place | None, int], list[Place]],
    passed: Callable[[Sequence[int]], Collection[int]],
    *,
    place: Place | None,
    size: int,
    piece: int,
) -> list[Place] | None:
    """Look for a page after a place among many in their order; nothing when hardly any of them passes.

    Parameters
    ----------
    read
        Gives so many that follow a place.
    passed
        Tells which of some customers pass.
    piece
        How many are asked about at first.
    """
    found: list[Place] = []
    batch = read(place, BATCH)
    begins = 0
    while begins < len(batch):
        asked = batch[begins : begins + piece]
        through = frozenset(passed([each.customer_id for each in asked]))
        found += [each for each in asked if each.customer_id in through]
        if len(found) >= size:
            return found[:size]
        begins += len(asked)
        needed = (size - len(found)) * begins / max(len(found), 1)
        if len(batch) == BATCH and needed > BATCH - begins:
            return None
        piece = round(needed * SPARE)
    return found if len(batch) < BATCH else None
