"""Population: customers with rates and spends of their own, and the days on which each buys."""

from dataclasses import dataclass
from datetime import date
from math import inf

import numpy as np
from numpy.typing import NDArray

from vinculo.foundation.errors import SettingsError

DROPOUTS = ("bg_nbd", "pareto_nbd")
POSITIVE = (
    *("customers", "days", "products", "categories", "purchase_rate_shape", "purchase_rate_scale"),
    *("dropout_a", "dropout_b", "spend_shape", "spend_rate_shape", "spend_rate_scale"),
)


@dataclass(frozen=True)
class Scenario:
    """What is simulated. Rates are a day, spends are major units; the defaults are CDNOW's published parameters."""

    customers: int = 10_000
    first_day: date = date(2022, 1, 1)
    days: int = 1095
    model: str = "bg_nbd"
    purchase_rate_shape: float = 0.243
    purchase_rate_scale: float = 30.9
    dropout_a: float = 0.793
    """BG/NBD: first shape of the dropout probability; Pareto/NBD: shape of the dropout rate."""
    dropout_b: float = 2.426
    """BG/NBD: second shape of the dropout probability; Pareto/NBD: scale of the dropout rate, in days."""
    spend_shape: float = 6.25
    spend_rate_shape: float = 3.74
    spend_rate_scale: float = 15.44
    lines_per_order: float = 3.65
    products: int = 2_000
    categories: int = 20
    channels: tuple[str, ...] = ("web", "shop", "phone")
    countries: tuple[str, ...] = ("ES", "GB", "FR", "DE")
    margin_share: float = 0.45
    return_share: float = 0.02
    seed: int = 1

    def __post_init__(self) -> None:
        if self.model not in DROPOUTS:
            raise SettingsError(
                "There is no simulated model {found!r}: choose one of {choices}.",
                found=self.model,
                choices=tuple(DROPOUTS),
            )
        for name in POSITIVE:
            if not 0 < getattr(self, name) < inf:
                raise SettingsError("{name} must be above 0; found {found}.", name=name, found=getattr(self, name))
        for name in ("return_share", "margin_share"):
            if not 0 <= getattr(self, name) <= 1:
                raise SettingsError(
                    "{name} must be a share between 0 and 1; found {found}.", name=name, found=getattr(self, name)
                )
        if not self.lines_per_order >= 1:
            raise SettingsError("lines_per_order must be 1 or more; found {found}.", found=self.lines_per_order)
        if self.seed < 0:
            raise SettingsError("seed must be 0 or more; found {found}.", found=self.seed)


@dataclass(frozen=True)
class Population:
    """What each simulated customer is like: the truth that an analysis tries to recover. One row a customer."""

    first_day: NDArray[np.int32]
    """Day of the first purchase, counted from the scenario's first day."""
    purchase_rate: NDArray[np.float64]
    """Purchases a day while active."""
    dropout: NDArray[np.float64]
    """BG/NBD: probability to drop out after a purchase; Pareto/NBD: rate of dropping out a day."""
    mean_spend: NDArray[np.float64]
    """Mean spend of an order, major units."""


def draw(scenario: Scenario, random: np.random.Generator) -> Population:
    """Draw the customers of a scenario."""
    size = scenario.customers
    if scenario.model == "bg_nbd":
        dropout = random.beta(scenario.dropout_a, scenario.dropout_b, size)
    else:
        dropout = random.gamma(scenario.dropout_a, 1 / scenario.dropout_b, size)
    spend_rate = random.gamma(scenario.spend_rate_shape, 1 / scenario.spend_rate_scale, size)
    return Population(
        first_day=random.integers(0, scenario.days, size, dtype=np.int32),
        purchase_rate=random.gamma(scenario.purchase_rate_shape, 1 / scenario.purchase_rate_scale, size),
        dropout=dropout,
        mean_spend=scenario.spend_shape / spend_rate,
    )


def purchase_days(
    scenario: Scenario, population: Population, random: np.random.Generator
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return customer and day of every order, in the order of days; a customer may order twice on a day.

    The first order of each customer stands on `first_day`; later ones follow the model until dropout or the end.
    """
    active = np.arange(scenario.customers, dtype=np.int32)
    clock = population.first_day.astype(np.float64)
    ends_at = np.full(scenario.customers, float(scenario.days))
    if scenario.model == "pareto_nbd":
        with np.errstate(divide="ignore", over="ignore"):
            ends_at = np.minimum(ends_at, clock + random.exponential(size=scenario.customers) / population.dropout)
    customers, days = [active], [population.first_day]
    while active.size:
        if scenario.model == "bg_nbd" and len(customers) > 1:
            active = active[random.random(active.size) >= population.dropout[active]]
        with np.errstate(divide="ignore", over="ignore"):
            clock[active] += random.exponential(size=active.size) / population.purchase_rate[active]
        active = active[clock[active] < ends_at[active]]
        customers.append(active)
        days.append(clock[active].astype(np.int32))
    customer, day = np.concatenate(customers), np.concatenate(days)
    order = np.argsort(day, kind="stable")
    return customer[order], day[order]
