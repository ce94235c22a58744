"""What one future purchase day leaves: expected spend, less returns, cost of goods and cost to serve.

Each rate of a customer is drawn towards that of all customers, by as much as a few purchases' worth of evidence:
a customer who returned his only purchase is not expected to return all others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from vinculo.differentiate.lifetime.model import Floats
from vinculo.warehouse import queries
from vinculo.warehouse.engine import Engine

EVIDENCE_DAYS = 3.0
"""Purchase days' worth of evidence that the rate of all customers counts for."""


@dataclass(frozen=True)
class Rates:
    """Rates of all customers together, or of those of one value of a dimension; money in minor units."""

    mean_spend: float
    return_share: float
    margin_share: float
    cost_to_serve: float
    """Cost to serve a purchase day."""

    @classmethod
    def of(cls, engine: Engine) -> "Rates":
        """Return the rates of all customers in the ledger."""
        (row,) = engine.rows(queries.load(__package__, "rates")).to_pylist()
        return cls.from_sums(row)

    @classmethod
    def by(cls, engine: Engine, dimension: str) -> "dict[str, Rates]":
        """Return the rates of the customers of each value of an asked dimension, from `scoped_profile`."""
        rows = engine.rows(queries.load(__package__, "rates_by"), dimension=dimension).to_pylist()
        return {row["dimension_value"]: cls.from_sums(row) for row in rows}

    @classmethod
    def from_sums(cls, row: Mapping[str, Any]) -> "Rates":
        """Return the rates that sums of the ledger make."""
        sales, net_sales, days = (float(row[name] or 0) for name in ("sales", "net_sales", "purchase_days"))
        return cls(
            mean_spend=sales / days if days else 0.0,
            return_share=min(1.0, float(row["returns"]) / sales) if sales else 0.0,
            margin_share=float(row["margin"]) / net_sales if net_sales > 0 else 0.0,
            cost_to_serve=float(row["cost_to_serve"]) / days if days else 0.0,
        )


def contribution(rates: Rates, expected_spend: Floats, customer: dict[str, Floats]) -> Floats:
    """Return the contribution expected of a customer's next purchase day, in minor units (may be negative).

    contribution = spend * (1 - return share) * margin share - cost to serve

    Parameters
    ----------
    rates
        The rates of all customers.
    expected_spend
        Expected sales of a purchase day, minor units, before returns.
    customer
        Columns of the ledger: sales_minor, returns_minor, net_sales_minor, margin_minor, cost_to_serve_minor,
        purchase_days.
    """
    weight = EVIDENCE_DAYS * max(rates.mean_spend, 1.0)
    returned = (customer["returns_minor"] + rates.return_share * weight) / (customer["sales_minor"] + weight)
    kept = 1 - np.clip(returned, 0.0, 1.0)
    net_sales = np.maximum(customer["net_sales_minor"], 0.0)
    margin = np.where(customer["net_sales_minor"] > 0, customer["margin_minor"], 0.0)
    margin_share = np.clip((margin + rates.margin_share * weight) / (net_sales + weight), -1.0, 1.0)
    days = customer["purchase_days"]
    cost_to_serve = (customer["cost_to_serve_minor"] + rates.cost_to_serve * EVIDENCE_DAYS) / (days + EVIDENCE_DAYS)
    result: Floats = expected_spend * kept * margin_share - cost_to_serve
    return result
