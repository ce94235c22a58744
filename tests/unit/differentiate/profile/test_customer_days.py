"""Customer days and profiles: what order lines become, day by day and customer by customer."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from tests.make import sales

from vinculo.differentiate.profile import days
from vinculo.differentiate.profile.days import DaysReport
from vinculo.differentiate.settings import CostToServe, Habits, Settings
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.tables.customers import PROFILE
from vinculo.warehouse.tables.habits import FAVOURITE_PRODUCTS, RHYTHM, UNUSUAL_PURCHASES
from vinculo.warehouse.tables.orders import CUSTOMER_DAYS, ORDER_LINES, SET_ASIDE_LINES

AS_OF = date(2011, 12, 31)
ORDINARY = Habits()
TABLES = (CUSTOMER_DAYS, PROFILE, RHYTHM, FAVOURITE_PRODUCTS, UNUSUAL_PURCHASES, SET_ASIDE_LINES)
Built = tuple[DaysReport, dict[str, pa.Table]]
Build = Callable[..., Built]


def built(folder: Path, lines: pa.Table, *, as_of: date = AS_OF, habits: Habits = ORDINARY) -> Built:
    with DuckEngine(folder / "spill") as engine:
        engine.attach("order_lines", lines)
        report = days.build(
            engine,
            staging=folder,
            settings=Settings(as_of=as_of, costs=CostToServe(margin_share=0.4), habits=habits),
        )
    return report, {table.name: in_order(pq.read_table(folder / table.name)) for table in TABLES}


def in_order(table: pa.Table) -> pa.Table:
    keys = [name for name in ("customer_id", "day", "what", "rank", "line_number") if name in table.column_names]
    return table.sort_by([(name, "ascending") for name in keys])


@pytest.fixture
def build(tmp_path: Path) -> Build:
    count = iter(range(1000))

    def build_in_new_folder(lines: pa.Table, **options: Any) -> Built:
        return built(tmp_path / str(next(count)), lines, **options)

    return build_in_new_folder


def row(table: pa.Table, **keys: object) -> dict[str, Any]:
    for name, value in keys.items():
        table = table.filter(pc.field(name) == value)
    (found,) = table.to_pylist()
    return dict(found)


def test_lines_of_a_day_are_added_up(build: Build) -> None:
    lines = sales.drawn("""
        customer day               amount quantity discount_minor cost_minor
        ana      2011-01-03T10:30  10.00  2        50             400
        ana      2011-01-03T09:15  5.00   1        0              -
        ana      2011-01-03T17:00  -3.00  -1       0              -120
    """)

    _, tables = build(lines)

    assert row(tables["customer_days"], customer_id="ana") == {
        "customer_id": "ana",
        "day": date(2011, 1, 3),
        "sale_lines": 2,
        "return_lines": 1,
        "quantity": 3.0,
        "gross_minor": 1550,
        "discount_minor": 50,
        "sales_minor": 1500,
        "returns_minor": 300,
        "cost_minor": 400 + 300 - 120,
        "first_hour": 9,
    }


def test_every_table_keeps_its_contract(build: Build) -> None:
    _, tables = build(sales.drawn("customer day amount\nana 2011-01-03 10"))

    for table in TABLES:
        assert tables[table.name].schema.names == list(table.names)
        assert [field.type for field in tables[table.name].schema] == [
            pa.list_(pa.field("element", pa.int32())) if pa.types.is_list(field.type) else field.type
            for field in table.schema
        ]


def test_profile_counts_from_the_first_purchase_to_as_of(build: Build) -> None:
    lines = sales.drawn("""
        customer day         amount country channel segment category product_id
        ana      2011-01-03  10.00  Spain   web     gold    tea      t1
        ana      2011-01-13  20.00  Spain   shop    -       tea      t2
        ana      2011-02-02  30.00  France  shop    silver  cups     c1
        ana      2011-02-05  -5.00  Spain   phone   gold    pots     p1
    """)

    _, tables = build(lines, as_of=date(2011, 3, 4))

    assert row(tables["profile"]) == {
        "customer_id": "ana",
        "country": "France",
        "channel": "shop",
        "segment": "gold",
        "dominant_category": "tea",
        "cohort": date(2011, 1, 1),
        "first_purchase_on": date(2011, 1, 3),
        "last_purchase_on": date(2011, 2, 2),
        "tenure_days": 60,
        "age_at_last_days": 30,
        "since_last_days": 30,
        "purchase_days": 3,
        "repeat_purchase_days": 2,
        "mean_interpurchase_days": 15.0,
        "sale_lines": 3,
        "return_lines": 1,
        "return_days": 1,
        "quantity": 3.0,
        "gross_sales_minor": 6000,
        "discounts_minor": 0,
        "sales_minor": 6000,
        "returns_minor": 500,
        "net_sales_minor": 5500,
        "cost_of_goods_minor": 3300,
        "margin_minor": 2200,
        "mean_spend_minor": 2000.0,
        "mean_repeat_spend_minor": 2500.0,
        "products": 3,
        "categories": 2,
        "channels": 2,
    }


def test_a_customer_with_only_returns_has_no_purchase(build: Build) -> None:
    _, tables = build(sales.drawn("customer day amount\nana 2011-01-03 -10"))

    profile = row(tables["profile"])
    assert profile["purchase_days"] == profile["repeat_purchase_days"] == 0
    assert profile["first_purchase_on"] is profile["since_last_days"] is profile["mean_spend_minor"] is None
    assert profile["net_sales_minor"] == -1000
    assert row(tables["rhythm"])["preferred_weekday"] is None
    assert tables["favourite_products"].num_rows == 0


def test_lines_after_as_of_guests_and_other_kinds_do_not_count(build: Build) -> None:
    lines = sales.drawn("""
        customer day               amount line_kind
        ana      2011-01-03T23:59  10.00  sale
        ana      2011-01-04T00:00  20.00  sale
        -        2011-01-03        40.00  sale
        ben      2011-01-03        80.00  guest
        ana      2011-01-02        -1.00  cancellation
    """)

    report, tables = build(lines, as_of=date(2011, 1, 3))

    assert report.lines == 2
    assert row(tables["profile"])["net_sales_minor"] == 900
    assert row(tables["profile"])["return_lines"] == 1


def test_dates_without_a_time_have_no_hour(build: Build) -> None:
    _, tables = build(sales.drawn("customer day amount\nana 2011-01-03 10\nben 2011-01-04 10"))

    assert tables["customer_days"]["first_hour"].to_pylist() == [None, None]
    assert tables["rhythm"]["hour_profile"].to_pylist() == [None, None]
    assert tables["rhythm"]["preferred_hour"].to_pylist() == [None, None]


def test_midnight_is_an_hour_where_other_lines_have_times(build: Build) -> None:
    _, tables = build(sales.drawn("customer day amount\nana 2011-01-03 10\nben 2011-01-04T08:00 10"))

    assert tables["customer_days"]["first_hour"].to_pylist() == [0, 8]


def test_nothing_to_count_leaves_empty_tables(build: Build) -> None:
    report, tables = build(ORDER_LINES.schema.empty_table())

    assert report.customers == 0
    assert {name: table.num_rows for name, table in tables.items()} == dict.fromkeys(tables, 0)


def test_days_before_1970_and_long_names_are_counted(build: Build) -> None:
    long = "customer-with-a-rather-long-name-"
    lines = sales.drawn(f"""
        customer  day               amount
        {long}2   1965-06-05T12:00  10
        {long}10  2011-06-05T12:00  20
        {long}2   2011-06-05T12:00  30
    """)

    _, tables = build(lines)

    assert tables["customer_days"].select(["customer_id", "day", "sales_minor", "first_hour"]).to_pylist() == [
        {"customer_id": f"{long}10", "day": date(2011, 6, 5), "sales_minor": 2000, "first_hour": 12},
        {"customer_id": f"{long}2", "day": date(1965, 6, 5), "sales_minor": 1000, "first_hour": 12},
        {"customer_id": f"{long}2", "day": date(2011, 6, 5), "sales_minor": 3000, "first_hour": 12},
    ]


def test_ten_thousand_purchases_of_one_customer_are_counted(build: Build) -> None:
    start = datetime(1980, 1, 1)  # noqa: DTZ001 - order lines have no time zone
    lines = sales.lines(
        [
            {"customer": "ana", "day": (start + timedelta(days=number)).isoformat(), "product_id": f"p{number % 7}"}
            for number in range(10_000)
        ]
    )

    _, tables = build(lines)

    profile = row(tables["profile"])
    assert (profile["purchase_days"], profile["mean_interpurchase_days"], profile["products"]) == (10_000, 1.0, 7)
    assert row(tables["rhythm"])["sd_interpurchase_days"] == 0.0


def test_exact_copies_are_set_aside(build: Build) -> None:
    lines = sales.drawn("""
        line_number customer day               amount order_id product_id
        2           ana      2011-01-03T10:00  10     a        t1
        3           ana      2011-01-03T10:00  10     a        t1
        4           ana      2011-01-03T10:00  10     b        t1
        5           ana      2011-01-03T10:00  10     -        t1
        6           ana      2011-01-03T10:00  10     -        t1
        7           ana      2011-01-03T10:00  10     a        t1
        8           ana      2011-01-03T10:00  -10    a        t1
    """)

    report, tables = build(lines)

    assert tables["set_aside_lines"]["line_number"].to_pylist() == [3, 7]
    assert tables["set_aside_lines"]["reason"].to_pylist() == ["duplicate"] * 2
    assert (report.duplicates, report.lines) == (2, 5)
    assert row(tables["customer_days"])["sales_minor"] == 4000
    assert row(tables["customer_days"])["returns_minor"] == 1000
    assert row(tables["favourite_products"])["lines"] == 4


ANY_LINES = some.lists(
    some.fixed_dictionaries(
        {
            "customer": some.sampled_from(["ana", "ben", "cid", "eve", "-"]),
            "day": some.sampled_from(
                [f"2011-{month:02}-{day:02}T1{day % 10}:00" for month in (1, 6) for day in (1, 2, 19)]
            ),
            "amount": some.sampled_from(["10", "-10", "2.5", "0"]),
            "product_id": some.sampled_from(["p1", "p2", "p3", "-"]),
            "category": some.sampled_from(["tea", "cups", "-"]),
            "channel": some.sampled_from(["web", "shop", "-"]),
            "country": some.sampled_from(["Spain", "-"]),
        }
    ),
    max_size=60,
)
LAWS = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.mark.slow
@LAWS
@given(rows=ANY_LINES)
def test_sums_of_days_and_profiles_are_the_sums_of_the_lines(build: Build, rows: list[dict[str, str]]) -> None:
    lines = sales.lines(rows)
    known = lines.filter(pc.field("customer_id").is_valid())

    report, tables = build(lines)

    net = pc.sum(known["net_minor"]).as_py() or 0
    counted, profile = tables["customer_days"], tables["profile"]
    assert (pc.sum(profile["net_sales_minor"]).as_py() or 0) == net
    assert sum(counted["sales_minor"].to_pylist()) - sum(counted["returns_minor"].to_pylist()) == net
    assert sum(counted["sale_lines"].to_pylist()) + sum(counted["return_lines"].to_pylist()) == known.num_rows
    assert report.lines == known.num_rows
    for day_column, column in (("quantity", "quantity"), ("cost_minor", "cost_of_goods_minor")):
        by_customer = counted.group_by("customer_id").aggregate([(day_column, "sum")]).sort_by("customer_id")
        assert by_customer[f"{day_column}_sum"].to_pylist() == profile[column].to_pylist()


@pytest.mark.slow
@LAWS
@given(rows=ANY_LINES, seed=some.randoms(use_true_random=False))
def test_order_of_the_lines_and_number_of_buckets_do_not_matter(
    build: Build, rows: list[dict[str, str]], seed: Any
) -> None:
    lines = sales.lines(rows)
    shuffled = lines.take(pa.array(seed.sample(range(lines.num_rows), lines.num_rows), pa.int64()))

    report, tables = build(lines)
    bucketed, other = build(shuffled, habits=Habits(bucket_lines=10))

    assert bucketed.buckets >= report.buckets
    assert {name: table.to_pylist() for name, table in other.items()} == {
        name: table.to_pylist() for name, table in tables.items()
    }


@pytest.mark.slow
@LAWS
@given(rows=ANY_LINES.filter(bool), data=some.data())
def test_a_copy_of_a_line_changes_nothing_but_the_count(
    build: Build, rows: list[dict[str, str]], data: some.DataObject
) -> None:
    rows = [row | {"customer": row["customer"].replace("-", "ana")} for row in rows]
    lines = sales.lines(rows)
    copied = data.draw(some.integers(0, len(rows) - 1))
    number = pa.array([1000], pa.int64())
    copy = lines.slice(copied, 1).set_column(0, lines.schema.field("line_number"), number)

    report, tables = build(lines)
    again, other = build(pa.concat_tables([lines, copy]))

    assert (report.duplicates, again.duplicates, again.lines) == (0, 1, report.lines)
    assert other["set_aside_lines"]["line_number"].to_pylist() == [1000]
    del tables["set_aside_lines"], other["set_aside_lines"]
    assert {name: table.to_pylist() for name, table in other.items()} == {
        name: table.to_pylist() for name, table in tables.items()
    }
