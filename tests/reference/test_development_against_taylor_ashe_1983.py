"""Factors of the chain ladder against Mack (1993), who develops the triangle of Taylor and Ashe (1983)."""

from datetime import date
from itertools import pairwise

import pytest

from vinculo.programs.finance import triangle

CUMULATIVE = (
    (357848, 1124788, 1735330, 2218270, 2745596, 3319994, 3466336, 3606286, 3833515, 3901463),
    (352118, 1236139, 2170033, 3353322, 3799067, 4120063, 4647867, 4914039, 5339085),
    (290507, 1292306, 2218525, 3235179, 3985995, 4132918, 4628910, 4909315),
    (310608, 1418858, 2195047, 3757447, 4029929, 4381982, 4588268),
    (443160, 1136350, 2128333, 2897821, 3402672, 3873311),
    (396132, 1333217, 2180715, 2985752, 3691712),
    (440832, 1288463, 2419861, 3483130),
    (359480, 1421128, 2864498),
    (376686, 1363294),
    (344014,),
)
FACTORS = (3.4906, 1.7473, 1.4574, 1.1739, 1.1038, 1.0863, 1.0539, 1.0766, 1.0177)
RESERVES = (0, 94634, 469511, 709638, 984889, 1419459, 2177641, 3920301, 4278972, 4625811)
TOTAL = 18_680_856


def cohorts() -> list[triangle.Cohort]:
    """Return the triangle as months of a programme in which enough is open for every reserve."""
    return [
        triangle.Cohort(
            date(2025, 1 + at, 1), 10**8, 10**8, (row[0], *(after - before for before, after in pairwise(row)))
        )
        for at, row in enumerate(CUMULATIVE)
    ]


def test_every_factor_is_the_one_of_the_paper() -> None:
    assert [round(float(factor), 4) for factor in triangle.develop(cohorts()).factors] == list(FACTORS)


def test_what_is_still_to_come_is_the_reserve_of_the_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triangle, "DEVELOPED_ENOUGH", 0)  # the paper develops the youngest year by itself as well

    to_come = [float(each.ultimate) - each.cohort.total for each in triangle.project(cohorts())]

    assert [round(amount) for amount in to_come] == pytest.approx(RESERVES, abs=1)
    assert sum(to_come) == pytest.approx(TOTAL, abs=1)
