"""Scores of a forecast at an origin, and pooled: the rows of the backtest table."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
import pyarrow as pa

from vinculo.differentiate.lifetime import model
from vinculo.differentiate.validation import calibration, candidates
from vinculo.differentiate.validation.holdout import accuracy, split
from vinculo.warehouse.tables import validation

Row = dict[str, object]


@dataclass(frozen=True)
class Outcome:
    """What customers known at an origin did after it (pooled: at several origins, one after the other)."""

    origin: date | None
    horizon_days: int
    purchase_days: model.Integers
    since_last_days: model.Integers
    new_customers: int
    new_customers_purchase_days: int

    @cached_property
    def best_capture(self) -> float:
        """Return the share of the purchases made by the tenth of the customers who bought most."""
        return self.capture(self.purchase_days.astype(np.float64))

    def capture(self, scores: model.Floats) -> float:
        """Return the share of the purchases made by the top tenth by a score; ties: who bought last first."""
        return accuracy.capture(scores, -self.since_last_days.astype(np.float64), self.purchase_days)


@dataclass(frozen=True)
class Cut:
    """Customers of all origins, one origin after the other, cut by a dimension."""

    known: calibration.Group
    new: Mapping[str, tuple[int, int]]
    """By value: customers won in the holdouts, and their purchase days."""


def cut(group: calibration.Group, halves: Sequence[split.Split]) -> Cut:
    """Cut the customers of all origins by the group of every sampled customer."""
    new = group.codes[np.concatenate([half.new_customer_numbers for half in halves])]
    days = np.concatenate([half.new_purchase_days for half in halves])
    size = len(group.values)
    counted = zip(np.bincount(new, minlength=size).tolist(), np.bincount(new, days, size).tolist(), strict=True)
    known = replace(group, codes=group.codes[np.concatenate([half.customer_numbers for half in halves])])
    return Cut(known, {value: (won, int(bought)) for value, (won, bought) in zip(group.values, counted, strict=True)})


def outcome(half: split.Split) -> Outcome:
    """Return what happened after an origin."""
    return Outcome(
        half.origin,
        half.horizon_days,
        half.purchase_days,
        half.since_last_days,
        half.new_customers,
        half.new_customers_purchase_days,
    )


def pooled(halves: Sequence[split.Split]) -> Outcome:
    """Return what happened after all origins; a customer known at several counts at each."""
    return Outcome(
        None,
        halves[0].horizon_days,
        np.concatenate([half.purchase_days for half in halves]),
        np.concatenate([half.since_last_days for half in halves]),
        sum(half.new_customers for half in halves),
        sum(half.new_customers_purchase_days for half in halves),
    )


def row(forecast: candidates.Forecast, seen: Outcome, *, identified: bool) -> Row:
    """Score one forecast on everybody."""
    result = _row(forecast, seen, identified=identified)
    purchases, bought = seen.purchase_days, seen.purchase_days > 0
    ratio, error = math.nan, math.nan
    if forecast.expected is not None:
        ratio, error = accuracy.total_error(forecast.expected, purchases)
        differences = forecast.expected - purchases
        result |= {
            "mae": _mean(np.abs(differences)),
            "rmse": math.sqrt(_mean(differences**2)),
            "correlation": accuracy.correlation(forecast.expected, purchases.astype(np.float64)),
            "auc_expected": _area(forecast.expected, seen),
        }
    if forecast.p_buys is not None:
        result |= {
            "brier": accuracy.brier(forecast.p_buys, bought),
            "log_loss": _mean(accuracy.log_losses(forecast.p_buys, bought)),
        }
    result |= {
        "auc": _area(forecast.ranking, seen),
        "auc_alive": None if forecast.p_alive is None else _area(forecast.p_alive, seen),
        "share_right": None if forecast.says_buys is None else _mean((forecast.says_buys == bought).astype(np.float64)),
        "top_decile_capture": seen.capture(forecast.ranking if forecast.expected is None else forecast.expected),
        "best_top_decile_capture": seen.best_capture,
        "predicted_to_actual": ratio,
        "predicted_to_actual_error": error,
        "new_customers": seen.new_customers,
        "new_customers_purchases": seen.new_customers_purchase_days,
    }
    return result


def rows_by(forecast: candidates.Forecast, seen: Outcome, cut: Cut, *, identified: bool) -> Iterator[Row]:
    """Score one forecast on the customers of each value of a dimension, by itself: a tenth is a tenth of these."""
    for value, members in cut.known.members():
        new, new_purchases = cut.new.get(value, (0, 0))
        theirs = Outcome(
            seen.origin,
            seen.horizon_days,
            seen.purchase_days[members],
            seen.since_last_days[members],
            new,
            new_purchases,
        )
        scope = {"dimension": cut.known.dimension, "dimension_value": value}
        yield row(forecast.of(members), theirs, identified=identified) | scope


def table(rows: Sequence[Row]) -> pa.Table:
    """Return score rows as the backtest table; what cannot be measured (NaN) is null."""
    schema = validation.BACKTEST.schema
    clean = [{name: _known(row.get(name)) for name in schema.names} for row in rows]
    return pa.Table.from_pylist(clean, schema=schema)


def _row(forecast: candidates.Forecast, seen: Outcome, *, identified: bool) -> Row:
    return {
        "dimension": "all",
        "dimension_value": "all",
        "origin": seen.origin,
        "horizon_days": seen.horizon_days,
        "candidate": forecast.candidate,
        "kind": forecast.kind,
        "chosen": False,
        "identified": identified,
        "customers": len(seen.purchase_days),
        "actual_purchases": int(seen.purchase_days.sum()),
        "predicted_purchases": None if forecast.expected is None else float(forecast.expected.sum()),
    }


def _area(scores: model.Floats, seen: Outcome) -> float:
    return accuracy.area_under_curve(accuracy.ranked(scores).midranks, seen.purchase_days > 0)


def _mean(values: model.Floats) -> float:
    return float(values.mean()) if len(values) else math.nan


def _known(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value
