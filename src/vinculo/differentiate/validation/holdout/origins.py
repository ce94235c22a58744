"""Origins: the days from which the past is forecast as if the future were unknown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

SHORTEST_HISTORY = 56
"""Days of history below which there is no backtest: two halves of four weeks."""
SHORTEST_STEP = 28
"""Days between two origins: closer ones would tell the same story twice."""
_WORTH = 0.8
"""More origins may cost a fifth of the horizon, not more."""


@dataclass(frozen=True)
class Plan:
    """Origins, oldest first, and the horizon forecast from each; none when the history is too short.

    The history counts the first day and the last.
    """

    history_days: int
    horizon_days: int
    origins: tuple[date, ...]

    @property
    def possible(self) -> bool:
        """Return whether there is any origin."""
        return bool(self.origins)


def plan(first_on: date, *, as_of: date, horizon_days: int, origins: int) -> Plan:
    """Lay out origins so that every holdout ends by `as_of` and every calibration half is at least as long as it.

    Holdouts do not overlap where the history allows. A shorter history means a shorter horizon first (half the
    history), then fewer origins.

    >>> plan(date(1997, 1, 1), as_of=date(1998, 6, 30), horizon_days=273, origins=1).origins
    (datetime.date(1997, 9, 30),)
    """
    history = (as_of - first_on).days + 1
    longest = min(horizon_days, history // 2)
    if history < SHORTEST_HISTORY or longest < 1 or origins < 1:
        return Plan(history, 0, ())
    for wanted in range(origins, 0, -1):
        horizon = min(horizon_days, (history - SHORTEST_STEP * (wanted - 1)) // 2)
        if horizon >= _WORTH * longest:
            return Plan(history, horizon, tuple(_spread(wanted, history, horizon, as_of)))
    return Plan(history, longest, (as_of - timedelta(days=longest),))


def _spread(wanted: int, history: int, horizon: int, as_of: date) -> Iterable[date]:
    step = min(horizon, (history - 2 * horizon) // (wanted - 1)) if wanted > 1 else 0
    return (as_of - timedelta(days=horizon + step * back) for back in range(wanted - 1, -1, -1))
