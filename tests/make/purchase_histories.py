"""Simulated customers of the beta-geometric models, with what is never seen: their rate, coin and whether they left."""

from dataclasses import dataclass

import numpy as np
from tests.make import cdnow

from vinculo.differentiate.lifetime.model import Counts, Floats, Histories


@dataclass(frozen=True)
class Population:
    """Customers, and the truth about each."""

    histories: Histories
    rate: Floats
    """lambda, purchases a day while alive."""
    coin: Floats
    """p, the chance to leave at each toss."""
    alive: np.ndarray

    @property
    def counts(self) -> Counts:
        return cdnow.counts(self.histories)


def simulate(
    parameters: tuple[float, float, float, float],
    *,
    customers: int,
    tenure_days: tuple[int, int],
    tosses_at_start: int = 0,
    seed: int = 1,
) -> Population:
    """Simulate (r, alpha, a, b): BG/NBD, or MBG/NBD with a toss at the start; purchases are not collapsed to days."""
    r, alpha, a, b = parameters
    chance = np.random.default_rng(seed)
    rate, coin = chance.gamma(r, 1 / alpha, customers), chance.beta(a, b, customers)
    tenure = chance.integers(tenure_days[0], tenure_days[1] + 1, customers)
    alive = np.ones(customers, dtype=bool)
    if tosses_at_start:
        alive = chance.random(customers) >= coin
    x, last, now = np.zeros(customers, dtype=np.int64), np.zeros(customers), np.zeros(customers)
    active = np.flatnonzero(alive)
    while len(active):
        now[active] += chance.exponential(1, len(active)) / np.maximum(rate[active], 1e-300)
        active = active[now[active] <= tenure[active]]
        x[active] += 1
        last[active] = now[active]
        left = chance.random(len(active)) < coin[active]
        alive[active[left]] = False
        active = active[~left]
    histories = Histories(x, np.ceil(last).astype(np.int64), tenure.astype(np.int64))
    return Population(histories, rate, coin, alive)


def histories(*rows: tuple[int, int, int]) -> Histories:
    """Return the histories of drawn customers, one (x, t_x, T) each."""
    x, age, tenure = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return Histories(x.copy(), age.copy(), tenure.copy())


def counts(*rows: tuple[int, int, int]) -> Counts:
    """Return the same, counted."""
    return cdnow.counts(histories(*rows))
