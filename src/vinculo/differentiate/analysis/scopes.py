"""Scopes: every customer once for everybody, and once more for each dimension that was asked for.

A dimension with hundreds of values (a segment that is a customer number) would make tables that nobody reads, and a
fit for each: the values with most customers stay, the rest are one value together, so that parts still add up.
"""

from collections.abc import Mapping

import pyarrow as pa

from vinculo.differentiate.settings import DIMENSIONS
from vinculo.foundation.errors import SettingsError
from vinculo.warehouse.engine import Engine

UNKNOWN = "unknown"
"""The value of customers whose dimension is not known."""
OTHERS = "other"
"""The value of customers whose own value is not among those kept."""
MOST_VALUES = 200
"""Values of a dimension that are kept, those with most customers first."""
KEPT = "kept_values"
"""Relation of the values kept of the dimensions that have too many."""

Kept = Mapping[str, tuple[str, ...]]
"""The values kept, by dimension; a dimension that is not here keeps all."""


def check(by: tuple[str, ...]) -> None:
    """Raise unless all dimensions exist."""
    unknown = [name for name in by if name not in DIMENSIONS]
    if unknown:
        raise SettingsError(
            "There is no dimension {unknown}: choose among {choices}.", unknown=unknown, choices=tuple(DIMENSIONS)
        )


def crowded(engine: Engine, source: str, by: tuple[str, ...], *, most: int = MOST_VALUES) -> dict[str, tuple[str, ...]]:
    """Return the values kept of the dimensions that have more than `most`, and attach them as `kept_values`.

    The values with most customers of the relation `source` are kept; ties: the first in the alphabet. What is not
    known counts as a value.
    """
    check(by)
    kept = {}
    for each in by:
        counted = f"SELECT {_value(each)} AS dimension_value, count(*) AS customers FROM {source} GROUP BY 1"
        largest = f"SELECT dimension_value FROM ({counted}) ORDER BY customers DESC, 1 LIMIT {most + 1}"
        found = engine.rows(largest)["dimension_value"].to_pylist()
        if len(found) > most:
            kept[each] = tuple(found[:most])
    if kept:
        pairs = [(name, value) for name, values in kept.items() for value in values]
        names, values = zip(*pairs, strict=True)
        engine.attach(KEPT, pa.table({"dimension": pa.array(names), "dimension_value": pa.array(values)}))
    return kept


def create_view(engine: Engine, name: str, source: str, by: tuple[str, ...], *, kept: Kept | None = None) -> None:
    """Make the view `name`: the rows of a relation with `dimension` and `dimension_value` before their columns.

    With the values of `kept` (see `crowded`) all others of that dimension are `OTHERS`. Only names of `DIMENSIONS` and
    of relations of ours become part of the statement.
    """
    check(by)
    parts = [f"SELECT 'all' AS dimension, 'all' AS dimension_value, * FROM {source}"]
    parts += [f"SELECT '{each}', {_label(each, kept or {})}, * FROM {source}" for each in by]
    engine.run(f"CREATE OR REPLACE TEMP VIEW {name} AS {' UNION ALL '.join(parts)}")


def _value(dimension: str) -> str:
    return f"coalesce(CAST({dimension} AS VARCHAR), '{UNKNOWN}')"


def _label(dimension: str, kept: Kept) -> str:
    value = _value(dimension)
    if dimension not in kept:
        return value
    listed = f"SELECT dimension_value FROM {KEPT} WHERE dimension = '{dimension}'"
    return f"CASE WHEN {value} IN ({listed}) THEN {value} ELSE '{OTHERS}' END"
