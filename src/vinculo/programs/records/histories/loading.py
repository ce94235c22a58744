"""Loading: orders of members, their lines and what conditions ask of them, from the store into columns.

Some orders, for which indexes are used, or all of a period: the queries are the same but for what they are about.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vinculo.differentiate.records import selectors as differentiated
from vinculo.programs.earning import amounts, conditions, history
from vinculo.programs.earning.conditions import Integers, Words
from vinculo.programs.earning.history import DAY, History, Table
from vinculo.programs.earning.rules import Rule
from vinculo.programs.records.histories import copying, queries
from vinculo.programs.records.histories.copying import INTEGER, TEXT, integers, looked_up, named, texts_of
from vinculo.programs.records.models import Program

PAST = ("orders_before", "first_purchase", "streak_weeks", "streak_months")
"""Attributes that ask for orders other than the one in question."""
MEMBER_WORDS = ("kind", "country", "language", "acquisition_channel", "city", "postcode", "segment", "level")


@dataclass(frozen=True)
class Which:
    """Which orders: some by their numbers, or all from one moment to before another."""

    ids: Sequence[int] | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    as_of: datetime | None = None
    """What came back later is not counted; nothing said counts all."""
    backs: bool = False
    """Whether the moments at which goods came back are asked for."""

    @property
    def clause(self) -> str:
        """Return the condition of the queries."""
        return queries.SOME if self.ids is not None else queries.PERIOD

    @property
    def values(self) -> dict[str, object]:
        """Return what the condition names."""
        return {"ids": list(self.ids or ()), "starts_at": self.starts_at, "ends_at": self.ends_at}


@dataclass(frozen=True)
class Loaded:
    """A history, and what tells its orders and lines apart in the store."""

    history: History
    order_ids: Integers
    source: Words
    numbers: Sequence[str]
    """Numbers of the orders; empty where they were not asked for."""
    line_keys: Sequence[str]
    members: Integers
    """Numbers of the members, by their place in the history."""


def needs_past(rules: Sequence[Rule]) -> bool:
    """Tell whether any rule asks for orders other than the one in question."""
    asked = {found.attribute.name for rule in rules for found in conditions.comparisons(rule.asked)}
    return bool(asked & set(PAST)) or any(rule.trigger in ("first_purchase", "streak") for rule in rules)


def load(program: Program, which: Which, rules: Sequence[Rule], *, keys: bool = False) -> Loaded:
    """Return the orders of members of a programme, those before joining and in other currencies left out.

    Lines are those in force that were sold. With `keys` the numbers of orders and the keys of lines come too.
    """
    orders = copying.columns(
        queries.ORDERS.format(which=which.clause, number="placed.number" if keys else "''"),
        {**dict.fromkeys(("id", "source", "at", "channel", "customer", "party"), INTEGER), "number": TEXT},
        currency=program.currency,
        **which.values,
    )
    cards = members(program, integers(orders, "customer"), few=which.ids is not None)
    member = holders(orders, cards, program.zone)
    lines = copying.columns(
        queries.LINES.format(which=which.clause, key="line.line_key" if keys else "''"),
        {**dict.fromkeys(queries.LINE_COLUMNS, INTEGER), "key": TEXT},
        currency=program.currency,
        **which.values,
    )
    order = looked_up(integers(lines, "order"), integers(orders, "id"))
    # Orders without a line that was sold earn nothing, and are no purchase.
    has_lines = np.bincount(order[order >= 0], minlength=orders.num_rows) > 0
    mine = np.flatnonzero((member >= 0) & has_lines)
    lines = lines.take(pa.array(np.flatnonzero(np.isin(order, mine))))
    return arranged(program, which, orders.take(pa.array(mine)), lines, (cards, member[mine]), needs_past(rules))


def members(program: Program, customers: Integers, *, few: bool) -> pa.Table:
    """Return the members of a programme, of some customers or all, with the customer each is now."""
    asked = np.unique(customers).tolist() if few else []
    query = queries.MEMBERS.format(which=queries.OF_CUSTOMERS if few else "TRUE")
    kinds = dict.fromkeys(("id", "customer", "party", "joined", "left"), INTEGER)
    return copying.columns(query, kinds, program=program.pk, customers=asked)


def holders(orders: pa.Table, cards: pa.Table, zone: str) -> NDArray[np.intp]:
    """Return the place of the member who gets the points of each order; -1 where nobody does.

    Of several cards of one customer it is that of the very party who bought, else the oldest.
    """
    day = history.clock(integers(orders, "at"), zone) // DAY
    customer, party = integers(orders, "customer"), integers(orders, "party")
    joined, left = integers(cards, "joined"), integers(cards, "left")
    known, first, count = np.unique(integers(cards, "customer"), return_index=True, return_counts=True)
    where = looked_up(customer, known)
    found = np.where(where >= 0, first[where] if len(first) else -1, -1)
    fits = (found >= 0) & (day >= joined[found]) & (day < left[found]) if cards.num_rows else found >= 0
    found = np.where(fits, found, -1)
    several: NDArray[np.intp] = (
        np.flatnonzero((where >= 0) & (count[where] > 1)) if len(count) else np.zeros(0, np.intp)
    )
    of_customer, of_party = integers(cards, "customer"), integers(cards, "party")
    for place in several:
        fitting = np.flatnonzero((of_customer == customer[place]) & (joined <= day[place]) & (left > day[place]))
        own = fitting[of_party[fitting] == party[place]]
        found[place] = own[0] if len(own) else fitting[0] if len(fitting) else -1
    return found


def arranged(
    program: Program,
    which: Which,
    orders: pa.Table,
    lines: pa.Table,
    held: tuple[pa.Table, NDArray[np.intp]],
    past: bool,
) -> Loaded:
    """Put what was read in the order of time."""
    cards, holder = held
    used, member = np.unique(holder, return_inverse=True)
    ids = integers(cards, "id")[used]
    by_time = np.lexsort((integers(orders, "id"), integers(orders, "at")))
    orders, member = orders.take(pa.array(by_time)), member[by_time]
    order_ids = integers(orders, "id")
    place = looked_up(integers(lines, "order"), order_ids)
    by_order = np.lexsort((integers(lines, "id"), place))
    lines, place = lines.take(pa.array(by_order)), place[by_order]
    sources = copying.columns(queries.SOURCES, {"id": INTEGER, "code": TEXT})
    source = named(integers(orders, "source"), integers(sources, "id"), texts_of(sources, "code"))
    numbers = {
        "member": member.astype(np.int64),
        "at": integers(orders, "at"),
        "number": order_ids,
        "joined": integers(cards, "joined")[used][member],
    }
    trigger = Words(np.zeros(len(order_ids), np.int32), ("purchase",))
    texts = {"trigger": trigger, "source": source, **channels(orders)}
    made = History(
        program.zone,
        program.currency,
        member_table(program, ids),
        Table(len(order_ids), numbers, texts),
        line_table(lines, place, order_ids, program, which.as_of),
        elsewhere(program, which, cards.take(pa.array(used)), order_ids) if past else (history.NONE, history.NONE),
        backs(integers(lines, "id")) if which.backs else None,
    )
    return Loaded(made, order_ids, source, orders["number"].to_pylist(), lines["key"].to_pylist(), ids)


def channels(orders: pa.Table) -> dict[str, Words]:
    """Return where each order was made."""
    known = copying.columns(queries.CHANNELS, {"id": INTEGER, "code": TEXT, "kind": TEXT})
    asked, ids = integers(orders, "channel"), integers(known, "id")
    return {
        "channel": named(asked, ids, texts_of(known, "code")),
        "channel_kind": named(asked, ids, texts_of(known, "kind")),
    }


def member_table(program: Program, ids: Integers) -> Table:
    """Return what conditions ask of members, as it is known now."""
    published = differentiated.run_published()
    few = len(ids) < queries.FEW
    found = copying.columns(
        queries.MEMBER_WORDS.format(which=queries.SOME_MEMBERS if few else "TRUE"),
        {"id": INTEGER, **dict.fromkeys(MEMBER_WORDS, TEXT)},
        program=program.pk,
        ids=ids.tolist() if few else [],
        run=published.pk if published else 0,
    )
    known = integers(found, "id")
    return Table(len(ids), {"id": ids}, {name: named(ids, known, texts_of(found, name)) for name in MEMBER_WORDS})


def line_table(
    lines: pa.Table, order: NDArray[np.intp], order_ids: Integers, program: Program, as_of: datetime | None
) -> Table:
    """Return the lines with their goods, what came back of them, and what was paid with points."""
    product = integers(lines, "product")
    goods = copying.columns(
        queries.PRODUCTS.format(which=queries.SOME_PRODUCTS if len(product) < queries.FEW else "TRUE"),
        {"id": INTEGER, "code": TEXT, "category": TEXT},
        ids=np.unique(product).tolist() if len(product) < queries.FEW else [],
    )
    known = integers(goods, "id")
    numbers = {name: integers(lines, name) for name in ("quantity", "gross", "discount", "net", "tax")}
    numbers |= {"order": order.astype(np.int64), "returned": returned(integers(lines, "id"), as_of)}
    numbers["paid"] = paid(program, numbers, order_ids)
    texts = {
        name: named(product, known, texts_of(goods, column))
        for name, column in (("product", "code"), ("category", "category"))
    }
    return Table(lines.num_rows, numbers, texts)


def returned(line_ids: Integers, as_of: datetime | None) -> Integers:
    """Return the pieces of each line that came back, until a moment if one is said, in ten thousandths."""
    few = len(line_ids) < queries.FEW
    which = [queries.SOME_LINES] if few else []
    which += [queries.BACK_BY] if as_of is not None else []
    back = copying.columns(
        queries.RETURNED.format(which=" AND ".join(which) or "TRUE"),
        {"line": INTEGER, "pieces": INTEGER},
        ids=line_ids.tolist() if few else [],
        as_of=as_of,
    )
    where = looked_up(line_ids, integers(back, "line"))
    pieces = integers(back, "pieces")
    return np.where(where >= 0, pieces[where], 0) if len(pieces) else np.zeros(len(line_ids), np.int64)


def backs(line_ids: Integers) -> Table:
    """Return when pieces of lines came back."""
    found = copying.columns(queries.BACKS, dict.fromkeys(("line", "at", "pieces"), INTEGER))
    where = looked_up(integers(found, "line"), line_ids)
    mine = np.flatnonzero(where >= 0)
    numbers = {name: integers(found, name)[mine] for name in ("at", "pieces")}
    return Table(len(mine), {"line": where[mine].astype(np.int64), **numbers})


def paid(program: Program, numbers: dict[str, Integers], order_ids: Integers) -> Integers:
    """Return what of each line was paid with points: that of its order, shared out by the net amounts."""
    few = len(order_ids) < queries.FEW
    found = copying.columns(
        queries.PAID.format(which=queries.SOME if few else "TRUE"),
        {"id": INTEGER, "paid": INTEGER},
        program=program.pk,
        ids=order_ids.tolist() if few else [],
    )
    if not found.num_rows:
        return np.zeros(len(numbers["net"]), np.int64)
    where = looked_up(order_ids, integers(found, "id"))
    of_order = np.where(where >= 0, integers(found, "paid")[where], 0)
    starts = history.first_of(numbers["order"])
    return amounts.shared(of_order[numbers["order"][starts]], np.maximum(numbers["net"], 0), starts)


def elsewhere(program: Program, which: Which, cards: pa.Table, order_ids: Integers) -> tuple[Integers, Integers]:
    """Return the other orders of these members since they joined."""
    few = which.ids is not None
    others = copying.columns(
        queries.OTHERS.format(which=queries.OF_BUYERS if few else "placed.happened_at < %(starts_at)s"),
        dict.fromkeys(("id", "customer", "at"), INTEGER),
        customers=integers(cards, "customer").tolist() if few else [],
        currency=program.currency,
        **which.values,
    )
    at, place = integers(others, "at"), looked_up(integers(others, "customer"), integers(cards, "customer"))
    day = history.clock(at, program.zone) // DAY
    fits = (place >= 0) & ~np.isin(integers(others, "id"), order_ids)
    fits &= day >= (integers(cards, "joined")[place] if cards.num_rows else 0)
    return place[fits].astype(np.int64), at[fits]


def joined(member_ids: Integers) -> Integers:
    """Return the day on which each member joined, from 1970."""
    found = copying.columns(queries.JOINED, {"id": INTEGER, "joined": INTEGER}, ids=member_ids.tolist())
    return integers(found, "joined")[looked_up(member_ids, integers(found, "id"))]
