"""Unusual purchases: how unlikely a purchase day was for this customer, judged by his other days.

Each day is left out and judged by the customer's remaining n - 1 purchase days and by what is common in the
population, which counts as a few days more (`prior_days`). Bayesian conjugate predictives (Gelman et al., *Bayesian
Data Analysis*, 3rd ed. 2013, sections 2.6, 3.2 and 3.4):

- spend: y = ln(sales) is normal about his own mean, its variance scaled-inverse-chi-square around the population's
  within-customer variance s0². With nu = prior_days + n - 2,

      t = (y - mean of others) / sqrt((prior_days s0² + SS of others) / nu · (1 + 1 / (n - 1)))

  is Student with nu degrees of freedom; both tails count.
- gap: days since the purchase before are exponential with a gamma rate. With k other gaps adding up to G and the
  population's mean gap m, shape a = prior_days + k, scale b = prior_days m + G:

      P(gap > g) = (b / (b + g))^a

  (Lomax); a whole day is taken half a day wide, and twice the smaller tail counts.
- goods: the category bought most that day is one of his usual mix smoothed by one day of the population's mix pi. A
  category he chose on no other day has, with all categories he never chose that are as rare or rarer,

      P = sum of their pi / (n - 1 + 1).

  A category he also chose on another day is never unusual.
"""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import special

from vinculo.differentiate.profile import codes as coding
from vinculo.differentiate.profile.batch import Batch, Floats, Integers
from vinculo.differentiate.profile.codes import Codes
from vinculo.warehouse.tables.habits import UNUSUAL_PURCHASES

HABIT_DAYS = pa.schema(
    [
        pa.field("customer_number", pa.int64()),
        pa.field("customer_id", pa.string()),
        pa.field("day", pa.int32()),
        pa.field("sales_minor", pa.int64()),
        pa.field("category", pa.int32()),
    ]
)
"""One row a purchase day of a customer with enough of them; kept only while habits are judged.

Customers are numbered in order; `customer_id` is given on the first day of each and null on the others.
"""

_CENTRAL = 0.90
_GOODS_PRIOR_DAYS = 1.0
_FIXED_POINT = 1_000_000


@dataclass
class Population:
    """What is common among customers with enough purchase days; sums are integers so that no order matters."""

    squares: int = 0
    """Sum of squares of ln(sales) within customers, in millionths."""
    freedom: int = 0
    gap_means: int = 0
    """Sum of the customers' mean gaps, in millionths of a day."""
    customers: int = 0
    categories: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    """Purchase days by category bought most."""

    @property
    def variance(self) -> float:
        """Return the variance of ln(sales) within customers; that of a factor of 1.5 when nothing is known."""
        return max(self.squares / _FIXED_POINT / self.freedom, 1e-4) if self.freedom else float(np.log(1.5) ** 2)

    @property
    def mean_gap(self) -> float:
        """Return the mean of the customers' mean gaps."""
        return self.gap_means / _FIXED_POINT / self.customers if self.customers else 1.0

    def add(self, days: "Judged", category_count: int) -> None:
        """Count the days of some customers in."""
        spend = days.log_spend
        self.squares += int(np.round(np.where(spend.known, spend.deviations, 0.0)[days.first] * _FIXED_POINT).sum())
        self.freedom += int(np.maximum(spend.counts[days.first] - 1, 0).sum())
        self.gap_means += int(np.round(days.elapsed[days.first] / (days.counts[days.first] - 1) * _FIXED_POINT).sum())
        self.customers += int(days.first.sum())
        found = np.bincount(days.category, minlength=category_count)
        self.categories = found + self.categories if len(self.categories) else found


@dataclass(frozen=True)
class Spend:
    """Ln(sales) of each day, and of all days of its customer: how many, their sum, their sum of squares about it."""

    values: Floats
    known: NDArray[np.bool_]
    """Sales above 0."""
    counts: Integers
    means: Floats
    deviations: Floats


@dataclass(frozen=True)
class Judged:
    """Purchase days in order of customer and day, with what their customer has done in all."""

    owners: Integers
    first: NDArray[np.bool_]
    """Whether a day is the customer's first."""
    days: Integers
    gaps: Integers
    """Days since the purchase before; 0 on the first."""
    counts: Integers
    """Purchase days of the customer."""
    elapsed: Integers
    """From his first to his last purchase."""
    sales: Integers
    category: Integers
    log_spend: Spend


