"""One query for both halves of a holdout: what was known at an origin, and what was bought after it."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vinculo.differentiate.lifetime import model
from vinculo.warehouse import queries
from vinculo.warehouse.engine import Engine

DIMENSION_COLUMNS = ("country", "channel", "segment", "dominant_category", "cohort")
EPOCH = date(1970, 1, 1)
_HASHES = 16**8


@dataclass(frozen=True)
class Sample:
    """The customers whose days are split: `customers` of the population, or all of it."""

    population: int
    customers: int
    first_on: date | None
    dimensions: pa.Table
    """One row a sampled customer, in the order of customer_number: the dimension columns."""

    @property
    def whole(self) -> bool:
        """Return whether every customer is in the sample."""
        return self.customers == self.population


def _nobody() -> model.Integers:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Split:
    """Both halves at one origin, one entry a customer known at the origin; days are days, purchases purchase days."""

    origin: date
    horizon_days: int
    customer_numbers: model.Integers
    histories: model.Histories
    repeats_in_window: model.Integers
    """Repeat purchase days in the window of `horizon_days` that ends at the origin."""
    purchase_days: model.Integers
    """Purchase days in the holdout, origin + 1 to origin + horizon."""
    new_customers: int
    """Customers of the sample whose first purchase falls in the holdout: no model of known customers forecasts them."""
    new_customers_purchase_days: int
    new_customer_numbers: model.Integers = field(default_factory=_nobody)
    new_purchase_days: model.Integers = field(default_factory=_nobody)
    """The purchase days of each of them."""

    @property
    def customers(self) -> int:
        """Return the number of customers known at the origin."""
        return len(self.customer_numbers)

    @property
    def bought(self) -> NDArray[np.bool_]:
        """Return who bought in the holdout."""
        return self.purchase_days > 0

    @property
    def since_last_days(self) -> model.Integers:
        """Return the days from the last purchase to the origin."""
        return self.histories.tenure_days - self.histories.age_at_last_days


@dataclass(frozen=True)
class Tuples:
    """The distinct (x, t_x, T) of a split, and which of them each customer is: models see tuples, never customers."""

    counts: model.Counts
    histories: model.Histories
    of_customer: model.Integers


def draw(engine: Engine, *, size: int, as_of: date) -> Sample:
    """Keep the purchase days of a reproducible sample of customers as the engine's table `validation_days`.

    Assumes `profile` and `customer_days` in the engine. A customer is in the sample by a hash of the identifier, so
    the sample is the same on every run and its size is about `size`; 0 means everybody.
    """
    (known,) = engine.rows(queries.load(__package__, "population")).to_pylist()
    population = int(known["customers"])
    engine.materialise(
        "validation_customers",
        queries.load(__package__, "sample_customers"),
        below=_below(size, population),
    )
    engine.materialise("validation_days", queries.load(__package__, "sample_days"), as_of=as_of)
    columns = ", ".join(DIMENSION_COLUMNS)
    dimensions = engine.rows(f"SELECT {columns} FROM validation_customers ORDER BY customer_number")
    return Sample(population, dimensions.num_rows, known["first_on"], dimensions)


def at(engine: Engine, *, origin: date, horizon_days: int) -> Split:
    """Split the sampled days at the close of an origin; nothing after origin + horizon is read.

    Assumes `draw` was called before. Customers won in the holdout are counted apart, never dropped silently.
    """
    found = engine.rows(
        queries.load(__package__, "split"),
        origin=(origin - EPOCH).days,
        horizon=horizon_days,
    )
    column = {name: found.column(name).to_numpy() for name in found.column_names}
    tenure = np.asarray(column["tenure_days"], dtype=np.int64)
    known = tenure >= 0
    age = found.column("age_at_last_days").combine_chunks().fill_null(0).to_numpy()

    def of(values: model.Integers) -> model.Integers:
        return np.asarray(values, dtype=np.int64)[known]

    return Split(
        origin=origin,
        horizon_days=horizon_days,
        customer_numbers=of(column["customer_number"]),
        histories=model.Histories(of(column["repeat_purchase_days"]), of(age), tenure[known]),
        repeats_in_window=of(column["repeats_in_window"]),
        purchase_days=of(column["purchase_days"]),
        new_customers=int((~known).sum()),
        new_customers_purchase_days=int(column["purchase_days"][~known].sum()),
        new_customer_numbers=np.asarray(column["customer_number"], dtype=np.int64)[~known],
        new_purchase_days=np.asarray(column["purchase_days"], dtype=np.int64)[~known],
    )


def tuples(histories: model.Histories) -> Tuples:
    """Group customers by (x, t_x, T), sorted in that order.

    >>> three = model.Histories(np.array([1, 0, 1]), np.array([5, 0, 5]), np.array([9, 9, 9]))
    >>> tuples(three).counts.customers.tolist(), tuples(three).of_customer.tolist()
    ([1.0, 2.0], [1, 0, 1])
    """
    days = int(histories.tenure_days.max(initial=0)) + 1
    packed = (histories.repeat_purchase_days * days + histories.age_at_last_days) * days + histories.tenure_days
    distinct, of_customer, customers = np.unique(packed, return_inverse=True, return_counts=True)
    rest, tenure = np.divmod(distinct, days)
    repeats, age = np.divmod(rest, days)
    return Tuples(
        model.Counts(repeats, age, tenure, customers.astype(np.float64)),
        model.Histories(repeats, age, tenure),
        np.asarray(of_customer, dtype=np.int64),
    )


def ends(origin: date, horizon_days: int) -> date:
    """Return the last day of the holdout."""
    return origin + timedelta(days=horizon_days)


def _below(size: int, population: int) -> str:
    """Return the eight hexadecimal digits below which a hash is in the sample; 'g' is above every digit."""
    if size <= 0 or population <= size:
        return "g"
    return f"{_HASHES * size // population:08x}"
