"""Iso-value map: what is still to be expected of a customer, by when he bought last and how often.

With a long silence, more past purchases mean a *lower* value (the decreasing frequency paradox): who used to buy often
and stopped has probably gone.
Source: Fader, Hardie & Lee (2005), RFM and CLV: Using Iso-Value Curves for Customer Base Analysis, JMR 42(4):415-430.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from vinculo.differentiate.lifetime import model
from vinculo.warehouse.tables import validation

Worth = Callable[[model.Integers], model.Floats]
"""Repeat purchase days -> value of a future purchase day in minor units (spend depends on how often one bought)."""


@dataclass(frozen=True)
class Map:
    """What the map covers: a typical tenure, purchases up to a high quantile, so many points each way at most."""

    tenure_days: int
    most_repeats: int
    columns: int = 60
    rows: int = 40


def table(
    purchase_model: model.Model,
    fit: model.Fit,
    *,
    area: Map,
    daily_rate: float,
    horizon_days: float | None = None,
    worth: Worth | None = None,
    scope: tuple[str, str] = ("all", "all"),
) -> pa.Table:
    """Return the map: one row a possible pair of age at the last purchase and repeat purchase days.

    Assumes an identified fit. Impossible pairs (more repeat purchase days than days) are left out. Without a horizon
    the purchases are discounted without end (DERT).

    Parameters
    ----------
    daily_rate
        Continuous discount rate a day.
    worth
        Value of a future purchase day by repeat purchase days; None leaves `value_minor` empty.
    scope
        Dimension and value of the customers that the fit is of.
    """
    points = grid(area)
    discounted = purchase_model.discounted_purchases(fit.parameters, points, daily_rate, horizon_days)
    rows = len(discounted)
    value = None if worth is None else discounted * worth(points.repeat_purchase_days)
    columns = {
        "dimension": [scope[0]] * rows,
        "dimension_value": [scope[1]] * rows,
        "model": [purchase_model.name] * rows,
        "tenure_days": points.tenure_days,
        "age_at_last_days": points.age_at_last_days,
        "repeat_purchase_days": points.repeat_purchase_days,
        "discounted_purchases": discounted,
        "value_minor": pa.nulls(rows, pa.float64()) if value is None else value,
    }
    return pa.table(columns, schema=validation.ISO_VALUE.schema)


def grid(area: Map) -> model.Histories:
    """Return the points: the one-time buyer (0, 0) and all pairs x, t_x with x <= t_x <= T.

    >>> grid(Map(tenure_days=2, most_repeats=2)).age_at_last_days.tolist()
    [0, 1, 2, 2]
    """
    ages = np.unique(np.linspace(1, max(area.tenure_days, 1), area.columns).astype(np.int64))
    repeats = np.unique(np.linspace(1, max(area.most_repeats, 1), area.rows).astype(np.int64))
    x, age = (axis.ravel() for axis in np.meshgrid(repeats, ages, indexing="ij"))
    possible = (x <= age) & (age <= area.tenure_days)
    x, age = np.append(0, x[possible]), np.append(0, age[possible])
    return model.Histories(x, age, np.full(len(x), area.tenure_days, dtype=np.int64))
