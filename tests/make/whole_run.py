"""A made run with every table that a report can show: habits, mailing, moves, periods and contracts beside the rest."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from tests.make import run as made
from tests.make.summaries import ALL, arrow

from vinculo.warehouse import runs
from vinculo.warehouse.tables import contracts, habits, profit, rfmt

Row = dict[str, Any]
SETTINGS: Row = {"by": ["country"], "lifetime": {"contract_days": 30.44}, "rfmt": {"contact_cost_minor": 60}}
COHORTS = (date(2010, 1, 1), date(2010, 2, 1))
SURVIVORS = ([200, 120, 80, 60], [100, 50, 30])
ALPHA, BETA = 1.5, 2.5


def write(
    folder: Path, *, without: Iterable[str] = (), changed: dict[str, pa.Table] | None = None, **more: Any
) -> runs.Run:
    """Write a whole run and open it; `without` leaves tables out, `changed` puts others in their place."""
    without, more = set(without), {"customers_count": 60, "settings": SETTINGS} | more
    given = {name: table for name, table in (tables() | (changed or {})).items() if name not in without}
    run = made.write(folder, without=without, **more)
    for name, table in given.items():
        (folder / name).mkdir(exist_ok=True)
        pq.write_table(table, folder / name / "part-0.parquet")
    written = {
        **run.manifest["tables"],
        **{name: {"rows": table.num_rows, "grain": ""} for name, table in given.items()},
    }
    return runs.Run(folder, {**run.manifest, "tables": written})


def tables() -> dict[str, pa.Table]:
    """Return the tables that the made run lacks."""
    return {
        "rhythm": arrow(habits.RHYTHM, [rhythm(at) for at in range(20)]),
        "favourite_products": arrow(habits.FAVOURITE_PRODUCTS, [*favourites()]),
        "unusual_purchases": arrow(habits.UNUSUAL_PURCHASES, unusual()),
        "rfmt_cells": arrow(rfmt.RFMT_CELLS, [cell(*each) for each in CELLS]),
        "rfmt_mailing": arrow(rfmt.RFMT_MAILING, [mailing(*each) for each in CELLS]),
        "rfmt_crosstab": arrow(rfmt.RFMT_CROSSTAB, crosstab()),
        "unprofitable": arrow(profit.UNPROFITABLE, [loss(at) for at in range(1, 4)]),
        "stability_transitions": arrow(profit.STABILITY_TRANSITIONS, moves()),
        "opportunities": opportunities([400.0, 210.0, 90.0]),
        "contract_survival": arrow(contracts.CONTRACT_SURVIVAL, survival()),
        "contract_cohorts": arrow(contracts.CONTRACT_COHORTS, cohorts()),
    }


def rhythm(at: int) -> Row:
    """Return one customer's rhythm: every fourth like clockwork."""
    return {
        "customer_id": f"C{at:05d}",
        "purchase_days": 4,
        "mean_interpurchase_days": 30.0,
        "sd_interpurchase_days": 3.0 if at % 4 == 0 else 40.0,
        "median_interpurchase_days": 30.0,
        "interpurchase_variation": 0.1 if at % 4 == 0 else 1.3,
        "overdue_ratio": 1.0,
        "hour_profile": None,
        "weekday_profile": [4, 0, 0, 0, 0, 0, 0],
        "month_profile": [4] + [0] * 11,
        "season_profile": [0, 0, 0, 4],
        "preferred_hour": None,
        "preferred_weekday": 1,
    }


def favourites() -> Iterable[Row]:
    """Yield favourites: eight customers like jam, two like a product without a name, ten bought everything once."""
    for at in range(20):
        code, name = ("J1", made.HOSTILE) if at < 8 else ("X9", "?")
        lines = 3 if at < 10 else 1
        yield favourite(f"C{at:05d}", 1, code, name, lines)
        yield favourite(f"C{at:05d}", 2, "Z", "Never shown", lines)


def favourite(customer: str, rank: int, code: str, name: str, lines: int) -> Row:
    """Return one favourite of one customer."""
    given = {"customer_id": customer, "rank": rank, "product_id": code, "product_name": name}
    return {**given, "lines": lines, "share_of_lines": 0.25}


def unusual() -> list[Row]:
    """Return unusual purchases, one of each way, all in the last week."""
    day = made.AS_OF - timedelta(days=3)
    return [
        odd("C00001", day, "spend", 90_000.0, 1_000.0, 5_000.0, 1e-9),
        odd("C00002", day, "spend", 100.0, 1_000.0, 5_000.0, 1 / 872_902),
        odd("C00004", day, "gap", 120.0, 5.0, 40.0, 0.004),
        odd("C00005", day, "gap", 1.0, 20.0, 40.0, 0.005),
        {
            **odd("C00003", day, "goods", None, None, None, 0.009),
            "observed_goods": made.HOSTILE,
            "usual_goods": "Tea",
        },
    ]


def odd(
    customer: str, day: date, what: str, observed: float | None, low: float | None, high: float | None, chance: float
) -> Row:
    """Return one unusual purchase."""
    return {
        "customer_id": customer,
        "day": day,
        "what": what,
        "observed": observed,
        "expected_low": low,
        "expected_high": high,
        "observed_goods": None,
        "usual_goods": None,
        "probability": chance,
        "surprise": 2.0,
    }


