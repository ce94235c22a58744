"""History: what happened and its lines as columns, in the order of time; attributes are worked out when asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from vinculo.foundation import money
from vinculo.programs.earning.attributes import ATTRIBUTES, QUANTITY_SCALE, WEEKDAYS
from vinculo.programs.earning.conditions import Integers, Words

DAY, HOUR, QUARTER_HOUR = 86_400_000_000, 3_600_000_000, 900_000_000
"""In microseconds."""
NONE = np.zeros(0, np.int64)
THURSDAY = 3
"""The weekday of the first day of 1970, counted from Monday."""


@dataclass(frozen=True)
class Table:
    """Columns of one place: numbers and words by their names."""

    size: int
    numbers: Mapping[str, Integers] = field(default_factory=dict)
    words: Mapping[str, Words] = field(default_factory=dict)

    def taken(self, places: NDArray[np.intp]) -> "Table":
        """Return the rows at some places."""
        return Table(
            len(places),
            {name: column[places] for name, column in self.numbers.items()},
            {name: Words(column.codes[places], column.vocabulary) for name, column in self.words.items()},
        )


@dataclass(frozen=True)
class History:
    """What members did: orders and other happenings by time, lines by order.

    `members` has `id` and the attributes of members; `orders` has `member` (place of the member), `at` (microseconds of
    UTC), `number` (what tells them apart) and `joined` (day of joining), with the words `trigger`, `channel`, `source`
    and so on; `lines` has `order` (place of the order), `quantity`, `gross`, `discount`, `net`, `tax`, `paid` (with
    points) and `returned` (pieces that came back). What is no purchase has one line without an amount.
    """

    zone: str
    currency: str
    members: Table
    orders: Table
    lines: Table
    elsewhere: tuple[Integers, Integers] = field(default_factory=lambda: (NONE, NONE))
    """Orders of these members since joining that are not among `orders`: places of members, and moments."""
    backs: Table | None = None
    """When pieces came back, where that was asked for: `line` (its place), `at` and `pieces`."""

    @cached_property
    def local(self) -> Integers:
        """Return the moment of each order by the clock of the zone, in microseconds."""
        return clock(self.orders.numbers["at"], self.zone)

    @cached_property
    def days(self) -> Integers:
        """Return the day of each order, from 1970."""
        return self.local // DAY

    def periods(self, name: str) -> Integers:
        """Return the number of the period each order lies in: `day`, `week`, `month`, `quarter`, `year` or `ever`."""
        return periods(self.days, name)

    def purchases(self) -> NDArray[np.bool_]:
        """Tell which happenings are orders."""
        trigger = self.orders.words["trigger"]
        wanted = np.array([word == "purchase" for word in trigger.vocabulary], np.bool_)
        return wanted[trigger.codes]

    @cached_property
    def orders_before(self) -> Integers:
        """Return how many orders of the member came before each."""
        others, moments = self.elsewhere
        member = np.concatenate([self.orders.numbers["member"], others])
        at = np.concatenate([self.orders.numbers["at"], moments])
        bought = np.concatenate([self.purchases(), np.ones(len(others), np.bool_)])
        order = np.lexsort((at, member))
        counted = np.cumsum(bought[order]) - bought[order]
        starts = first_of(member[order])
        found = np.empty(len(member), np.int64)
        found[order] = counted - np.repeat(counted[starts], lengths(starts, len(member)))
        return found[: self.orders.size]

    def streak(self, period: str) -> tuple[Integers, NDArray[np.bool_]]:
        """Return how many periods in a row the member had bought at each order, and whether it is the first in its own.

        `period` is `weeks` or `months`.
        """
        bought = np.flatnonzero(self.purchases())
        others, moments = self.elsewhere
        member = np.concatenate([self.orders.numbers["member"][bought], others])
        at = np.concatenate([self.orders.numbers["at"][bought], moments])
        days = np.concatenate([self.days[bought], clock(moments, self.zone) // DAY])
        known, where = np.unique(member << 32 | periods(days, period[:-1]), return_inverse=True)
        begins = np.concatenate([[True], np.diff(known) != 1]) if len(known) else np.zeros(0, np.bool_)
        place = np.arange(len(known))
        run = place - np.maximum.accumulate(np.where(begins, place, 0)) + 1
        length, first = np.zeros(self.orders.size, np.int64), np.zeros(self.orders.size, np.bool_)
        length[bought] = run[where[: len(bought)]]
        order = np.lexsort((at, where))
        earliest = order[first_of(where[order])]
        first[bought[earliest[earliest < len(bought)]]] = True
        return length, first


def clock(at: Integers, zone: str) -> Integers:
    """Return moments by the clock of a zone, in microseconds."""
    buckets, where = np.unique(at // QUARTER_HOUR, return_inverse=True)
    found = ZoneInfo(zone)
    shifts = [shift(found, int(bucket) * QUARTER_HOUR) for bucket in buckets]
    return at + np.array(shifts, np.int64)[where] if len(at) else at


def periods(days: Integers, name: str) -> Integers:
    """Return the number of the period in which each day lies."""
    if name == "day":
        return days
    if name == "week":
        return (days + THURSDAY) // 7
    if name == "ever":
        return np.zeros(len(days), np.int64)
    months: Integers = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months // {"month": 1, "quarter": 3, "year": 12}[name]


def shift(zone: ZoneInfo, at: int) -> int:
    """Return by how much the clock of a zone is ahead at a moment, in microseconds."""
    ahead = datetime.fromtimestamp(at // 1_000_000, UTC).astimezone(zone).utcoffset()
    return round(ahead.total_seconds() * 1_000_000) if ahead else 0


def first_of(keys: Integers) -> NDArray[np.intp]:
    """Return where each run of equal keys begins."""
    if not len(keys):
        return np.zeros(0, np.intp)
    return np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))


def lengths(starts: NDArray[np.intp], size: int) -> NDArray[np.intp]:
    """Return how long each run is."""
    return np.diff(np.append(starts, size))


@dataclass
class Lines:
    """The lines of what one trigger is about, whose attributes are asked for by name (`conditions.Rows`)."""

    history: History
    which: NDArray[np.intp]
    """Places of the lines."""
    _numbers: dict[str, Integers] = field(default_factory=dict)
    _words: dict[str, Words] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Return how many lines there are."""
        return len(self.which)

    @cached_property
    def minor(self) -> int:
        """Return the minor units in one unit of the currency."""
        return money.minor_per_major(self.history.currency)

    @cached_property
    def order(self) -> Integers:
        """Return the place of the order of each line."""
        return self.history.lines.numbers["order"][self.which]

    @cached_property
    def member(self) -> Integers:
        """Return the place of the member of each line."""
        return self.history.orders.numbers["member"][self.order]

    def numbers(self, name: str) -> Integers:
        """Return a column of numbers, for each line."""
        if name not in self._numbers:
            self._numbers[name] = self.found(name)
        return self._numbers[name]

    def found(self, name: str) -> Integers:
        """Look a column of numbers up, or work it out."""
        history = self.history
        if name in history.lines.numbers:
            return history.lines.numbers[name][self.which]
        if name in history.orders.numbers:
            return history.orders.numbers[name][self.order]
        if name in history.members.numbers:
            return history.members.numbers[name][self.member]
        place = ATTRIBUTES[name].place
        return self.of_line(name) if place == "line" else of_order(history, name)[self.order]

    def of_line(self, name: str) -> Integers:
        """Work a column of lines out."""
        if name == "discounted":
            return (self.numbers("discount") > 0).astype(np.int64)
        return self.numbers("gross") * QUANTITY_SCALE // np.maximum(self.numbers("quantity"), 1)

    def words(self, name: str) -> Words:
        """Return a column of texts, for each line."""
        if name not in self._words:
            self._words[name] = self.found_words(name)
        return self._words[name]

    def found_words(self, name: str) -> Words:
        """Look a column of texts up; one that nobody tells is empty."""
        history = self.history
        for table, where in ((history.lines, self.which), (history.orders, self.order), (history.members, self.member)):
            if name in table.words:
                return Words(table.words[name].codes[where], table.words[name].vocabulary)
        if name == "weekday":
            return Words((((history.days + THURSDAY) % 7)[self.order]).astype(np.int32), WEEKDAYS)
        return Words(np.zeros(self.size, np.int32), ("",))


