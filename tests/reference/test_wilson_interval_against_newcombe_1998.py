"""Newcombe (1998), Two-sided confidence intervals for the single proportion, Statistics in Medicine 17: Table I.

Method 3, the score interval of Wilson without continuity correction, 95 %.
"""

import pytest

from vinculo.differentiate.rfmt import mailing


@pytest.mark.parametrize(
    ("responses", "mailed", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_the_published_one(responses: int, mailed: int, low: float, high: float) -> None:
    found = mailing.wilson(responses, mailed)

    assert [round(float(end), 4) for end in found] == [low, high]
