"""BG/BB on 11,104 donors over six years.

Fader, Hardie and Shang (2010), Marketing Science 29(6), Table 6 and text; sums and in-sample frequencies from the
authors' spreadsheet (note 010), as carried in the tests of lifetimes.
"""

from pathlib import Path

import numpy as np
import pytest
from pyarrow import csv

from vinculo.differentiate.lifetime import bg_bb
from vinculo.differentiate.lifetime.bg_bb import OpportunityCounts
from vinculo.differentiate.lifetime.model import Fit

DONATIONS = Path(__file__).parents[2] / "data" / "donations_rf_matrix.csv"


@pytest.fixture(scope="module")
def donors() -> OpportunityCounts:
    table = csv.read_csv(DONATIONS)
    x, last, n, donors = (table[name].to_numpy() for name in ("frequency", "recency", "periods", "weights"))
    return OpportunityCounts(x, last, n, donors.astype(np.float64))


@pytest.fixture(scope="module")
def fit(donors: OpportunityCounts) -> Fit:
    return bg_bb.fit(donors)


def test_parameters_and_log_likelihood_are_the_published_ones(fit: Fit) -> None:
    assert list(fit.parameters.values()) == pytest.approx([1.2035, 0.7497, 0.6567, 2.7834], abs=5e-5)
    assert fit.log_likelihood == pytest.approx(-33225.58, abs=5e-3)
    assert fit.customers == 11_104
    assert fit.diagnosis.code == "ok"


def test_the_chance_of_being_alive_is_the_published_one(fit: Fit) -> None:
    """The paper's P(alive) is that of the next opportunity, the seventh."""
    rows = OpportunityCounts(np.array([0, 2, 6]), np.array([0, 4, 6]), np.full(3, 6), np.ones(3))

    assert bg_bb.p_alive(fit.parameters, rows) == pytest.approx([0.11, 0.59, 0.93], abs=5e-3)


def test_the_donations_of_five_years_are_those_of_the_spreadsheet(fit: Fit, donors: OpportunityCounts) -> None:
    expected = bg_bb.expected_purchases(fit.parameters, donors, 5)

    assert expected @ donors.customers == pytest.approx(12_884.2, abs=0.05)


def test_frequencies_in_sample_are_those_of_the_spreadsheet(fit: Fit) -> None:
    frequencies = 11_104 * bg_bb.pmf(fit.parameters, 6)

    assert frequencies[[0, 6]] == pytest.approx([3454.9, 1253.1], abs=0.05)
