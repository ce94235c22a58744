"""sBG on the two cohorts of Fader and Hardie (2007), How to Project Customer Retention: survival in per mille."""

import numpy as np
import pytest

from vinculo.differentiate.lifetime import sbg
from vinculo.differentiate.lifetime.sbg import Survival

REGULAR = Survival("regular", np.array([1000, 631, 468, 382, 326, 289, 262, 241]))
HIGH_END = Survival("high end", np.array([1000, 869, 743, 653, 593, 551, 517, 491]))


@pytest.mark.parametrize(
    ("cohort", "alpha", "beta", "log_likelihood"),
    [(REGULAR, 0.7041, 1.1820, -1680.27), (HIGH_END, 0.6681, 3.8061, -1611.16)],
)
def test_parameters_and_log_likelihood_are_the_published_ones(
    cohort: Survival, alpha: float, beta: float, log_likelihood: float
) -> None:
    fit = sbg.fit([cohort])

    assert fit.parameters == pytest.approx({"alpha": alpha, "beta": beta}, abs=6e-5)
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=6e-3)
