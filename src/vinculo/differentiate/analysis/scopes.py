"""Scopes: every customer once for everybody, and once more for each dimension that was asked for."""

from vinculo.differentiate.settings import DIMENSIONS
from vinculo.foundation.errors import SettingsError
from vinculo.warehouse.engine import Engine

UNKNOWN = "unknown"
"""The value of customers whose dimension is not known."""


def check(by: tuple[str, ...]) -> None:
    """Raise unless all dimensions exist."""
    unknown = [name for name in by if name not in DIMENSIONS]
    if unknown:
        raise SettingsError(f"There is no dimension {', '.join(unknown)}: choose among {', '.join(DIMENSIONS)}.")


def create_view(engine: Engine, name: str, source: str, by: tuple[str, ...]) -> None:
    """Make the view `name`: the rows of a relation with `dimension` and `dimension_value` before their columns.

    Only names of `DIMENSIONS` and of relations of ours become part of the statement.
    """
    check(by)
    parts = [f"SELECT 'all' AS dimension, 'all' AS dimension_value, * FROM {source}"]
    parts += [f"SELECT '{each}', coalesce(CAST({each} AS VARCHAR), '{UNKNOWN}'), * FROM {source}" for each in by]
    engine.run(f"CREATE OR REPLACE TEMP VIEW {name} AS {' UNION ALL '.join(parts)}")
