import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vinculo.differentiate.profit import curves
from vinculo.differentiate.profit.curves import Amounts, Bootstrap

amounts = st.lists(st.integers(0, 10**9), min_size=1, max_size=200).map(np.array).filter(lambda x: x.sum() > 0)
signed = st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=200).map(np.array).filter(lambda x: x.sum() > 0)


def pareto(tail: float, customers: int = 20_000) -> Amounts:
    return (10_000 * (1 + np.random.default_rng(7).pareto(tail, customers))).astype(np.int64)


@pytest.mark.parametrize(("tail", "exact", "tolerance"), [(1.16, 0.20, 0.05), (1.5, 0.3177, 0.02), (3.0, 0.4302, 0.01)])
def test_pareto_tails_give_the_share_their_formula_gives(tail: float, exact: float, tolerance: float) -> None:
    # L(p) = p^(1 - 1/tail): the fixed point of L(p) = 1 - p; a heavy tail is sampled from above.
    share = curves.balance_share(curves.descending(pareto(tail)))

    assert share == pytest.approx(exact, abs=tolerance)
    assert exact ** (1 - 1 / tail) == pytest.approx(1 - exact, abs=0.001)


def test_a_sample_of_the_textbook_law_has_a_wide_interval() -> None:
    ranked = curves.descending(pareto(1.16))

    low, high = Bootstrap.draw(seed=1).interval(ranked)

    assert low < curves.balance_share(ranked) < high
    assert 0.01 < high - low < 0.09


@pytest.mark.parametrize("tail", [1.5, 3.0])
def test_blocks_give_the_interval_of_resampling_one_by_one(tail: float) -> None:
    ranked = curves.descending(pareto(tail, 5_000))
    random = np.random.default_rng(3)
    one_by_one = [curves.balance_share(curves.descending(random.choice(ranked, len(ranked)))) for _ in range(300)]

    low, high = Bootstrap.draw(draws=1_000, seed=1).interval(ranked)

    assert [low, high] == pytest.approx(np.quantile(one_by_one, [0.025, 0.975]), abs=0.004)


def test_few_customers_have_no_interval() -> None:
    bootstrap = Bootstrap.draw()

    assert bootstrap.interval(np.full(29, 5)) is None
    assert bootstrap.interval(np.full(30, 5)) == pytest.approx((0.5, 0.5))


def test_losses_that_outweigh_gains_have_no_share() -> None:
    assert curves.balance_share(np.array([5, -5])) is None
    assert curves.balance_share(np.array([5, -6])) is None


@given(signed)
def test_the_balance_share_lies_between_0_and_a_half(values: Amounts) -> None:
    share = curves.balance_share(curves.descending(values))

    assert share is not None
    assert 0 < share <= 0.5 + 1e-12


@given(st.integers(1, 10**9), st.integers(1, 300))
def test_equal_amounts_balance_at_a_half(amount: int, customers: int) -> None:
    assert curves.balance_share(np.full(customers, amount)) == pytest.approx(0.5)


@given(signed, st.integers(1, 1_000), st.randoms(use_true_random=False))
def test_the_balance_share_ignores_scale_and_order(values: Amounts, scale: int, random: np.random.Generator) -> None:
    shuffled = list(values * scale)
    random.shuffle(shuffled)

    assert curves.balance_share(curves.descending(np.array(shuffled))) == pytest.approx(
        curves.balance_share(curves.descending(values))
    )


@given(signed)
def test_the_balance_share_is_where_the_curve_meets_its_mirror(values: Amounts) -> None:
    ranked = curves.descending(values)
    share = curves.balance_share(ranked)
    levels = np.concatenate([[0], np.cumsum(ranked)]) / ranked.sum()

    brought = np.interp(share, np.arange(len(ranked) + 1) / len(ranked), levels)

    assert brought == pytest.approx(1 - share)


@given(signed)
def test_the_curve_is_concave_and_ends_at_the_total(values: Amounts) -> None:
    ranked = curves.descending(values)
    ranks = np.arange(len(ranked) + 1)

    cumulative = curves.cumulative_at(ranked, ranks)

    assert cumulative[0] == 0
    assert cumulative[-1] == values.sum()
    assert (np.diff(np.diff(cumulative)) <= 0).all()


@given(amounts)
def test_gini_lies_between_0_and_1_and_stays_when_customers_double(values: Amounts) -> None:
    found = curves.gini(curves.descending(values))

    assert found is not None
    assert 0 <= found < 1
    assert curves.gini(curves.descending(np.repeat(values, 2))) == pytest.approx(found)


def test_gini_does_not_apply_where_somebody_loses_money() -> None:
    assert curves.gini(np.array([5, 1, -1])) is None


@given(st.integers(1, 5_000_000), st.integers(0, 5_000_000))
def test_curves_have_at_most_200_points_with_both_ends(customers: int, peak: int) -> None:
    ranks = curves.curve_ranks(customers, also=(min(peak, customers),))

    assert len(ranks) <= curves.POINTS
    assert ranks[0] == 0
    assert ranks[-1] == customers
    assert min(peak, customers) in ranks or customers < curves.POINTS


@given(st.integers(1, 10_000))
def test_tenths_differ_by_one_customer_at_most(customers: int) -> None:
    sizes = np.diff(curves.tenths(customers))

    assert sizes.sum() == customers
    assert sizes.max() - sizes.min() <= 1


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(0, 9)), min_size=1, max_size=60), st.randoms())
def test_companions_of_ties_do_not_depend_on_order(rows: list[tuple[int, int]], random: np.random.Generator) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)

    found = [
        curves.companion_at(
            np.array([row[0] for row in order]),
            np.array([row[1] for row in order]),
            curves.descending(np.array([row[0] for row in order])),
            curves.tenths(len(order)),
        ).tolist()
        for order in (rows, shuffled)
    ]

    assert found[0] == found[1]
    assert found[0][-1] == sum(row[1] for row in rows)