def habit_days(batch: Batch, *, number: int, minimum_days: int) -> pa.Table:
    """Return the purchase days of those customers of a batch that have enough of them, customers numbered on."""
    days = batch.days
    purchase = days.sale_lines > 0
    enough = np.bincount(days.owners[purchase], minlength=batch.size) >= minimum_days
    rows = np.flatnonzero(purchase & enough[days.owners])
    owners = days.owners[rows]
    return pa.table(
        {
            "customer_number": owners + number,
            "customer_id": batch.customers.take(pa.array(owners, mask=np.diff(owners, prepend=-1) == 0)),
            "day": days.days[rows].astype(np.int32),
            "sales_minor": days.sales[rows],
            "category": days.category[rows].astype(np.int32),
        },
        schema=HABIT_DAYS,
    )


def judged(table: pa.Table) -> Judged:
    """Work out what the customers of habit days have done; rows are in order of customer and day."""
    numbers, days, sales, category = (
        table[name].to_numpy().astype(np.int64) for name in ("customer_number", "day", "sales_minor", "category")
    )
    first = np.diff(numbers, prepend=-1) != 0
    owners = np.cumsum(first) - 1
    gaps = np.where(first, 0, np.diff(days, prepend=0))
    counts = np.bincount(owners)
    elapsed = np.bincount(owners, gaps).astype(np.int64)
    return Judged(owners, first, days, gaps, counts[owners], elapsed[owners], sales, category, spend_of(owners, sales))


def spend_of(owners: Integers, sales: Integers) -> Spend:
    """Take logarithms, and their sums by customer."""
    known = sales > 0
    values = np.log(np.maximum(sales, 1))
    size = int(owners[-1]) + 1 if len(owners) else 0
    counts = np.bincount(owners[known], minlength=size)
    means = np.bincount(owners[known], values[known], size) / np.maximum(counts, 1)
    deviations = np.bincount(owners[known], (values[known] - means[owners[known]]) ** 2, size)
    return Spend(values, known, counts[owners], means[owners], deviations[owners].astype(np.float64))


def unusual(
    table: pa.Table, population: Population, codes: Codes, *, below: float, prior_days: float, minimum_days: int
) -> pa.Table:
    """Return the unusual ones among habit days, by the contract `UNUSUAL_PURCHASES`.

    Assumes that the customer's other days tell what he is like: a customer whose habits changed for good looks
    unusual for a while. Of n days, about n times `below` are unusual by chance alone, for spend and for gaps each.
    """
    days = judged(table)
    customers, when = table["customer_id"].filter(pa.array(days.first)), days.days
    found = [
        (rows, columns)
        for rows, columns in (
            unusual_spend(days, population, below=below, prior_days=prior_days, minimum_days=minimum_days),
            unusual_gaps(days, population, below=below, prior_days=prior_days),
            unusual_goods(days, population, codes, below=below),
        )
        if len(rows)
    ]
    parts = [
        pa.table(
            {
                "customer_id": customers.take(pa.array(days.owners[rows])),
                "day": when[rows].astype("datetime64[D]"),
                **columns,
            }
        )
        for rows, columns in found
    ]
    if not parts:
        return UNUSUAL_PURCHASES.schema.empty_table()
    every = pa.concat_tables([part.select(UNUSUAL_PURCHASES.names).cast(UNUSUAL_PURCHASES.schema) for part in parts])
    return every.take(pa.array(np.argsort(np.concatenate([rows for rows, _ in found]), kind="stable")))


Found = tuple[Integers, dict[str, object]]


