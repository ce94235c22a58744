"""A finished run, small but whole, made without the analysis: two years of a shop, as every table's contract asks.

Figures hang together (shares add up, the ledger reconciles) but no model was fitted: they are for reports to show.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from tests.make import summaries

from vinculo.warehouse import runs
from vinculo.warehouse.tables import customers, orders

AS_OF = date(2011, 6, 9)
FIRST = date(2009, 12, 1)
HORIZON = 180
HOSTILE = '<script>alert("1")</script> & <b>Sons</b>'
COUNTRIES = ("United Kingdom", "Germany", "France", "Spain", HOSTILE)
Row = dict[str, Any]
MANIFEST: Row = {
    "product": "Vinculo",
    "version": "0.1.0",
    "run_id": "20110610-1f3a",
    "created_at": "2011-06-10T08:15:00+00:00",
    "as_of": AS_OF,
    "horizon_days": HORIZON,
    "currency": "GBP",
    "language": "en",
    "source": {"description": f"A gift shop, <i>{FIRST.year}</i> to {AS_OF.year}", "rows": 10_000},
    "reading": {
        "mapping": [
            {"target": "customer_id", "column": "CustomerID", "confidence": 0.99, "why": "The name says so."},
            {"target": "happened_at", "column": "InvoiceDate", "confidence": 0.97, "why": "The only dates."},
            {"target": "order_id", "column": "Invoice<br>No", "confidence": 0.8, "why": "Repeats within a day."},
        ],
        "encoding": "utf-8",
        "delimiter": ",",
        "decimal": ".",
        "date_order": "dmy",
        "warnings": ["5 lines could not be read and were set aside."],
    },
    "settings": {"by": ["country"]},
    "assumptions": [
        "The margin on net sales is 40%: the data hold no cost of goods.",
        "A delivery costs £3.50; handling the returns of a day costs £5.00.",
        "Future amounts are discounted at 15% a year.",
    ],
    "warnings": ["The history (555 days) is shorter than two years: a season cannot be told from a trend."],
    "model_card": {
        "chosen": {
            "model": "mbg_nbd",
            "reason": "MBG/NBD is used: of the models it gave what happened the highest probability.",
            "remarks": ["For telling who will buy, the simple rule of who bought last does as well as the model."],
        },
        "assumptions": ["Each customer buys at random at a rate of his own."],
        "warnings": ["In the backtest the model's total was off by 3.1%."],
    },
    "timings": {"read": 1.2, "profile": 0.4, "fit": 0.9},
}


@dataclass(frozen=True)
class Shop:
    """What the customers did: a customer's purchase days, and amounts of each."""

    days: list[list[date]]
    spend: list[list[int]]
    hours: list[list[int]]
    country: list[str]


def shop(count: int, *, seed: int = 7, repeats: float = 4.0) -> Shop:
    """Draw a shop: gamma rates, exponential lives, lognormal amounts, closed on Saturdays."""
    random = np.random.default_rng(seed)
    length = (AS_OF - FIRST).days
    start = np.sort(random.integers(0, length - 5, count))
    rate, life = random.gamma(0.7, repeats / 250, count), random.exponential(400, count)
    days, spend, hours = [], [], []
    for at in range(count):
        gaps = np.cumsum(random.exponential(1 / max(rate[at], 1e-6), 80)) if repeats else np.array([])
        ends = min(length, start[at] + life[at])
        offsets = sorted({int(start[at]), *(int(start[at] + gap) for gap in gaps if start[at] + gap < ends)})
        mine = sorted(
            {FIRST + timedelta(days=at + (1 if (FIRST + timedelta(days=at)).weekday() == 5 else 0)) for at in offsets}
        )
        days.append([day for day in mine if day <= AS_OF])
        level = random.lognormal(9.6, 0.8)
        spend.append([int(level * random.lognormal(0, 0.35)) for _ in days[-1]])
        hours.append([int(np.clip(random.normal(12.5, 2), 8, 18)) for _ in days[-1]])
    return Shop(days, spend, hours, [str(random.choice(COUNTRIES, p=[0.7, 0.1, 0.1, 0.05, 0.05])) for _ in days])


def write(
    folder: Path, *, customers_count: int = 400, repeats: float = 4.0, without: Iterable[str] = (), **manifest: Any
) -> runs.Run:
    """Write a run into a folder and open it; `without` leaves tables out, `manifest` overrides its keys."""
    tables = {
        name: table for name, table in all_tables(shop(customers_count, repeats=repeats)).items() if name not in without
    }
    for name, table in tables.items():
        (folder / name).mkdir(parents=True)
        pq.write_table(table, folder / name / "part-0.parquet")
    written = {name: {"rows": table.num_rows, "grain": ""} for name, table in tables.items()}
    folder.mkdir(parents=True, exist_ok=True)
    content = {**MANIFEST, "tables": written, **manifest}
    (folder / runs.MANIFEST).write_text(json.dumps(content, default=str), encoding="utf-8")
    return runs.read(folder)


def all_tables(drawn: Shop) -> dict[str, pa.Table]:
    """Return every table that a report reads."""
    value = [customer(drawn, at) for at in range(len(drawn.days))]
    scored(value)
    found = {
        "value": summaries.arrow(customers.VALUE, value),
        "customer_days": summaries.arrow(orders.CUSTOMER_DAYS, days_of(drawn)),
        "line_counts": summaries.arrow(orders.LINE_COUNTS, line_counts()),
        "rfmt_segments": summaries.segments(value),
        "cohorts": summaries.triangle(drawn.days, drawn.spend, AS_OF),
        **summaries.of_profit(value),
        **summaries.of_tiers(value),
    }
    if sum(len(days) > 1 for days in drawn.days) > 10:
        found |= summaries.of_validation(drawn.days, FIRST, AS_OF)
    return found


