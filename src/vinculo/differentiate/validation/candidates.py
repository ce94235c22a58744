"""Candidates: models and simple rules under one interface, so that the same exam can be set to all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from vinculo.differentiate.lifetime import model
from vinculo.differentiate.validation.holdout import split

Kind = TypeVar("Kind", np.float64, np.bool_)


@dataclass(frozen=True)
class Forecast:
    """What a candidate says at an origin, one entry a customer known then; None is what it cannot say."""

    candidate: str
    kind: str
    """model or rule."""
    ranking: model.Floats
    """The higher, the likelier to buy."""
    expected: model.Floats | None = None
    """Expected purchase days in the horizon."""
    p_buys: model.Floats | None = None
    """Probability of at least one purchase day in the horizon."""
    p_alive: model.Floats | None = None
    active: NDArray[np.bool_] | None = None
    """Whom the candidate takes for a future buyer; from p_buys when it gives one."""

    @property
    def usable(self) -> bool:
        """Return whether every number is one."""
        return all(given is None or bool(np.isfinite(given).all()) for given in (self.expected, self.p_buys))

    def of(self, members: NDArray[np.intp]) -> "Forecast":
        """Return what is said of some of the customers."""
        return replace(
            self,
            ranking=self.ranking[members],
            expected=None if self.expected is None else self.expected[members],
            p_buys=None if self.p_buys is None else self.p_buys[members],
            p_alive=None if self.p_alive is None else self.p_alive[members],
            active=None if self.active is None else self.active[members],
        )

    @property
    def says_buys(self) -> NDArray[np.bool_] | None:
        """Return who is taken for a buyer."""
        if self.active is None and self.p_buys is not None:
            return self.p_buys >= 0.5
        return self.active


def fit(
    models: Mapping[str, model.Model],
    counts: model.Counts,
    *,
    penalty: float,
    starts: Mapping[str, model.Fit],
) -> dict[str, model.Fit]:
    """Fit every model on the same counts, from the parameters of an earlier identified fit where there is one."""
    fits = {}
    for name, purchase_model in models.items():
        earlier = starts.get(name)
        start = earlier.parameters if earlier and earlier.diagnosis.identified else None
        fits[name] = purchase_model.fit(counts, penalty=penalty, start=start)
    return fits


def of_model(purchase_model: model.Model, fitted: model.Fit, grouped: split.Tuples, *, horizon_days: float) -> Forecast:
    """Forecast with a fitted model: scored once for each distinct (x, t_x, T), handed to all who share it."""
    parameters, histories, which = fitted.parameters, grouped.histories, grouped.of_customer
    p_buys = np.clip(purchase_model.p_buys(parameters, histories, horizon_days), 0.0, 1.0)[which]
    return Forecast(
        candidate=purchase_model.name,
        kind="model",
        ranking=p_buys,
        expected=purchase_model.expected_purchases(parameters, histories, horizon_days)[which],
        p_buys=p_buys,
        p_alive=purchase_model.p_alive(parameters, histories)[which],
    )


def joined(forecasts: Sequence[Forecast]) -> Forecast:
    """Return the forecasts of one candidate from several origins as one, customers one origin after the other."""
    return Forecast(
        forecasts[0].candidate,
        forecasts[0].kind,
        np.concatenate([each.ranking for each in forecasts]),
        _joined([each.expected for each in forecasts]),
        _joined([each.p_buys for each in forecasts]),
        _joined([each.p_alive for each in forecasts]),
        _joined([each.active for each in forecasts]),
    )


def _joined(parts: Sequence[NDArray[Kind] | None]) -> NDArray[Kind] | None:
    known = [part for part in parts if part is not None]
    return np.concatenate(known) if len(known) == len(parts) else None
