"""Trying: what an order, or something else, would earn now, explained rule by rule; nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np
import pyarrow.compute as pc

from vinculo.identify.records.membership import selectors as membership
from vinculo.programs.earning import amounts, explanation
from vinculo.programs.earning.conditions import Integers, Words
from vinculo.programs.earning.explanation import Told
from vinculo.programs.earning.history import History, Table
from vinculo.programs.records.earning import deeds, keeping, using
from vinculo.programs.records.earning.deeds import Deed, DeedLine
from vinculo.programs.records.histories import loading
from vinculo.programs.records.models import Member, Program
from vinculo.programs.records.rules import services as ruled


@dataclass(frozen=True)
class TriedLine:
    """One line of an order that is tried; amounts in minor units."""

    net: int
    gross: int | None = None
    tax: int = 0
    quantity: Decimal = Decimal(1)
    product: str = ""
    category: str = ""


@dataclass(frozen=True)
class Tried:
    """An order that might be placed, or something that might happen."""

    member_id: int
    happened_at: datetime
    lines: Sequence[TriedLine] = ()
    trigger: str = "purchase"
    event: str = ""
    channel: str = ""
    source: str = ""
    paid: int = 0
    """Of the order, with points."""


def dry_run(*, program_id: int, tried: Tried, versions: Sequence[int] | None = None) -> list[Told]:
    """Return what each rule would give, on which line and how it comes to it, or why it gives nothing.

    The same engine and the same limits as in earnest. `versions` tries these versions of rules, drafts among them,
    in place of those in force.
    """
    program = Program.objects.get(pk=program_id)
    member = Member.objects.get(pk=tried.member_id, program=program)
    deed = deed_of(program, tried)
    rules = ruled.ruleset(program) if versions is None else ruled.ruleset_of(program, versions)
    if tried.trigger == "purchase":
        history = order_history(program, tried, member, past=loading.needs_past(rules.rules))
    else:
        history, _deeds = deeds.of_events(program, [deed])
    return explanation.explain(rules, history, used=using.used(program, rules.rules, [deed], ()))


def deed_of(program: Program, tried: Tried) -> Deed:
    """Return what is tried as something that happened."""
    day = keeping.day(program, tried.happened_at)
    lines = (DeedLine("", 10_000, 0),)
    said = {"event": tried.event, "channel": tried.channel}
    return Deed(tried.source, "", tried.trigger, tried.member_id, tried.happened_at, day, lines, said=said)


def order_history(program: Program, tried: Tried, member: Member, *, past: bool) -> History:
    """Return an order that is tried as columns."""
    ids = np.array([member.pk], np.int64)
    numbers = {"member": 0, "at": deeds.micros(tried.happened_at), "number": 0}
    orders = {name: np.array([value], np.int64) for name, value in numbers.items()} | {"joined": loading.joined(ids)}
    said = {"trigger": "purchase", "source": tried.source, "channel": tried.channel}
    count = len(tried.lines)
    lines = {
        "order": np.zeros(count, np.int64),
        "quantity": column([int(line.quantity * 10_000) for line in tried.lines]),
        "gross": column([line.net if line.gross is None else line.gross for line in tried.lines]),
        "net": column([line.net for line in tried.lines]),
        "tax": column([line.tax for line in tried.lines]),
    }
    lines["discount"] = lines["gross"] - lines["net"]
    starts = np.zeros(min(count, 1), np.intp)
    lines["paid"] = amounts.shared(column([tried.paid] * len(starts)), np.maximum(lines["net"], 0), starts)
    texts = {name: deeds.words([getattr(line, name) for line in tried.lines]) for name in ("product", "category")}
    return History(
        program.zone,
        program.currency,
        loading.member_table(program, ids),
        Table(1, orders, {name: Words(np.zeros(1, np.int32), (word,)) for name, word in said.items()}),
        Table(count, lines, texts),
        before(program, tried, member) if past else (column([]), column([])),
    )


def before(program: Program, tried: Tried, member: Member) -> tuple[Integers, Integers]:
    """Return the orders of the member before what is tried."""
    if member.customer_id is None:
        return column([]), column([])
    customer = membership.current_of([member.customer_id])[member.customer_id]
    cards = loading.members(program, column([customer]), few=True)
    mine = cards.filter(pc.equal(cards["id"], member.pk))
    others, at = loading.elsewhere(program, loading.Which(()), mine, column([]))
    earlier = at < deeds.micros(tried.happened_at)
    return others[earlier], at[earlier]


def column(values: Sequence[int]) -> Integers:
    """Return a column of numbers."""
    return np.array(values, np.int64)
