"""Each family of charts: its specification says what the table says, and it draws at both widths."""

from datetime import date
from typing import Any
from xml.etree import ElementTree

import altair as alt
import pyarrow as pa
import pytest
from tests.make import run as made

from vinculo.measure.charts import cohorts, drawing, forecast, iso_value, palette, profit, rfmt, sales, tiers
from vinculo.measure.charts.reader import Reader

READER = Reader("en", "GBP")
TABLES = made.all_tables(made.shop(60))


def marks(chart: alt.LayerChart) -> list[list[dict[str, Any]]]:
    """Return the rows that each layer draws."""
    spec = drawing.specification(chart)
    given = [layer.get("data", spec.get("data", {})) for layer in spec["layer"]]
    return [spec["datasets"][data["name"]] for data in given]


def words(chart: alt.LayerChart) -> list[str]:
    """Return the texts of the drawn chart."""
    root = ElementTree.fromstring(drawing.svg(chart, name="chart", title="Title", description=""))
    return [text.text or "" for text in root.iter("{http://www.w3.org/2000/svg}text")]


def months(*amounts: int, whole: bool = True) -> pa.Table:
    rows = [
        {"month": date(2011, at + 1, 1), "net_sales_minor": amount, "whole": whole} for at, amount in enumerate(amounts)
    ]
    return pa.Table.from_pylist(rows)


def test_a_month_cut_short_is_drawn_fainter() -> None:
    (whole,) = marks(sales.by_month(months(100, 200), READER))
    (part,) = marks(sales.by_month(months(100, whole=False), READER))

    assert {row["colour"] for row in whole} == {palette.ACCENT}
    assert {row["colour"] for row in part} == {palette.SOFT}


