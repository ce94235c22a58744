"""What was simulated is recovered: the fit's parameters within three standard errors of those stated."""

import numpy as np
import pytest

from vinculo.differentiate.lifetime import bg_nbd, pareto_nbd
from vinculo.differentiate.lifetime.model import Counts, Model
from vinculo.differentiate.simulation import population
from vinculo.differentiate.simulation.population import Scenario

BG_NBD = Scenario(customers=20_000, days=1500, purchase_rate_shape=0.8, purchase_rate_scale=100.0, seed=20)
PARETO = Scenario(
    customers=20_000,
    days=1500,
    model="pareto_nbd",
    purchase_rate_shape=0.8,
    purchase_rate_scale=100.0,
    dropout_a=0.7,
    dropout_b=300.0,
    seed=21,
)


def histories(scenario: Scenario) -> Counts:
    """Return the distinct purchase days of each customer as the models read them, at the close of the last day."""
    random = np.random.default_rng(scenario.seed)
    people = population.draw(scenario, random)
    customer, day = population.purchase_days(scenario, people, random)
    who, when = np.unique(np.stack([customer, day]).astype(np.int64), axis=1)
    starts = np.flatnonzero(np.diff(who, prepend=-1))
    first, last = when[starts], when[np.append(starts[1:], who.size) - 1]
    times = np.diff(np.append(starts, who.size))
    return Counts(times - 1, last - first, scenario.days - 1 - first, np.ones(starts.size))


@pytest.mark.parametrize(
    ("scenario", "model", "names"),
    [
        (BG_NBD, bg_nbd.MODEL, ("r", "alpha", "a", "b")),
        (PARETO, pareto_nbd.MODEL, ("r", "alpha", "s", "beta")),
    ],
    ids=["bg_nbd", "pareto_nbd"],
)
def test_within_three_standard_errors(scenario: Scenario, model: Model, names: tuple[str, ...]) -> None:
    fit = model.fit(histories(scenario))

    stated = (scenario.purchase_rate_shape, scenario.purchase_rate_scale, scenario.dropout_a, scenario.dropout_b)
    assert fit.diagnosis.identified
    for name, value in zip(names, stated, strict=True):
        assert abs(fit.parameters[name] - value) <= 3 * fit.standard_errors[name], name
