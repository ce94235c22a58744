"""Krejcie & Morgan (1970), Determining sample size for research activities, Educational and Psychological Measurement
30: their table for a proportion of 0.5, a margin of 0.05 and 95 % (they round to the nearest, we round up).
"""

import pytest

from vinculo.differentiate.rfmt import mailing


@pytest.mark.parametrize(("customers", "sample"), [(100, 80), (1_000, 278), (5_000, 357), (10_000, 370)])
def test_the_sample_is_the_published_one(customers: int, sample: int) -> None:
    found = mailing.sample_size(0.5, margin=0.05, customers=customers)

    assert float(found) == sample
