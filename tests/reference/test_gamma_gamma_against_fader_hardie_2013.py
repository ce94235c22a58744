"""Gamma-gamma spend on the 946 repeaters of CDNOW, from the raw log, in dollars.

Sources: P. S. Fader and B. G. S. Hardie (2013), The Gamma-Gamma Model of Monetary Value, note 025; the likelihood also
in the tests of CLVTools, the expected spend of the first ten customers in those of lifetimes.
"""

import numpy as np
import pytest
from tests.make import cdnow

from vinculo.differentiate.lifetime import gamma_gamma
from vinculo.differentiate.lifetime.counts import SpendCounts
from vinculo.differentiate.lifetime.gamma_gamma import SpendFit


@pytest.fixture(scope="module")
def fit() -> SpendFit:
    known = cdnow.summary()
    repeaters = known.histories.repeat_purchase_days > 0
    x, mean = known.histories.repeat_purchase_days[repeaters], known.mean_repeat_spend_minor[repeaters]
    return gamma_gamma.fit(SpendCounts(x, mean, np.ones(len(x))))


def test_parameters_are_the_published_ones(fit: SpendFit) -> None:
    assert [fit.fit.parameters[name] for name in ("p", "q", "v")] == pytest.approx([6.25, 3.74, 15.44], abs=6e-3)


def test_log_likelihood_is_the_published_one(fit: SpendFit) -> None:
    assert fit.fit.log_likelihood == pytest.approx(-4055.9177, abs=2e-4)
    assert fit.fit.customers == 946


def test_correlation_is_reproduced_and_low_enough(fit: SpendFit) -> None:
    assert fit.correlation == pytest.approx(0.1139, abs=6e-5)
    assert fit.warning == ""


def test_expected_spend_of_the_first_ten_customers_is_that_of_the_spreadsheet(fit: SpendFit) -> None:
    known = cdnow.summary()

    expected = fit.expected_spend_minor(known.histories.repeat_purchase_days[:10], known.mean_repeat_spend_minor[:10])

    published = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    assert expected / 100 == pytest.approx(published, abs=6e-3)