def test_months_are_labelled_as_many_as_can_be_read() -> None:
    many = [date(2000 + at // 12, at % 12 + 1, 1) for at in range(120)]

    assert len(sales.labelled_months(many, most=10)) == 10
    assert sales.labelled_months(many[:3], most=10) == many[:3]


def test_the_waterfall_ends_where_it_says() -> None:
    steps = {"label": ["Gross", "Returns", "Net"], "amount_minor": [1000, -300, 700], "is_sum": [True, False, True]}

    rows = marks(profit.waterfall(pa.table(steps), READER))[0]

    assert [(row["from"], row["to"]) for row in rows] == [(0, 1000), (700, 1000), (0, 700)]


def whale(*shares: float) -> pa.Table:
    count = len(shares) - 1
    return pa.table({"customer_share": [at / count for at in range(count + 1)], "cumulative_share": list(shares)})


def test_the_whale_curve_marks_its_peak() -> None:
    assert "Peak: 125.0% at 50%" in words(profit.whale(whale(0.0, 1.25, 1.0), READER))


def test_a_curve_without_losses_has_no_peak_to_mark() -> None:
    assert not [word for word in words(profit.whale(whale(0.0, 0.8, 1.0), READER)) if word.startswith("Peak")]


def test_a_tenth_that_loses_is_drawn_in_the_colour_of_loss() -> None:
    rows = marks(profit.deciles(pa.table({"decile": [1, 2], "amount_minor": [500, -20]}), READER))[0]

    assert [row["colour"] for row in rows] == [palette.ACCENT, palette.LOSS]


def test_the_mean_margin_does_not_jump_where_young_cohorts_end() -> None:
    rows = [
        {"age_periods": age, "complete": True, "customers": 10, "margin_minor": margin}
        for cohort in ((100, 50, 50), (300, 50))
        for age, margin in enumerate(cohort)
    ]

    line = cohorts.weighted_mean(pa.Table.from_pylist(rows))

    assert [row["margin"] for row in line] == [20.0, 25.0, 30.0]


def test_periods_that_the_day_cuts_are_not_drawn() -> None:
    table = TABLES["cohorts"]
    cut = sum(not row["complete"] for row in table.to_pylist())
    first = sum(row["complete"] and row["age_periods"] == 0 for row in table.to_pylist())

    drawn = marks(cohorts.retention(table, READER))[0]

    assert cut > 0
    assert len(drawn) == table.num_rows - cut - first


def test_a_contour_is_found_between_two_points_of_the_grid() -> None:
    grid = {1: [(0.0, 0.0), (10.0, 100.0)], 2: [(0.0, 0.0), (10.0, 200.0)]}

    line = iso_value.contour(grid, 50.0)

    assert [(point["repeats"], point["age"]) for point in line] == [(1.0, 5.0), (2.0, 2.5)]


def test_contours_lie_level_where_silence_does_not_matter() -> None:
    grid = {1: [(0.0, 100.0), (10.0, 100.0)], 3: [(0.0, 200.0), (10.0, 200.0)]}

    line = iso_value.contour(grid, 150.0)

    assert [(point["repeats"], point["age"]) for point in line] == [(2.0, 0.0), (2.0, 10.0)]


def test_a_small_triangle_says_its_shares() -> None:
    complete = TABLES["cohorts"].filter(pa.array([row["age_periods"] < 9 for row in TABLES["cohorts"].to_pylist()]))

    assert any(word.endswith("%") for word in words(cohorts.retention(complete, READER)))


def test_levels_are_round_and_below_the_highest_value() -> None:
    assert iso_value.contour_levels([0, 97_000]) == [1000, 2000, 5000, 10000, 20000, 50000]
    assert iso_value.contour_levels([]) == []


def test_the_forecast_begins_where_the_model_had_not_seen_the_week() -> None:
    table = TABLES["tracking"]
    unseen = next(row["week_start"] for row in table.to_pylist() if not row["calibration"])

    layers = marks(forecast.tracking(table, READER))

    assert layers[0] == [{"day": unseen.isoformat(), "words": "forecast begins"}]


def test_tiers_show_customers_and_value_of_each_group() -> None:
    table = pa.table({"label": ["Best", "Rest"], "customer_share": [0.2, 0.8], "value_share": [1.1, -0.1]})

    rows = marks(tiers.shares(table, READER))[0]

    assert [row["words"] for row in rows] == [
        "20% of customers",
        "110% of residual value",
        "80% of customers",
        "\u221210% of residual value",
    ]


def cell(recency: int, mean: float) -> dict[str, object]:
    return {
        "recency_score": recency,
        "frequency_score": 5,
        "customers": 7,
        "mean_value_minor": mean,
        "label": "Champions",
    }


def test_a_single_cell_is_a_map_too() -> None:
    assert "7" in words(rfmt.map_of_customers(pa.Table.from_pylist([cell(5, 100.0)]), READER))


def test_one_very_good_cell_does_not_make_all_others_pale() -> None:
    table = pa.Table.from_pylist([cell(1, 100.0), cell(4, 900.0), cell(5, 1_000_000.0)])

    inks = [row["ink"] for row in marks(rfmt.map_of_customers(table, READER))[0]]

    assert inks == [palette.INK, palette.ON_STRONG, palette.ON_STRONG]


@pytest.mark.parametrize("width", [drawing.NARROW, drawing.WIDE])
def test_families_draw_at_both_widths(width: int) -> None:
    days = pa.table({"weekday": [1, 2], "hour": [9, 17], "purchase_days": [3, 5]})
    people = pa.table({"age_at_last_days": [10], "repeat_purchase_days": [2], "customers": [4]})
    calibration = pa.Table.from_pylist(
        [row for row in TABLES["calibration"].to_pylist() if row["quantity"] == "p_buys"]
    )
    charts = [
        sales.by_hour(days, READER, width=width),
        sales.by_weekday(days, READER, width=width),
        cohorts.margin(TABLES["cohorts"], READER, width=width),
        forecast.calibration(calibration, READER, width=width, share=True),
        iso_value.curves(TABLES["iso_value"], people, READER, width=width),
    ]

    drawn = [ElementTree.fromstring(drawing.svg(chart, name="a", title="A", description="")) for chart in charts]

    boxes = [[float(side) for side in root.get("viewBox", "").split()] for root in drawn]
    assert all(abs(box[2] - width) <= 1 for box in boxes)


def test_months_of_the_year_stand_in_their_order() -> None:
    table = pa.table({"month": [2, 11], "net_sales_minor": [100, 900]})

    (rows,) = marks(sales.by_calendar_month(table, READER))

    assert [(row["month"], row["sales"]) for row in rows] == [(2, 100), (11, 900)]
    assert {"Jan", "Feb", "Dec"} <= set(words(sales.by_calendar_month(table, READER)))
    assert "Feb" not in words(sales.by_calendar_month(table, READER, width=drawing.NARROW))


def test_periods_are_drawn_seen_beside_expected() -> None:
    table = pa.table({"repeat_periods": [0, 1], "customers": [10, 4], "expected_customers": [9.0, 5.0]})

    (rows,) = marks(forecast.periods(table, READER))

    assert [(row["periods"], row["customers"]) for row in rows] == [(0, 10), (0, 9.0), (1, 4), (1, 5.0)]
    assert [row["colour"] for row in rows[:2]] == [palette.ACCENT, palette.SOFT]


def test_survival_is_drawn_as_far_as_it_was_seen_and_expected_beyond() -> None:
    day = date(2010, 1, 1)
    table = pa.table({"cohort": [day] * 3, "period": [0, 1, 2], "share": pa.array([1.0, 0.5, None])})
    mean = [{"period": 0, "share": 1.0}, {"period": 1, "share": 0.5}]

    seen, expected, together = marks(cohorts.survival(table, mean, [1.0, 0.6, 0.4], READER))

    assert [row["period"] for row in seen] == [0, 1]
    assert [row["share"] for row in expected] == [1.0, 0.6, 0.4]
    assert [row["share"] for row in together] == [1.0, 0.5]
    assert len(marks(cohorts.survival(table, mean, [], READER))) == 2
