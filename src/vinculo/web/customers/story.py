"""Story: what a customer's orders tell: the rhythm, sales by month, and the purchases unlike the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from itertools import pairwise
from statistics import median

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vinculo.differentiate.records.models import CustomerValue, Run
from vinculo.identify.records.selectors_customer import OrderSum
from vinculo.measure import sales_by_month as drawing
from vinculo.measure.charts.reader import Reader

UNUSUAL, ENOUGH = 3.0, 5
"""A purchase is unusual from so many times the usual one, among so many purchases or more."""
MONTH_DAYS = 365.25 / 12


@dataclass(frozen=True)
class Unusual:
    """A purchase much larger than those of the customer usually are."""

    order: OrderSum
    times: float


def unusual(orders: Sequence[OrderSum]) -> list[Unusual]:
    """Return the purchases three times as large as the usual one or more, the largest first; five at most."""
    bought = [order.bought_minor for order in orders if order.bought_minor > 0]
    if len(bought) < ENOUGH:
        return []
    usual = median(bought)
    found = [Unusual(order, order.bought_minor / usual) for order in orders if order.bought_minor >= UNUSUAL * usual]
    return sorted(found, key=lambda each: each.times, reverse=True)[:5]


@dataclass(frozen=True)
class Rhythm:
    """How often a customer buys, and how long the silence is now."""

    purchases: int
    usual_days: float | None
    silent_days: int | None
    as_of: date | None

    @property
    def times(self) -> float | None:
        """Return the silence as a multiple of the usual interval."""
        if self.silent_days is None or not self.usual_days:
            return None
        return self.silent_days / self.usual_days


def rhythm(orders: Sequence[OrderSum], run: Run | None, value: CustomerValue | None) -> Rhythm:
    """Return the rhythm, as of the run or else as of the last order."""
    days = sorted(set(days_of([order for order in orders if order.bought_minor > 0])))
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    usual = float(median(gaps)) if gaps else None
    if run and value and value.since_last_days is not None:
        return Rhythm(len(days), usual, value.since_last_days, run.as_of)
    return Rhythm(len(days), usual, None, None)


def days_of(orders: Sequence[OrderSum]) -> list[date]:
    """Return the days of orders."""
    # Kept as the clock stood where the sale took place.
    return [order.happened_at.astimezone(UTC).date() for order in orders]


def sentence(found: Rhythm, reader: Reader) -> str:
    """Say the rhythm."""
    if found.purchases == 0:
        return _("Has not bought yet.")
    bought = ngettext("Bought on {count} day.", "Bought on {count} days.", found.purchases)
    parts = [bought.format(count=reader.number(found.purchases))]
    if found.usual_days:
        usual = ngettext("Usually every {days} day.", "Usually every {days} days.", round(found.usual_days))
        parts.append(usual.format(days=reader.number(found.usual_days)))
    if found.silent_days is not None:
        silent = ngettext("Silent for {days} day as of {day}", "Silent for {days} days as of {day}", found.silent_days)
        said = silent.format(days=reader.number(found.silent_days), day=reader.day(found.as_of))
        if found.times is not None:
            said += _(": {times} times the usual interval").format(times=reader.number(found.times, 1))
        parts.append(said + ".")
    return " ".join(parts)


@dataclass(frozen=True)
class Sales:
    """Sales by month, drawn and as a table."""

    chart: str
    months: list[drawing.Month]
    per_month_minor: float | None


def sales(orders: Sequence[OrderSum], run: Run | None, value: CustomerValue | None, reader: Reader) -> Sales | None:
    """Return the sales of a customer by month, and the months the model expects."""
    if not orders:
        return None
    days = list(zip(days_of(orders), (order.net_minor for order in orders), strict=True))
    until = run.as_of if run else days[-1][0]
    months = drawing.months(days, until=until)
    per_month = expected(run, value) if run and value and until >= days[-1][0] else None
    ahead = []
    if run and per_month is not None:
        months_ahead = max(1, round(run.settings["horizon_days"] / MONTH_DAYS))
        ahead = drawing.expected(until, per_month_minor=per_month, months_ahead=months_ahead)
    words = _("Net sales by month, and what the model expects of the months to come")
    return Sales(drawing.draw([*months, *ahead], reader, description=words), months, per_month)


def expected(run: Run, value: CustomerValue) -> float | None:
    """Return the sales expected of a month: purchases times their size, spread evenly over the horizon."""
    horizon = run.settings.get("horizon_days")
    if not isinstance(horizon, int | float) or horizon <= 0 or value.expected_spend_minor is None:
        return None
    return value.expected_purchases * value.expected_spend_minor / (horizon / MONTH_DAYS)
