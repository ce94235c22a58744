"""Lengths: how long a cell may be; a longer one is set aside before it meets an index, or whoever reads the page."""

from collections.abc import Collection, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from vinculo.identify.cleaning import cleaned
from vinculo.identify.parties import issues

KEY = 250
"""Characters of a number or code by which rows are told apart."""
LONGEST = {"source_key": KEY, "tax_id": KEY, "category": 160, "category_2": 160, "category_3": 160}
USUAL = 2_000
"""Characters of every other cell."""


def limit(target: str) -> int:
    """Return how many characters a cell of a target may have."""
    return LONGEST.get(target, USUAL)


def exceeded(table: pa.Table) -> frozenset[str]:
    """Return the columns of a batch in which some cell is too long: none, nearly always."""
    texts = (name for name in table.column_names if pa.types.is_string(table.schema.field(name).type))
    return frozenset(name for name in texts if (pc.max(pc.utf8_length(table[name])).as_py() or 0) > limit(name))


def kept(
    given: Mapping[str, str | None], suspects: Collection[str], noted: list[dict[str, str]]
) -> Mapping[str, str | None]:
    """Return a row without its cells that are too long, each of them noted."""
    long = [target for target in suspects if len(given[target] or "") > limit(target)]
    noted += [issues.entry(target, cleaned.LONG, given[target], "") for target in sorted(long)]
    return {**given, **dict.fromkeys(long)} if long else given