def unusual_spend(days: Judged, population: Population, *, below: float, prior_days: float, minimum_days: int) -> Found:
    """Return the days with an unusual spend."""
    spend = days.log_spend
    rows = np.flatnonzero(spend.known & (spend.counts >= minimum_days))
    n, mean, value = spend.counts[rows], spend.means[rows], spend.values[rows]
    off = value - mean
    others = mean - off / (n - 1)
    squares = np.maximum(spend.deviations[rows] - off**2 * n / (n - 1), 0.0)
    freedom = prior_days + n - 2
    scale = np.sqrt((prior_days * population.variance + squares) / freedom * n / (n - 1))
    distance = np.abs(value - others) / scale
    # Quantiles depend on n only: look them up, and work out probabilities for the few days beyond them.
    sizes = np.unique(n)
    beyond = distance > special.stdtrit(prior_days + sizes - 2, 1 - below / 2)[np.searchsorted(sizes, n)]
    rows, freedom, distance = rows[beyond], freedom[beyond], distance[beyond]
    reach = special.stdtrit(freedom, (1 + _CENTRAL) / 2) * scale[beyond]
    return rows, columns(
        "spend",
        2 * special.stdtr(freedom, -distance),
        observed=days.sales[rows].astype(float),
        expected_low=np.exp(others[beyond] - reach),
        expected_high=np.exp(others[beyond] + reach),
    )


def unusual_gaps(days: Judged, population: Population, *, below: float, prior_days: float) -> Found:
    """Return the days that came unusually late or soon after the purchase before."""
    rows = np.flatnonzero(~days.first)
    gap = days.gaps[rows]
    shape = prior_days + days.counts[rows] - 2
    scale = prior_days * population.mean_gap + days.elapsed[rows] - gap
    later = np.exp(-shape * np.log1p((gap - 0.5) / scale))
    sooner = -np.expm1(-shape * np.log1p((gap + 0.5) / scale))
    probability = 2 * np.minimum(later, sooner)
    few = probability < below
    rows, shape, scale = rows[few], shape[few], scale[few]
    return rows, columns(
        "gap",
        probability[few],
        observed=gap[few].astype(float),
        expected_low=scale * np.expm1(-np.log((1 + _CENTRAL) / 2) / shape),
        expected_high=scale * np.expm1(-np.log((1 - _CENTRAL) / 2) / shape),
    )


def unusual_goods(days: Judged, population: Population, codes: Codes, *, below: float) -> Found:
    """Return the days whose goods were rare, and bought by the customer on no other day."""
    mix = population.categories.astype(float)
    mix[:1] = 0.0
    if (mix > 0).sum() < 2:
        return np.zeros(0, np.int64), {}
    mix /= mix.sum()
    rarest_first = np.lexsort((np.arange(len(mix)), mix))
    rank = np.empty(len(mix), np.int64)
    rank[rarest_first] = np.arange(len(mix))
    as_rare = np.cumsum(mix[rarest_first])
    rows = np.flatnonzero(days.category > 0)
    packed = days.owners[rows] * len(mix) + rank[days.category[rows]]
    pairs, back, times = np.unique(packed, return_inverse=True, return_counts=True)
    owners, ranks = pairs // len(mix), pairs % len(mix)
    chosen = np.cumsum(mix[rarest_first][ranks])
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    own = np.repeat(starts, np.diff(starts, append=len(owners)))
    before = chosen - mix[rarest_first][ranks]
    rarer_and_chosen = before - before[own]
    judged_days = np.bincount(days.owners[rows])[owners]
    probability = _GOODS_PRIOR_DAYS * (as_rare[ranks] - rarer_and_chosen) / (judged_days - 1 + _GOODS_PRIOR_DAYS)
    usual, _ = coding.mode_of_counts(owners, rarest_first[ranks], times, owner_count=int(days.owners[-1]) + 1)
    few = ((times == 1) & (probability < below) & (judged_days > 1))[back]
    rows, found = rows[few], back[few]
    return rows, columns(
        "goods",
        np.maximum(probability[found], 1e-300),
        observed_goods=coding.texts(codes.categories, days.category[rows]).cast(pa.string()),
        usual_goods=coding.texts(codes.categories, usual[days.owners[rows]]).cast(pa.string()),
    )


def columns(what: str, probability: Floats, **given: object) -> dict[str, object]:
    """Fill the columns that one kind of surprise does not have with nulls."""
    count = len(probability)
    numbers = ("observed", "expected_low", "expected_high")
    empty = {name: pa.nulls(count, pa.float64()) for name in numbers}
    empty |= {name: pa.nulls(count, pa.string()) for name in ("observed_goods", "usual_goods")}
    surprise = -np.log10(np.maximum(probability, 1e-300))
    return {**empty, **given, "what": [what] * count, "probability": probability, "surprise": surprise}