def customer(drawn: Shop, at: int) -> Row:
    """Return one row of `value`, its scores still missing."""
    days, spend = drawn.days[at], drawn.spend[at]
    net, repeats = sum(spend), len(days) - 1
    since, tenure, age = (AS_OF - days[-1]).days, (AS_OF - days[0]).days, (days[-1] - days[0]).days
    contribution = round(net * 0.4) - 350 * len(days) - (4000 if at % 11 == 0 else 0)
    alive = float(np.exp(-since / (30 + (age / repeats if repeats else 60) * 3)))
    expected = alive * (repeats + 0.25) / (tenure + 60) * HORIZON
    per_purchase = max(net / len(days) * 0.4 - 350, 50.0)
    residual = round(expected * per_purchase * 0.96)
    return {
        "customer_id": HOSTILE if at == 3 else f"C{at:05d}",
        "as_of": AS_OF,
        "currency": "GBP",
        "purchase_days": len(days),
        "repeat_purchase_days": repeats,
        "since_last_days": since,
        "age_at_last_days": age,
        "tenure_days": tenure,
        "mean_interpurchase_days": age / repeats if repeats else None,
        "net_sales_minor": net,
        "contribution_minor": contribution,
        "expected_purchases": expected,
        "p_buys": 1 - float(np.exp(-expected)),
        "churn_probability": float(np.exp(-expected)),
        "expected_spend_minor": net / len(days),
        "contribution_per_purchase_minor": per_purchase,
        "residual_value_minor": residual,
        "residual_value_low_minor": round(residual * 0.6),
        "residual_value_high_minor": round(residual * 1.5),
        "residual_value_infinite_minor": residual * 3,
        "total_value_minor": contribution + residual,
        "country": drawn.country[at],
        "channel": "web",
        "segment": None,
        "dominant_category": None,
        "cohort": days[0].replace(day=1),
    }


def scored(value: list[Row]) -> None:
    """Put scores, segments, tiers and areas to the rows of `value`."""
    scores = {
        "recency_score": fifths([-row["since_last_days"] for row in value]),
        "frequency_score": fifths([row["purchase_days"] for row in value]),
        "monetary_score": fifths([row["net_sales_minor"] for row in value]),
        "time_score": fifths([-(row["mean_interpurchase_days"] or 999) for row in value]),
    }
    names = {5: "champions", 4: "loyal", 3: "need_attention", 2: "hibernating", 1: "lost"}
    best = sorted((row["contribution_minor"] for row in value), reverse=True)[len(value) // 5]
    for at, row in enumerate(value):
        row |= {name: found[at] for name, found in scores.items()}
        four = [row[name] for name in scores]
        tier = "high_performance" if row["contribution_minor"] >= best else "standard"
        tier = "below_zero" if row["contribution_minor"] < 0 else tier
        quiet = row["since_last_days"] > 3 * (row["mean_interpurchase_days"] or 9999)
        row |= {
            "rfmt_code": "".join(map(str, four)),
            "rfmt_score": sum(four) / 4,
            "rfmt_segment": names[min(row["recency_score"], row["frequency_score"])],
            "value_tier": tier,
            "value_tier_reason": "Because.",
            "relationship_area": "retain" if quiet and tier == "high_performance" else AREA[tier],
            "relationship_area_reason": "Because.",
        }


AREA = {"high_performance": "maintain", "standard": "build_loyalty", "below_zero": "let_go"}


def fifths(figures: list[float]) -> list[int]:
    """Return scores 1 to 5, equal figures sharing a score."""
    array = np.array(figures, float)
    edges = np.quantile(array, [0.2, 0.4, 0.6, 0.8])
    return [int(1 + (edges < figure).sum()) for figure in array]


def days_of(drawn: Shop) -> list[Row]:
    """Return the rows of `customer_days`."""
    return [
        {
            "customer_id": HOSTILE if at == 3 else f"C{at:05d}",
            "day": day,
            "sale_lines": 2,
            "return_lines": 0,
            "quantity": 3.0,
            "gross_minor": round(spend * 1.05),
            "discount_minor": round(spend * 1.05) - spend,
            "sales_minor": spend,
            "returns_minor": 0,
            "cost_minor": round(spend * 0.6),
            "first_hour": hour,
        }
        for at in range(len(drawn.days))
        for day, spend, hour in zip(drawn.days[at], drawn.spend[at], drawn.hours[at], strict=True)
    ]


def line_counts() -> list[Row]:
    """Return how lines were recognised."""
    return [
        {"line_kind": "sale", "lines": 9_800, "net_minor": 12_345_600, "treatment": "Counted as sales."},
        {"line_kind": "return", "lines": 120, "net_minor": -45_600, "treatment": "Taken off the day they came back."},
        {
            "line_kind": "guest",
            "lines": 75,
            "net_minor": 99_900,
            "treatment": "In the totals, of no customer.",
        },
        {"line_kind": "rejected", "lines": 5, "net_minor": None, "treatment": "Set aside, listed with the reason."},
    ]
