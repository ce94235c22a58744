"""One analysis of a small shop, made once for the tests that only read it."""

import pytest
from tests.make import shop

import vinculo


@pytest.fixture(scope="session")
def analysis() -> vinculo.Analysis:
    """Return the analysis of a small shop."""
    return vinculo.analyse(shop.table(shop.lines()), settings=shop.QUICK)
