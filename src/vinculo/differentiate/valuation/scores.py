"""Scores: every customer's forecast, residual value and RFMT, batch by batch.

Residual value = discounted expected purchase days x contribution of a purchase day. Its interval is that of the
customer's own expected purchases (see `lifetime.interval`), the contribution of a purchase taken as known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vinculo.differentiate.lifetime import scoring
from vinculo.differentiate.lifetime.gamma_gamma import SpendFit
from vinculo.differentiate.lifetime.model import Floats, Histories
from vinculo.differentiate.rfmt import edges, scores, segments
from vinculo.differentiate.settings import Settings
from vinculo.differentiate.tiers.tiers import SCORED
from vinculo.differentiate.valuation import purchase
from vinculo.warehouse.engine import BatchFunction

EVERYBODY = ""
"""The scorer of customers whose group has none of its own."""
_COPIED = ("customer_id", "country", "channel", "segment", "dominant_category", "cohort")
_MEASURED = ("purchase_days", "repeat_purchase_days", "since_last_days", "age_at_last_days", "tenure_days")
_AMOUNTS = ("sales_minor", "returns_minor", "net_sales_minor", "margin_minor", "cost_to_serve_minor")
_MOST_MINOR = float(2**53)
"""Amounts beyond this cannot be whole numbers in a float; nothing on earth is worth as much."""


@dataclass(frozen=True)
class Forecaster:
    """All that is needed to value a batch of customers."""

    settings: Settings
    scorers: Mapping[str, scoring.Scorer]
    """By value of `settings.lifetime.fit_by`; `EVERYBODY` is always there."""
    spend: SpendFit
    rates: purchase.Rates
    edges: edges.Edges
    naming: segments.Naming

    def function(self) -> BatchFunction:
        """Return the function for `Engine.map_batches`: rows of `accounts.sql` in, rows of `scored` out."""
        return self.value

    def value(self, batch: pa.Table) -> pa.Table:
        """Return the scored rows of a batch, in its order."""
        numbers = {name: floats(batch, name) for name in (*_MEASURED, *_AMOUNTS, "mean_interpurchase_days")}
        forecast = self.forecast(batch, numbers)
        repeats = numbers["repeat_purchase_days"].astype(np.int64)
        spend = self.spend.expected_spend_minor(np.maximum(repeats, 0), floats(batch, "mean_repeat_spend_minor"))
        spend = np.where(np.isfinite(spend), spend, self.rates.mean_spend)
        left = purchase.contribution(self.rates, spend, numbers)
        scored = scores.score(numbers, self.edges)
        ends = left * forecast["low"], left * forecast["high"]
        residual = whole(left * forecast["discounted"])
        columns: dict[str, Any] = {
            **{name: batch[name] for name in (*_COPIED, *_MEASURED, "mean_interpurchase_days")},
            "net_sales_minor": batch["net_sales_minor"],
            "contribution_minor": batch["contribution_minor"],
            "as_of": pa.repeat(pa.scalar(self.settings.as_of, pa.date32()), batch.num_rows),
            "currency": pa.repeat(pa.scalar(self.settings.currency), batch.num_rows),
            "expected_purchases": forecast["expected"],
            "p_buys": forecast["p_buys"],
            "churn_probability": 1 - forecast["p_buys"],
            "expected_spend_minor": spend,
            "contribution_per_purchase_minor": left,
            "residual_value_minor": residual,
            "residual_value_low_minor": whole(np.minimum(*ends)),
            "residual_value_high_minor": whole(np.maximum(*ends)),
            "residual_value_infinite_minor": whole(left * forecast["without_end"]),
            "total_value_minor": residual + batch["contribution_minor"].to_numpy(),
            **{name: scored[name] for name in scored if name != "has_purchase"},
            "rfmt_segment": segments.assign(scored, self.naming),
        }
        return pa.table({name: columns[name] for name in SCORED.names})

    def forecast(self, batch: pa.Table, numbers: Mapping[str, Floats]) -> dict[str, Floats]:
        """Return what each customer is expected to do; customers who never bought are expected to do nothing."""
        names = {
            "expected": "expected_purchases",
            "p_buys": "p_buys",
            "discounted": "discounted_purchases",
            "without_end": "discounted_without_end",
            "low": "discounted_low",
            "high": "discounted_high",
        }
        found = {name: np.zeros(batch.num_rows) for name in names}
        for scorer, members in self.groups(batch, numbers["purchase_days"] > 0):
            histories = Histories(*(numbers[name][members].astype(np.int64) for name in (_MEASURED[1], *_MEASURED[3:])))
            scored = scorer.score(histories)
            for name, attribute in names.items():
                found[name][members] = getattr(scored, attribute)
        return found

    def groups(self, batch: pa.Table, bought: NDArray[np.bool_]) -> list[tuple[scoring.Scorer, NDArray[np.intp]]]:
        """Return each scorer with the rows it is for, among those who bought."""
        if len(self.scorers) == 1:
            return [(self.scorers[EVERYBODY], np.flatnonzero(bought))]
        values = batch[self.settings.lifetime.fit_by].cast(pa.string()).combine_chunks().dictionary_encode()
        codes = values.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        named = {value: code for code, value in enumerate(values.dictionary.to_pylist()) if value in self.scorers}
        own = [(self.scorers[value], np.flatnonzero(bought & (codes == code))) for value, code in named.items()]
        others = np.flatnonzero(bought & ~np.isin(codes, list(named.values())))
        return [*own, (self.scorers[EVERYBODY], others)]


def floats(batch: pa.Table, name: str) -> Floats:
    """Return a column as floats, what is missing as NaN."""
    return np.asarray(batch[name].to_numpy(), dtype=np.float64)


def whole(amounts: Floats) -> NDArray[np.int64]:
    """Round amounts to whole minor units."""
    return np.rint(np.clip(np.nan_to_num(amounts), -_MOST_MINOR, _MOST_MINOR)).astype(np.int64)
