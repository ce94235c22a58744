"""Counts: the sufficient statistics of the models, grouped by the engine from `profile`; customers never reach a fit.

One-time buyers are always among the histories and never in the spend: a purchase model without them overstates
everybody, and a spend model has nothing to learn from a first purchase that the customer's kind did not repeat.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vinculo.differentiate.lifetime.model import Counts, Floats, Integers
from vinculo.differentiate.settings import DIMENSIONS
from vinculo.foundation.errors import SettingsError
from vinculo.warehouse import queries
from vinculo.warehouse.engine import Engine

NONE = ""
"""The dimension value of customers whose value is not known."""


@dataclass(frozen=True)
class SpendCounts:
    """How many repeaters share each x and mean spend of a repeat purchase day, sorted.

    Means that agree to a thousandth share a row and are replaced by their average: the rows stay few however many
    the customers, and no estimate moves in its sixth digit.
    """

    repeat_purchase_days: Integers
    mean_spend_minor: Floats
    customers: Floats

    @property
    def total(self) -> float:
        """Return the number of repeaters."""
        return float(self.customers.sum())


def histories(engine: Engine) -> Counts:
    """Return how many customers of the relation `profile` share each (x, t_x, T).

    Customers with returns only are left out. One element of each array is one distinct history, sorted by x, t_x, T.
    """
    return _counts(engine.rows(queries.load(__package__, "histories")))


def histories_by(engine: Engine, dimension: str) -> dict[str, Counts]:
    """Return the same for each value of a dimension (country, channel, segment, dominant_category, cohort).

    Customers whose value is not known are under `NONE`. Raises `SettingsError` for another dimension.
    """
    if dimension not in DIMENSIONS:
        raise SettingsError(
            "Models cannot be fitted by {dimension!r}: choose one of {choices}.",
            dimension=dimension,
            choices=tuple(DIMENSIONS),
        )
    return _counts_by(engine.rows(queries.load(__package__, "histories_by"), dimension=dimension))


def histories_scoped(engine: Engine, dimension: str) -> dict[str, Counts]:
    """Return the same for each value of an asked dimension, as the tables are cut by it.

    Assumes the relation `scoped_profile`, in which customers whose value is not known have one.
    """
    return _counts_by(engine.rows(queries.load(__package__, "histories_scoped"), dimension=dimension))


def _counts_by(table: pa.Table) -> dict[str, Counts]:
    if table.num_rows == 0:
        return {}
    runs = pc.run_end_encode(table["dimension_value"].combine_chunks())
    ends = runs.run_ends.to_pylist()
    starts = [0, *ends[:-1]]
    values = runs.values.to_pylist()
    return {
        NONE if value is None else value: _counts(table.slice(start, end - start))
        for value, start, end in zip(values, starts, ends, strict=True)
    }


def spend(engine: Engine) -> SpendCounts:
    """Return how many repeaters of `profile` share each x and mean spend of a repeat purchase day.

    Repeaters whose repeat purchases were free (a mean under one minor unit) are left out: the spend model knows
    positive amounts only.
    """
    table = engine.rows(queries.load(__package__, "spend"))
    customers = _customers(table)
    return SpendCounts(_integers(table, "repeat_purchase_days"), _integers(table, "spend_minor") / customers, customers)


def _counts(table: pa.Table) -> Counts:
    return Counts(
        _integers(table, "repeat_purchase_days"),
        _integers(table, "age_at_last_days"),
        _integers(table, "tenure_days"),
        _customers(table),
    )


def _integers(table: pa.Table, name: str) -> Integers:
    return np.asarray(table[name].to_numpy(), dtype=np.int64)


def _customers(table: pa.Table) -> Floats:
    return np.asarray(table["customers"].to_numpy(), dtype=np.float64)
