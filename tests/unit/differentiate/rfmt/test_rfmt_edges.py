"""Bin edges."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vinculo.differentiate.rfmt import edges, scores
from vinculo.differentiate.rfmt.histograms import cuts, letters
from vinculo.differentiate.settings import Rfmt
from vinculo.foundation.errors import SettingsError
from vinculo.foundation.language import translator
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.tables.rfmt import RFMT_EDGES

SCHEMA = pa.schema(
    [
        ("since_last_days", pa.int64()),
        ("purchase_days", pa.int64()),
        ("net_sales_minor", pa.int64()),
        ("mean_interpurchase_days", pa.float64()),
        ("tenure_days", pa.int64()),
    ]
)
METHODS = [
    Rfmt(),
    Rfmt(time="tenure"),
    Rfmt(bins=3),
    Rfmt(method="nested"),
    Rfmt(method="nested", time="tenure"),
    Rfmt(method="behaviour"),
    Rfmt(method="cutpoints", cutpoints={"recency": (30, 90, 180, 365), "time": (7, 30, 90)}),
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckEngine]:
    with DuckEngine(tmp_path_factory.mktemp("spill")) as engine:
        yield engine


def customer(since_last: int, purchases: int, net_sales: int, age_at_last: int) -> dict[str, object]:
    if purchases == 0:
        return {"purchase_days": 0, "net_sales_minor": -net_sales}
    return {
        "since_last_days": since_last,
        "purchase_days": purchases,
        "net_sales_minor": net_sales,
        "mean_interpurchase_days": age_at_last / (purchases - 1) if purchases > 1 else None,
        "tenure_days": since_last + (age_at_last if purchases > 1 else 0),
    }


def profile(rows: list[dict[str, object]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def buyers(frequencies: list[int]) -> pa.Table:
    """Customers alike but for their purchase days, and an amount of their own."""
    return profile([customer(10, purchases, 1000 + place, 60) for place, purchases in enumerate(frequencies)])


def arrays(table: pa.Table) -> dict[str, np.ndarray]:
    return {name: table[name].to_numpy() for name in table.column_names}


def cut_and_score(engine: DuckEngine, table: pa.Table, rfmt: Rfmt) -> tuple[edges.Edges, dict[str, np.ndarray]]:
    engine.attach("profile", table)
    found = edges.cut(engine, rfmt)
    return found, scores.score(arrays(table), found)


def spread(letter: str, found: edges.Edges) -> dict[int, int]:
    """Customers by score, as the stored edges say."""
    result: dict[int, int] = {}
    for row in found.table.to_pylist():
        if row["letter"] == letter:
            result[row["score"]] = result.get(row["score"], 0) + row["customers"]
    return result


customers = st.lists(
    st.builds(customer, st.integers(0, 400), st.integers(0, 6), st.integers(-50, 3000), st.integers(1, 300)),
    min_size=1,
    max_size=60,
)


@pytest.mark.parametrize("rfmt", METHODS, ids=lambda rfmt: f"{rfmt.method}-{rfmt.time}-{rfmt.bins}")
@settings(max_examples=15, deadline=None)
@given(rows=customers)
def test_edges_and_scores_reproduce_the_counts(engine: DuckEngine, rfmt: Rfmt, rows: list[dict[str, object]]) -> None:
    found, scored = cut_and_score(engine, profile(rows), rfmt)

    for letter in letters.LETTERS:
        values, counts = np.unique(scored[f"{letter}_score"], return_counts=True)
        stored = {score: customers for score, customers in spread(letter, found).items() if customers}
        assert dict(zip(values.tolist(), counts.tolist(), strict=True)) == stored


@pytest.mark.parametrize("rfmt", [Rfmt(), Rfmt(time="tenure"), Rfmt(method="behaviour")], ids=repr)
@settings(max_examples=15, deadline=None)
@given(rows=customers)
def test_scores_never_fall_as_values_get_better(engine: DuckEngine, rfmt: Rfmt, rows: list[dict[str, object]]) -> None:
    table = profile([row for row in rows if row["purchase_days"]])

    found, scored = cut_and_score(engine, table, rfmt)

    for letter, column in found.columns.items():
        better = arrays(table)[column].astype(float) * letters.turned(column)
        order = np.argsort(np.where(np.isnan(better), -np.inf, better))
        assert (np.diff(scored[f"{letter}_score"][order].astype(int)) >= 0).all()


@settings(max_examples=15, deadline=None)
@given(rows=customers)
def test_stored_edges_score_as_the_fresh_ones_do(engine: DuckEngine, rows: list[dict[str, object]]) -> None:
    rfmt = Rfmt(method="nested")
    found, scored = cut_and_score(engine, profile(rows), rfmt)

    again = scores.score(arrays(profile(rows)), edges.restore(found.table, rfmt))

    assert again["rfmt_code"] == scored["rfmt_code"]


def test_quintiles_are_equal_when_there_are_no_ties(engine: DuckEngine) -> None:
    rows = [customer(place, 2 + place, 100 * place, place * (1 + place)) for place in range(1, 101)]

    found, _ = cut_and_score(engine, profile(rows), Rfmt(time="tenure"))

    for letter in letters.LETTERS:
        assert spread(letter, found) == dict.fromkeys((1, 2, 3, 4, 5), 20)


def test_ties_share_a_bin_and_take_the_score_of_their_middle_rank(engine: DuckEngine) -> None:
    _, scored = cut_and_score(engine, buyers([2] * 4 + [3] * 5 + [9]), Rfmt())

    assert scored["frequency_score"].tolist() == [2] * 4 + [4] * 5 + [5]


@pytest.mark.parametrize("size", [1, 10, 1000, 50_000])
def test_amounts_counted_in_buckets_get_the_score_of_their_middle_rank(engine: DuckEngine, size: int) -> None:
    drawn = np.random.default_rng(size)
    amounts = np.round(drawn.lognormal(0, 2, 3000) * size).astype(int) - size
    table = profile([customer(10, 2, int(amount), 9) for amount in amounts])

    _, scored = cut_and_score(engine, table, Rfmt())

    below = (amounts[None, :] < amounts[:, None]).sum(axis=1)
    same = (amounts[None, :] == amounts[:, None]).sum(axis=1)
    assert (scored["monetary_score"] == 1 + 5 * (2 * below + same) // (2 * len(amounts))).all()


def test_one_purchase_is_frequency_one_however_many_bought_once(engine: DuckEngine) -> None:
    found, scored = cut_and_score(engine, buyers([1] * 8 + [2, 3]), Rfmt())

    assert scored["frequency_score"].tolist() == [1] * 8 + [5, 5]
    assert found.warnings[1] == ("Frequency (F) takes 2 of 5 scores (1, 5): customers with equal values stay together.")


def test_the_sentences_can_be_said_in_spanish(engine: DuckEngine) -> None:
    engine.attach("profile", buyers([1] * 8 + [2, 3]))

    found = edges.cut(engine, Rfmt(), translate=translator("es"))

    assert found.warnings[1].startswith("Frecuencia (F) toma 2 de las 5 puntuaciones (1, 5)")
    assert found.warnings[-1] == "8 clientes compraron una sola vez y no tienen intervalo entre compras: su T es 1."


def test_customers_with_one_purchase_are_time_one_alone(engine: DuckEngine) -> None:
    rows = [customer(10, 1, 500, 0)] * 6 + [customer(10, 2, 500, days) for days in (5, 10, 20, 40)]

    found, scored = cut_and_score(engine, profile(rows), Rfmt())

    assert scored["time_score"].tolist() == [1] * 6 + [5, 4, 3, 2]
    assert {"score": 1, "who": "one_purchase", "customers": 6}.items() <= next(
        row for row in found.table.to_pylist() if row["letter"] == "time"
    ).items()


def test_customers_who_never_bought_score_one_and_are_named(engine: DuckEngine) -> None:
    rows = [customer(day, 3, 900 * day, 60) for day in range(1, 6)] + [customer(0, 0, 99, 0)]

    found, scored = cut_and_score(engine, profile(rows), Rfmt())

    assert scored["rfmt_code"][-1].as_py() == "1111"
    assert scored["has_purchase"].tolist() == [True] * 5 + [False]
    assert "1 customers have only returns: their four scores are 1, their segment is No purchases." in found.warnings


def test_nested_cells_are_equal_when_there_are_no_ties(engine: DuckEngine) -> None:
    places = np.random.default_rng(1).permutation(125 * 4)
    rows = [
        customer(int(place), 2 + int(other), 7 * int(third), 30 * (2 + int(other)))
        for place, other, third in zip(places, np.roll(places, 7), np.roll(places, 31), strict=True)
    ]

    _, scored = cut_and_score(engine, profile(rows), Rfmt(method="nested"))

    cells = np.stack([scored[f"{letter}_score"] for letter in letters.LETTERS[:3]])
    _, counts = np.unique(cells, axis=1, return_counts=True)
    assert counts.tolist() == [4] * 125


def test_nested_frequency_is_cut_within_recency(engine: DuckEngine) -> None:
    recent = [customer(1, 10 + place, 500, 60) for place in range(5)]
    long_ago = [customer(300, 2 + place, 500, 60) for place in range(5)]

    _, scored = cut_and_score(engine, profile(recent + long_ago), Rfmt(method="nested"))

    assert scored["frequency_score"].tolist() == [1, 2, 3, 4, 5] * 2


def test_nested_bins_say_in_how_many_cells_ties_left_fewer_scores(engine: DuckEngine) -> None:
    recent = [customer(1, 10 + place, 500 + place, 60) for place in range(5)]
    long_ago = [customer(300, 1, 500 + place, 0) for place in range(5)]

    found, _ = cut_and_score(engine, profile(recent + long_ago), Rfmt(method="nested"))

    assert any(
        line.startswith("Frequency (F) takes fewer than 5 scores within 1 of 2 cells") for line in found.warnings
    )


def test_who_stands_on_a_cutpoint_gets_the_better_score(engine: DuckEngine) -> None:
    given_points = {"recency": (30.0, 90.0, 180.0, 365.0), "monetary": (100.0, 200.0, 300.0, 400.0)}
    rows = [customer(days, 2, amount, 9) for days, amount in ((30, 400), (31, 399), (365, 100), (366, 99))]

    found, scored = cut_and_score(engine, profile(rows), Rfmt(method="cutpoints", cutpoints=given_points))

    assert scored["recency_score"].tolist() == [5, 4, 2, 1]
    assert scored["monetary_score"].tolist() == [5, 4, 2, 1]
    assert spread("recency", found) == {1: 1, 2: 1, 3: 0, 4: 1, 5: 1}


def test_behaviour_cuts_frequency_at_repeated_means() -> None:
    frequencies = pa.table({"value": [1.0, 2.0, 3.0, 4.0, 8.0, 20.0], "customers": [60, 20, 8, 6, 4, 2]})

    reaches = cuts.repeated_means(frequencies, bins=5)

    # The mean of those with 2 or more is 4, that of those above it (8 and 20) is 12, and nobody is above 20.
    assert reaches == [2.0, 8.0, 20.0]


def test_behaviour_gives_each_monetary_score_an_equal_share_of_the_sales(engine: DuckEngine) -> None:
    rows = [customer(5, 2, amount, 9) for amount in [100] * 10 + [250] * 4 + [500] * 2 + [1000, 1001]]

    _, scored = cut_and_score(engine, profile(rows), Rfmt(method="behaviour"))

    assert scored["monetary_score"].tolist() == [1] * 10 + [2] * 4 + [3] * 2 + [4, 5]


def test_edges_are_stored_in_the_units_of_their_columns(engine: DuckEngine) -> None:
    rows = [customer(10 * place, 2, 100 * place, 9) for place in range(1, 6)]

    found, _ = cut_and_score(engine, profile(rows), Rfmt())

    assert found.table.schema == RFMT_EDGES.schema
    recency = [row for row in found.table.to_pylist() if row["letter"] == "recency"]
    monetary = [row for row in found.table.to_pylist() if row["letter"] == "monetary"]
    assert [(row["score"], row["lower"], row["upper"]) for row in recency] == [
        (1, 40.0, None),
        (2, 30.0, 40.0),
        (3, 20.0, 30.0),
        (4, 10.0, 20.0),
        (5, None, 10.0),
    ]
    assert [(row["score"], row["lower"], row["upper"]) for row in monetary][-1] == (5, 500.0, None)
    assert [row["lower_included"] for row in (recency[0], monetary[0])] == [False, True]


def test_an_empty_profile_has_no_edges_and_says_so(engine: DuckEngine) -> None:
    engine.attach("profile", profile([]))

    found = edges.cut(engine, Rfmt())

    assert found.table.num_rows == 0
    assert found.warnings == ("Nobody has bought yet, so there are no RFMT edges.",)


@pytest.mark.parametrize(
    ("rfmt", "sentence"),
    [
        (Rfmt(method="kmeans"), "rfmt.method is 'kmeans'"),
        (Rfmt(time="category"), "rfmt.time is 'category'"),
        (Rfmt(bins=10), "rfmt.bins is 10"),
        (Rfmt(weights=(0.0, 0.0, 0.0, 0.0)), "not all zero"),
        (Rfmt(cutpoints={"recency": (1, 2, 3, 4)}), "set it to cutpoints"),
        (Rfmt(method="cutpoints", cutpoints={"recency": (1, 2, 3)}), "holds 3 values: 5 bins need 4"),
        (Rfmt(method="cutpoints", cutpoints={"time": (1, 2, 3, 4)}), "a bin of their own"),
        (Rfmt(method="cutpoints", cutpoints={"recency": (4, 3, 2, 1)}), "in rising order"),
        (Rfmt(method="cutpoints", cutpoints={"value": (4, 3, 2, 1)}), "names 'value'"),
    ],
)
def test_settings_that_make_no_sense_are_refused(engine: DuckEngine, rfmt: Rfmt, sentence: str) -> None:
    with pytest.raises(SettingsError) as refused:
        edges.cut(engine, rfmt)

    assert sentence in refused.value.sentence


def test_edges_of_another_meaning_of_time_are_refused(engine: DuckEngine) -> None:
    found, _ = cut_and_score(engine, profile([customer(5, 3, 100, 9)]), Rfmt())

    with pytest.raises(SettingsError, match="mean_interpurchase_days"):
        edges.restore(found.table, Rfmt(time="tenure"))
