"""Deeds: what members did, order by order or event by event, with the lines that may earn points."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from vinculo.programs.earning.conditions import Words
from vinculo.programs.earning.history import NONE, History, Table
from vinculo.programs.records.histories import loading
from vinculo.programs.records.histories.loading import Loaded
from vinculo.programs.records.models import Program

Key = tuple[str, str]
"""Source and event: the number of an order, or the key of what else happened."""
_AMOUNTS = ("quantity", "gross", "discount", "net", "tax", "paid")


@dataclass(frozen=True)
class DeedLine:
    """One line of an order, as far as its points go."""

    key: str
    quantity: int
    returned: int
    """Pieces that came back; both in ten thousandths."""
    digest: str = ""


@dataclass(frozen=True)
class Deed:
    """An order of a member, or something else a member did."""

    source: str
    event: str
    trigger: str
    member_id: int
    at: datetime
    day: date
    """By the clock of the programme."""
    lines: Sequence[DeedLine]
    first_line: int = 0
    """Place of its first line in the history it was read from."""
    order_id: int = 0
    said: Mapping[str, str] = field(default_factory=dict)
    """Attributes of what is no order."""
    price: int | None = None
    """What was paid for an order in money, without tax and what came back; nothing for what is no order."""

    @property
    def key(self) -> Key:
        """Return what tells it from all others of its programme."""
        return self.source, self.event

    @property
    def digest(self) -> bytes:
        """Return a digest of what its points depend on; what came back is not among it."""
        said = [str(self.member_id), self.at.isoformat(), *sorted(f"{line.key} {line.digest}" for line in self.lines)]
        return hashlib.md5("\n".join(said).encode(), usedforsecurity=False).digest()


Evaluable = Callable[[Sequence[Deed]], tuple[History, Sequence[Deed]]]
"""Returns some deeds as columns, with the deed of each order of them."""


def of_orders(loaded: Loaded) -> list[Deed]:
    """Return the orders that were loaded, one by one."""
    history = loaded.history
    numbers, lines = history.orders.numbers, history.lines.numbers
    starts = np.searchsorted(lines["order"], np.arange(history.orders.size + 1))
    amounts = np.stack([lines[name] for name in _AMOUNTS], axis=1).tolist()
    back, days = lines["returned"].tolist(), history.days.tolist()
    found = []
    for place, (at, member) in enumerate(zip(numbers["at"].tolist(), numbers["member"].tolist(), strict=True)):
        first, last = int(starts[place]), int(starts[place + 1])
        made = [
            DeedLine(loaded.line_keys[line], amounts[line][0], back[line], " ".join(map(str, amounts[line])))
            for line in range(first, last)
        ]
        found.append(
            Deed(
                loaded.source.vocabulary[loaded.source.codes[place]],
                loaded.numbers[place],
                "purchase",
                int(loaded.members[member]),
                moment(at),
                date(1970, 1, 1) + timedelta(days=days[place]),
                made,
                first,
                int(loaded.order_ids[place]),
                price=sum(map(paid, amounts[first:last], back[first:last])),
            )
        )
    return found


def paid(amounts: Sequence[int], returned: int) -> int:
    """Return what was paid in money for the pieces of a line that are the member's still, without tax."""
    quantity, *_gross_and_discount, net, tax, by_points = amounts
    return max(0, net - tax - by_points) * max(0, quantity - returned) // quantity


def evaluable(program: Program, loaded: Loaded, found: Sequence[Deed], rules: Any) -> Evaluable:
    """Return the function that gives some of the loaded orders as columns: all of them as they are, fewer anew."""

    def columns(wanted: Sequence[Deed]) -> tuple[History, Sequence[Deed]]:
        if len(wanted) == len(found):
            return loaded.history, found
        some = loading.load(program, loading.Which([deed.order_id for deed in wanted]), rules, keys=True)
        return some.history, of_orders(some)

    return columns


def of_events(program: Program, wanted: Sequence[Deed]) -> tuple[History, Sequence[Deed]]:
    """Return what is no order as columns: each has one line without an amount."""
    wanted = sorted(wanted, key=lambda deed: (deed.at, deed.key))
    ids, member = np.unique(np.array([deed.member_id for deed in wanted], np.int64), return_inverse=True)
    count = len(wanted)
    numbers = {
        "member": member.astype(np.int64),
        "at": np.array([micros(deed.at) for deed in wanted], np.int64),
        "number": np.arange(count),
        "joined": loading.joined(ids)[member],
    }
    texts = {"trigger": words([deed.trigger for deed in wanted]), "source": words([deed.source for deed in wanted])}
    for name in ("event", "channel"):
        texts[name] = words([deed.said.get(name, "") for deed in wanted])
    placed = [
        Deed(deed.source, deed.event, deed.trigger, deed.member_id, deed.at, deed.day, deed.lines, place, 0, deed.said)
        for place, deed in enumerate(wanted)
    ]
    zeros = np.zeros(count, np.int64)
    lines = dict.fromkeys(_AMOUNTS, zeros) | {
        "quantity": zeros + 10_000,
        "returned": zeros,
        "order": np.arange(count),
    }
    history = History(
        program.zone,
        program.currency,
        loading.member_table(program, ids),
        Table(count, numbers, texts),
        Table(count, lines, {}),
        (NONE, NONE),
    )
    return history, placed


def words(values: Sequence[str]) -> Words:
    """Return a column of a few texts."""
    vocabulary, codes = np.unique(np.array(values, object), return_inverse=True)
    return Words(codes.astype(np.int32), vocabulary.tolist() or [""])


def micros(at: datetime) -> int:
    """Return a moment in microseconds of UTC."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def moment(at: int) -> datetime:
    """Return a moment from microseconds of UTC."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)
