"""Sums of several customers: orders, net sales and margin up to the close of a day, each order counted once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.utils import timezone

_SUMS = """
SELECT ordered.customer_id, ordered.currency, count(DISTINCT ordered.id), coalesce(sum(line.net_minor), 0),
    coalesce(sum(line.net_minor - line.cost_minor), 0),
    coalesce(sum(line.net_minor) FILTER (WHERE line.cost_minor IS NULL), 0), max(ordered.happened_at)
FROM identify_order AS ordered
JOIN identify_orderline AS line ON line.order_id = ordered.id AND line.superseded_by_id IS NULL
WHERE ordered.customer_id = ANY(%s::bigint[]) AND ordered.happened_at < %s
GROUP BY ordered.customer_id, ordered.currency
"""


@dataclass(frozen=True)
class Sum:
    """What some customers bought in one currency; the margin is that of the lines whose cost is known."""

    currency: str = ""
    orders: int = 0
    net_minor: int = 0
    margin_minor: int = 0
    without_cost_minor: int = 0
    """Net sales of lines whose cost nobody knows: no margin is made up for them."""
    last_at: datetime | None = None

    def __add__(self, other: "Sum") -> "Sum":
        last = max((each for each in (self.last_at, other.last_at) if each), default=None)
        return Sum(
            self.currency or other.currency,
            self.orders + other.orders,
            self.net_minor + other.net_minor,
            self.margin_minor + other.margin_minor,
            self.without_cost_minor + other.without_cost_minor,
            last,
        )

    @property
    def known_margin_minor(self) -> int | None:
        """Return the margin; nothing when no cost is known."""
        return None if self.net_minor and self.without_cost_minor == self.net_minor else self.margin_minor


def sums_of(*, customer_ids: Iterable[int], day: date) -> dict[int, list[Sum]]:
    """Return what each of some customers bought up to the close of a day, by currency."""
    close = datetime.combine(day + timedelta(days=1), time.min, timezone.get_current_timezone())
    found: dict[int, list[Sum]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [list(customer_ids), close])
        for customer_id, currency, orders, net, margin, without, last in cursor.fetchall():
            made = Sum(currency, orders, int(net), int(margin), int(without), last)
            found.setdefault(customer_id, []).append(made)
    return found


def added(found: Mapping[int, Sequence[Sum]], members: Iterable[int]) -> list[Sum]:
    """Return the sums of distinct members, one a currency, the largest first: amounts of two are never added."""
    sums: dict[str, Sum] = {}
    for member in set(members):
        for each in found.get(member, ()):
            sums[each.currency] = sums.get(each.currency, Sum()) + each
    return sorted(sums.values(), key=lambda each: (-each.net_minor, each.currency))
