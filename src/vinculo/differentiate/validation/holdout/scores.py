"""Scores of a forecast at an origin, and pooled: the rows of the backtest table."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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


def rows_by(
    forecast: candidates.Forecast, seen: Outcome, group: calibration.Group, *, identified: bool
) -> Iterator[Row]:
    """Score one forecast on the customers of each value of a dimension: totals and errors, no ranking."""
    size = len(group.values)
    customers = np.bincount(group.codes, minlength=size)
    sums = {"actual": np.bincount(group.codes, seen.purchase_days, size)}
    if forecast.expected is not None:
        differences = forecast.expected - seen.purchase_days
        sums["predicted"] = np.bincount(group.codes, forecast.expected, size)
        sums["absolute"] = np.bincount(group.codes, np.abs(differences), size)
        sums["squared"] = np.bincount(group.codes, differences**2, size)
    if forecast.p_buys is not None:
        bought = seen.purchase_days > 0
        sums["brier"] = np.bincount(group.codes, (forecast.p_buys - bought) ** 2, size)
        sums["log"] = np.bincount(group.codes, accuracy.log_losses(forecast.p_buys, bought), size)
    for code in np.flatnonzero(customers):
        of = {name: float(values[code]) for name, values in sums.items()}
        n = int(customers[code])
        yield _row(forecast, seen, identified=identified) | {
            "dimension": group.dimension,
            "dimension_value": group.values[code],
            "customers": n,
            "actual_purchases": int(of["actual"]),
            "predicted_purchases": of.get("predicted"),
            "predicted_to_actual": of["predicted"] / of["actual"] if "predicted" in of and of["actual"] else None,
            "mae": of["absolute"] / n if "absolute" in of else None,
            "rmse": math.sqrt(of["squared"] / n) if "squared" in of else None,
            "brier": of["brier"] / n if "brier" in of else None,
            "log_loss": of["log"] / n if "log" in of else None,
        }


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