CELLS = (("555", 40, 0.9, 0.02, True), ("111", 200, 0.1, 0.05, False), ("222", 90, 0.2, None, False))
"""Cells of RFM: code, customers, chance to buy, break-even and whether a trial can tell."""


def cell(code: str, customers: int, p_buys: float, break_even: float | None, _: bool) -> Row:
    """Return one row of `rfmt_cells`."""
    recency, frequency, monetary = (int(digit) for digit in code)
    return {
        **ALL,
        "grain": "rfm",
        "cell": code,
        "recency_score": recency,
        "frequency_score": frequency,
        "monetary_score": monetary,
        "time_score": None,
        "customers": customers,
        "customers_share": customers / 330,
        "net_sales_minor": 100_000,
        "contribution_minor": 40_000,
        "residual_value_minor": 30_000,
        "mean_expected_purchases": 1.0,
        "mean_p_buys": p_buys,
        "mean_contribution_per_purchase_minor": 60 / break_even if break_even else -5.0,
        "break_even_response_rate": break_even,
        "p_buys_exceeds_break_even": break_even is not None,
    }


def mailing(code: str, customers: int, _: float, break_even: float | None, large: bool) -> Row:
    """Return one row of `rfmt_mailing`."""
    return {
        **ALL,
        "grain": "rfm",
        "cell": code,
        "customers": customers,
        "break_even_response_rate": break_even,
        "sample_customers": customers // 2 if break_even else 0,
        "sample_cost_minor": customers // 2 * 60 if break_even else 0,
        "large_enough": large,
    }


def crosstab() -> list[Row]:
    """Return two types of goods; champions like tea twice as much as others do."""
    rows = []
    for goods, segment, customers, affinity in (
        ("Tea", "champions", 50, 2.0),
        ("Tea", "lost", 30, 0.6),
        ("Books", "lost", 60, 1.1),
        ("Books", "loyal", 3, 9.0),
    ):
        named = {"rfmt_segment": segment, "dominant_category": goods, "customers": customers}
        rows.append({**ALL, **named, "net_sales_minor": 10_000, "segment_share": 0.5, "affinity": affinity})
    return rows


def loss(rank: int) -> Row:
    """Return one unprofitable customer."""
    return {
        **ALL,
        "loss_rank": rank,
        "customer_id": f"C{rank:05d}",
        "contribution_minor": -10_000 * rank,
        "net_sales_minor": 1_000,
        "discounts_minor": 0,
        "returns_minor": 0,
        "margin_minor": 400,
        "cost_to_serve_minor": 10_400,
        "purchase_days": 1,
        "return_days": 0,
        "cause": "small_orders" if rank < 3 else "returns",
    }


def moves() -> list[Row]:
    """Return where the best fifth and the new ones are."""
    shares = {("quintile_1", "quintile_1"): 0.6, ("quintile_1", "lapsed"): 0.4, ("new", "quintile_1"): 1.0}
    money = {"margin_previous_minor": 1, "margin_minor": 1}
    return [
        {**ALL, "from_class": start, "to_class": end, "customers": 10, "share_of_from": share, **money}
        for (start, end), share in shares.items()
    ]


def opportunities(expected: list[float | None]) -> pa.Table:
    """Return customers by repeat periods of 91 days, 420, 200 and 80 of them."""
    rows = [
        {
            **ALL,
            "model": "bg_bb",
            "period_days": 91,
            "repeat_periods": at,
            "customers": seen,
            "expected_customers": each,
        }
        for at, (seen, each) in enumerate(zip((420, 200, 80), expected, strict=True))
    ]
    return arrow(contracts.OPPORTUNITIES, rows)


def survival() -> list[Row]:
    """Return two cohorts with two projected renewals each."""
    rows = []
    for cohort, seen in zip(COHORTS, SURVIVORS, strict=True):
        for period in range(len(seen) + 2):
            known = period < len(seen)
            rows.append(
                {
                    **ALL,
                    "cohort": cohort,
                    "period": period,
                    "projected": not known,
                    "survivors": seen[period] if known else None,
                    "share": seen[period] / seen[0] if known else None,
                    "expected_share": 0.8**period,
                    "expected_survivors": None if known else 12.5,
                }
            )
    return rows


def cohorts(*, identified: bool = True) -> list[Row]:
    """Return the fit of all cohorts together and that of each."""
    given = [(None, 300, 90, 3), (COHORTS[0], 200, 60, 3), (COHORTS[1], 100, 30, 2)]
    return [
        {
            **ALL,
            "cohort": cohort,
            "customers": customers,
            "survivors": left,
            "renewals": renewals,
            "alpha": ALPHA if identified else None,
            "beta": BETA if identified else None,
            "alpha_standard_error": 0.1,
            "beta_standard_error": 0.1,
            "log_likelihood": -100.0,
            "likelihood_ratio_p": 0.01 if cohort is None else None,
            "identified": identified,
            "diagnosis_code": "ok" if identified else "too_few",
            "diagnosis": "The parameters are well determined." if identified else "Too few renewals to tell.",
            "parameters_of": "all" if identified else None,
            "current_period": renewals + 1,
            "residual_lifetime_periods": 4.2 if identified else None,
        }
        for cohort, customers, left, renewals in given
    ]
