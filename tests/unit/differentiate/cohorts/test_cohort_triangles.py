"""Cohort triangles."""

import itertools
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vinculo.differentiate.cohorts import triangles
from vinculo.foundation.errors import ContractError, SettingsError
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.tables.cohorts import COHORTS
from vinculo.warehouse.tables.orders import CUSTOMER_DAYS

AS_OF = date(2024, 6, 15)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckEngine]:
    with DuckEngine(tmp_path_factory.mktemp("spill")) as engine:
        yield engine


def day(customer: str, on: date, sales: int, returns: int = 0) -> dict[str, object]:
    return {
        "customer_id": customer,
        "day": on,
        "sale_lines": int(sales > 0),
        "sales_minor": sales,
        "returns_minor": returns,
        "cost_minor": (sales - returns) // 2,
    }


def customer_days(rows: list[dict[str, object]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=CUSTOMER_DAYS.schema)


def scoped_profile(rows: list[dict[str, object]]) -> pa.Table:
    """Everybody, and each customer in a group: odd first letters are one, the group of the others is unknown."""
    first: dict[str, date | None] = {}
    for row in rows:
        known = first.setdefault(row["customer_id"], None)
        if row["sale_lines"]:
            first[row["customer_id"]] = min(row["day"], known or row["day"])
    scopes = [("all", "all", one, on) for one, on in first.items()]
    scopes += [("group", "odd" if ord(one[0]) % 2 else None, one, on) for one, on in first.items()]
    names = ("dimension", "dimension_value", "customer_id", "first_purchase_on")
    schema = pa.schema([*((name, pa.string()) for name in names[:3]), (names[3], pa.date32())])
    return pa.Table.from_pylist([dict(zip(names, scope, strict=True)) for scope in scopes], schema=schema)


def summarize(engine: DuckEngine, rows: list[dict[str, object]], **asked: object) -> list[dict]:
    engine.attach("customer_days", customer_days(rows))
    engine.attach("scoped_profile", scoped_profile(rows))
    with TemporaryDirectory() as folder:
        triangles.summarize(engine, Path(folder), **{"as_of": AS_OF, **asked})
        assert [item.name for item in Path(folder).iterdir()] == ["cohorts"]
        return pq.read_table(Path(folder) / "cohorts").to_pylist()


def month(on: date) -> date:
    return on.replace(day=1)


DRAWN = [
    day("ana", date(2024, 1, 5), 1000),
    day("ana", date(2024, 1, 25), 1000),
    day("ana", date(2024, 3, 1), 600, returns=200),
    day("ben", date(2024, 1, 1), 0, returns=100),
    day("ben", date(2024, 4, 30), 800),
    day("ben", date(2024, 6, 1), 400),
    day("cai", date(2024, 1, 31), 500),
    day("dia", date(2024, 2, 2), 0, returns=300),
]


def test_a_triangle_runs_from_the_first_purchase_to_the_month_that_as_of_cuts(engine: DuckEngine) -> None:
    rows = summarize(engine, DRAWN)

    january = [row for row in rows if row["cohort"] == date(2024, 1, 1)]
    assert [row["age_months"] for row in january] == [0, 1, 2, 3, 4, 5]
    assert [row["active_customers"] for row in january] == [2, 0, 1, 0, 0, 0]
    assert [row["retention_share"] for row in january] == [1.0, 0.0, 0.5, 0.0, 0.0, 0.0]
    assert [row["margin_minor"] for row in january] == [1250, 0, 200, 0, 0, 0]
    assert [row["cumulative_margin_minor"] for row in january] == [1250, 1250, 1450, 1450, 1450, 1450]
    assert january[-1]["cumulative_margin_per_customer_minor"] == 725.0
    assert [row["complete"] for row in january] == [True] * 5 + [False]


def test_returns_before_the_first_purchase_count_at_age_zero(engine: DuckEngine) -> None:
    rows = summarize(engine, DRAWN)

    april = next(row for row in rows if row["cohort"] == date(2024, 4, 1))
    assert (april["age_months"], april["sales_minor"], april["net_sales_minor"]) == (0, 800, 700)


def test_customers_who_never_bought_belong_to_no_cohort(engine: DuckEngine) -> None:
    rows = summarize(engine, DRAWN)

    assert {row["cohort"] for row in rows} == {date(2024, 1, 1), date(2024, 4, 1)}


def test_a_month_is_complete_at_the_close_of_its_last_day(engine: DuckEngine) -> None:
    rows = summarize(engine, [day("ana", date(2024, 2, 29), 100)], as_of=date(2024, 2, 29))

    assert [row["complete"] for row in rows] == [True]


def test_the_contract_is_kept(engine: DuckEngine, tmp_path: Path) -> None:
    engine.attach("customer_days", customer_days(DRAWN))

    triangles.summarize(engine, tmp_path, as_of=AS_OF)

    found = pq.read_schema(tmp_path / "cohorts" / "part-0.parquet")
    assert (found.names, found.types) == (COHORTS.schema.names, COHORTS.schema.types)


@pytest.mark.parametrize(
    ("period", "cohort", "ages", "months"),
    [("quarter", date(2024, 1, 1), [0, 1], [0, 3]), ("week", date(2024, 4, 29), [0, 1, 2, 3, 4, 5, 6], None)],
)
def test_cohorts_may_be_quarters_or_weeks_from_monday(
    engine: DuckEngine, period: str, cohort: date, ages: list[int], months: list[int] | None
) -> None:
    rows = [row for row in summarize(engine, DRAWN, period=period) if row["cohort"] == cohort]

    assert [row["age_periods"] for row in rows] == ages
    assert rows[-1]["complete"] is False
    assert months is None or [row["age_months"] for row in rows] == months


purchases = st.lists(
    st.builds(
        day,
        st.sampled_from(["ana", "ben", "cai", "dia", "eva"]),
        st.integers(0, 165).map(lambda days: date(2024, 1, 2) + timedelta(days=days)),
        st.integers(0, 900),
        st.integers(0, 300),
    ),
    max_size=30,
    unique_by=lambda row: (row["customer_id"], row["day"]),
).map(lambda rows: sorted(rows, key=lambda row: (row["customer_id"], row["day"])))


@settings(max_examples=25, deadline=None)
@given(rows=purchases)
def test_every_cell_is_what_counting_by_hand_gives(engine: DuckEngine, rows: list[dict[str, object]]) -> None:
    found = summarize(engine, rows)

    first = {}
    for row in rows:
        if row["sale_lines"]:
            first.setdefault(row["customer_id"], month(row["day"]))
    active, net = defaultdict(set), defaultdict(int)
    for row in rows:
        if row["customer_id"] in first:
            cohort = first[row["customer_id"]]
            cell = (cohort, max(month(row["day"]), cohort))
            net[cell] += row["sales_minor"] - row["returns_minor"]
            if row["sale_lines"]:
                active[cell].add(row["customer_id"])
    for row in found:
        cell = (row["cohort"], row["period_on"])
        assert row["active_customers"] == len(active.pop(cell, ()))
        assert row["net_sales_minor"] == net.pop(cell, 0)
        assert row["customers"] == sum(cohort == row["cohort"] for cohort in first.values())
    assert not active
    assert not net


@settings(max_examples=25, deadline=None)
@given(rows=purchases)
def test_retention_starts_at_one_and_margins_add_up(engine: DuckEngine, rows: list[dict[str, object]]) -> None:
    found = summarize(engine, rows)

    buyers = {row["customer_id"] for row in rows if row["sale_lines"]}
    margins = [
        row["sales_minor"] - row["returns_minor"] - row["cost_minor"] for row in rows if row["customer_id"] in buyers
    ]
    assert all(row["retention_share"] == 1 for row in found if row["age_months"] == 0)
    assert sum(row["margin_minor"] for row in found) == sum(margins)
    for before, after in itertools.pairwise(found):
        if before["cohort"] == after["cohort"] and after["margin_minor"] >= 0:
            assert after["cumulative_margin_minor"] >= before["cumulative_margin_minor"]


@pytest.mark.parametrize("period", triangles.PERIODS)
@settings(max_examples=10, deadline=None)
@given(rows=purchases)
def test_the_values_of_a_dimension_add_up_to_everybody(
    engine: DuckEngine, period: str, rows: list[dict[str, object]]
) -> None:
    found = summarize(engine, rows, by_dimension=True, period=period)

    sums: dict[str, dict] = {"all": defaultdict(int), "group": defaultdict(int)}
    for row in found:
        for name in ("customers", "active_customers", "sales_minor", "margin_minor"):
            sums[row["dimension"]][row["cohort"], row["age_periods"], name] += row[name]
    assert sums["all"] == sums["group"]


def test_batches_may_end_after_any_customer(engine: DuckEngine) -> None:
    table = customer_days(DRAWN)

    whole = triangles.count(table)
    parts = pa.concat_tables([triangles.count(table.slice(0, 3)), triangles.count(table.slice(3))])

    keys = ["dimension", "dimension_value", "cohort", "period_on"]
    sums = [("active_customers", "sum"), ("margin_minor", "sum")]
    assert (
        parts.group_by(keys).aggregate(sums).sort_by([(key, "ascending") for key in keys]).to_pylist()
        == whole.group_by(keys).aggregate(sums).sort_by([(key, "ascending") for key in keys]).to_pylist()
    )


def test_nobody_having_bought_gives_an_empty_table(engine: DuckEngine) -> None:
    assert summarize(engine, [day("dia", date(2024, 2, 2), 0, returns=300)]) == []
    assert summarize(engine, [], by_dimension=True) == []


def test_days_of_a_customer_that_stand_apart_are_refused() -> None:
    with pytest.raises(ContractError, match="not sorted by customer"):
        triangles.count(customer_days([DRAWN[0], DRAWN[-1], DRAWN[0]]))


def test_an_unknown_period_is_refused(engine: DuckEngine, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no cohort period 'year'"):
        triangles.summarize(engine, tmp_path, as_of=AS_OF, period="year")
