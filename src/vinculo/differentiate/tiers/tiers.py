"""Value tiers: who carries the company, who could, who is one of many, and who costs more than he brings.

Rules, in the order in which they are tried (the first that matches decides):

1. *high performance*: past contribution among the top share of customers, or from an amount the company sets;
2. *high potential*: residual value among the top share of the rest, or from an amount the company sets;
3. *below zero*: past contribution below zero, and still below zero with the residual value;
4. *standard*: everybody else.

A past loss does not bar a customer of high residual value: it is spent, and only what is still to come can be
decided. More contribution or more residual value never gives a lower tier.
"""

from dataclasses import asdict
from pathlib import Path

import pyarrow as pa

from vinculo.differentiate.settings import Settings
from vinculo.differentiate.tiers import reasons, thresholds, totals
from vinculo.foundation.language import Translate
from vinculo.warehouse import queries
from vinculo.warehouse.engine import Engine
from vinculo.warehouse.tables import Table
from vinculo.warehouse.tables import tiers as contracts
from vinculo.warehouse.tables.customers import VALUE

_ASSIGNED = ("value_tier", "value_tier_reason", "relationship_area", "relationship_area_reason")
SCORED = Table(
    "scored",
    "one customer with all columns of `value` but the four that are assigned here",
    tuple(column for column in VALUE.columns if column.name not in _ASSIGNED),
)


def assign(engine: Engine, folder: Path, settings: Settings, translate: Translate) -> pa.Table:
    """Write the table `value` into a new folder and return the table `tier_rules`.

    Assumes the relation `scored` (all columns of `value` but the four assigned here, none null that `value` does not
    allow to be). One row of `value` is one customer; rules are those of this module and of
    `areas.py`, and each reason is one sentence in the language of `translate` with the customer's own figures.

    Raises
    ------
    ContractError
        When `scored` lacks a column.
    SettingsError
        When a threshold makes no sense.
    """
    SCORED.require(engine.rows("SELECT * FROM scored LIMIT 0").schema.names)
    found = thresholds.compute(engine, settings)
    engine.attach("reason_texts", reasons.table(settings, found, translate))
    engine.write(
        folder,
        queries.load(__package__, "tiers"),
        **asdict(found),
        **asdict(reasons.money_marks(settings.currency, settings.language)),
        horizon_days=settings.horizon_days,
        acquire_days=settings.tiers.acquire_days,
        overdue_intervals=settings.tiers.overdue_intervals,
        slipping_probability=settings.tiers.slipping_probability,
        silence_probability=settings.tiers.silence_probability,
        loyal_purchase_days=settings.tiers.loyal_purchase_days,
        gone_probability=settings.tiers.gone_probability,
        day=translate(" day"),
        days=translate(" days"),
    )
    return thresholds.rules(settings, found, translate)


def summarize(engine: Engine) -> dict[str, pa.Table]:
    """Return the tables `tiers` and `customer_equity`.

    Assumes the relation `scoped_value`. One row is one tier, or everybody, of one value of a dimension; amounts in
    minor units. Customer equity is the sum of residual values (R. T. Rust, V. A. Zeithaml and K. N. Lemon, 2000,
    *Driving Customer Equity*), of today's customers only.
    """
    return {
        "tiers": totals.of(engine, contracts.TIERS, label="value_tier"),
        "customer_equity": engine.rows(queries.load(__package__, "customer_equity")).cast(contracts.EQUITY.schema),
    }
