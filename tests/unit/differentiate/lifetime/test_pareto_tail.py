"""The tail integral J of Pareto/NBD, against other ways of computing it."""

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, special

from vinculo.differentiate.lifetime.pareto import tail
from vinculo.differentiate.lifetime.pareto.tail import Pairs, Shapes

SHAPES = [
    Shapes(0.553, 74.0, 0.606, 81.7),  # CDNOW
    Shapes(0.5, 100.0, 0.7, 3.0),  # beta far below alpha
    Shapes(0.05, 5.0, 0.02, 400.0),  # beta far above alpha
    Shapes(1.3, 10.0, 40.0, 3000.0),  # dropout nearly the same for all
    Shapes(60.0, 900.0, 3.0, 900.0),  # buying nearly the same for all, alpha = beta
]


def integral(shapes: Shapes, x: int, day: float) -> float:
    """J by panels of 40 Gauss points in ln(t - day)."""
    p, early, late = shapes.r + x, shapes.alpha + day, shapes.beta + day

    def integrand(log_time: np.ndarray) -> np.ndarray:
        time = np.exp(log_time)
        return np.exp(-p * np.log1p(time / early) - shapes.s * np.log1p(time / late)) * time / (late + time)

    scale = 1 / (p / early + (shapes.s + 1) / late)
    longest = math.log(max(early, late)) + 40 / (p + shapes.s)
    panels = np.linspace(math.log(scale) - 36, longest, 400)
    return float(sum(integrate.fixed_quad(integrand, low, high, n=40)[0] for low, high in pairwise(panels)))


@pytest.mark.parametrize("shapes", SHAPES)
def test_the_tail_equals_direct_integration(shapes: Shapes) -> None:
    x = np.array([0, 0, 0, 1, 1, 7, 7, 40, 300])
    day = np.array([0, 3, 1000, 0, 400, 0, 90, 700, 1095])

    found = tail.tails(shapes, Pairs.of(x, day))[0]

    assert found == pytest.approx([integral(shapes, *pair) for pair in zip(x, day, strict=True)], rel=1e-10)


def test_the_tail_equals_the_hypergeometric_function_where_that_is_reliable() -> None:
    x, day = (grid.ravel() for grid in np.meshgrid(np.arange(40), np.arange(0, 1100, 7)))
    shapes = SHAPES[0]
    c = shapes.r + shapes.s + x
    early, late = shapes.alpha + day, shapes.beta + day

    found = tail.tails(shapes, Pairs.of(x, day))[0]

    scale = (late / early) ** shapes.s / c
    expected = scale * special.hyp2f1(shapes.s + 1, c, c + 1, -(shapes.beta - shapes.alpha) / early)
    order = np.lexsort((day, x))
    assert found == pytest.approx(expected[order], rel=1e-10)


@pytest.mark.parametrize("shapes", SHAPES)
def test_neighbours_keep_their_recurrence(shapes: Shapes) -> None:
    x, day = (grid.ravel() for grid in np.meshgrid(np.arange(200), np.arange(0, 1100, 3)))
    pairs = Pairs.of(x, day)

    found = tail.tails(shapes, pairs)[0].reshape(200, -1)

    p = shapes.r + np.arange(199)[:, np.newaxis]
    z = (shapes.beta - shapes.alpha) / (shapes.alpha + pairs.columns)
    assert np.abs((p + shapes.s) * found[:-1] + p * z * found[1:] - 1).max() < 1e-11
    assert (found > 0).all()
    assert (shapes.s * found < 1 + 1e-12).all()


@pytest.mark.parametrize("shapes", SHAPES)
def test_slopes_equal_differences(shapes: Shapes) -> None:
    x = np.array([0, 0, 2, 9, 30, 120])
    day = np.array([0, 500, 80, 1000, 300, 900])

    _, by_r, by_s, by_z = tail.tails(shapes, Pairs.of(x, day), slopes=True)

    def value(shapes: Shapes) -> np.ndarray:
        return tail.tails(shapes, Pairs.of(x, day))[0]

    step = 1e-5
    r, alpha, s, beta = shapes.r, shapes.alpha, shapes.s, shapes.beta
    rise_r = (value(Shapes(r + step * r, alpha, s, beta)) - value(Shapes(r - step * r, alpha, s, beta))) / (
        2 * step * r
    )
    rise_s = (value(Shapes(r, alpha, s + step * s, beta)) - value(Shapes(r, alpha, s - step * s, beta))) / (
        2 * step * s
    )
    rise = value(Shapes(r, alpha, s, beta * (1 + step))) - value(Shapes(r, alpha, s, beta * (1 - step)))
    assert by_r == pytest.approx(rise_r, rel=1e-6)
    assert by_s == pytest.approx(rise_s, rel=1e-6)
    assert by_z / (alpha + day) == pytest.approx(rise / (2 * step * beta), rel=1e-6)


def test_many_days_give_the_same_as_one_by_one() -> None:
    """Seeds of many days are interpolated, those of few are integrated: both must agree."""
    day = np.arange(2000)
    shapes = SHAPES[1]

    together = tail.tails(shapes, Pairs.of(np.full(2000, 12), day), slopes=True)

    chosen = together[:, [0, 1, 50, 1999]].T
    alone = [tail.tails(shapes, Pairs.of(np.array([12]), day[[d]]), slopes=True)[:, 0] for d in (0, 1, 50, 1999)]
    assert chosen == pytest.approx(np.array(alone), rel=1e-11)


def test_fractions_of_days_are_accepted() -> None:
    pairs = Pairs.of(np.array([3, 1, 3]), np.array([2.5, 0.25, 2.5]))

    assert pairs.x.tolist() == [1, 3]
    assert pairs.day.tolist() == [0.25, 2.5]
    assert pairs.index.tolist() == [1, 0, 1]


def test_no_rows_give_no_pairs() -> None:
    nobody = np.zeros(0, dtype=np.int64)

    found = tail.tails(SHAPES[0], Pairs.of(nobody, nobody))

    assert found.shape == (1, 0)