def of_order(history: History, name: str) -> Integers:
    """Work a column of orders out."""
    if name in ("order_gross", "order_net", "order_quantity", "order_lines"):
        return summed(history, name.removeprefix("order_"))
    if name == "orders_before":
        return history.orders_before
    if name == "first_purchase":
        first: Integers = ((history.orders_before == 0) & history.purchases()).astype(np.int64)
        return first
    if name.startswith("streak_"):
        return history.streak(name.removeprefix("streak_"))[0]
    if name == "member_days":
        return history.days - history.orders.numbers["joined"]
    if name == "date":
        return history.days
    if name == "hour":
        return history.local % DAY // HOUR
    months = history.periods("month")
    if name == "month":
        return months % 12 + 1
    firsts: Integers = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return history.days - firsts + 1


def summed(history: History, name: str) -> Integers:
    """Add a column of lines up for each order; `lines` counts them."""
    order = history.lines.numbers["order"]
    if name == "lines":
        return np.bincount(order, minlength=history.orders.size).astype(np.int64)
    found = np.zeros(history.orders.size, np.int64)
    starts = first_of(order)
    if len(starts):
        found[order[starts]] = np.add.reduceat(history.lines.numbers[name], starts)
    return found


def arranged(history: History) -> History:
    """Return a history whose orders stand by time and number, and whose lines stand by order."""
    orders, lines = history.orders, history.lines
    by_time = np.lexsort((orders.numbers["number"], orders.numbers["at"]))
    place = np.empty(orders.size, np.int64)
    place[by_time] = np.arange(orders.size)
    moved = {**lines.numbers, "order": place[lines.numbers["order"]]}
    by_order = np.argsort(moved["order"], kind="stable")
    return History(
        history.zone,
        history.currency,
        history.members,
        orders.taken(by_time),
        Table(lines.size, moved, lines.words).taken(by_order),
        history.elsewhere,
    )
