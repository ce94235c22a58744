"""Budgets: what rules of a campaign give as long as there is something left of it, order by order in time.

What comes back makes room again at the moment it does, where a history tells of it (`History.backs`), and so do other
movements of the campaign; without either one running sum says it all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from vinculo.programs.earning import amounts
from vinculo.programs.earning.conditions import Integers
from vinculo.programs.earning.history import NONE, History, Table

if TYPE_CHECKING:
    from vinculo.programs.earning.engine import Granted

NEVER = -1


@dataclass(frozen=True)
class Budget:
    """The points a campaign may give, and what moved it besides the orders of a history: moments, and points given."""

    points: int
    elsewhere: tuple[Integers, Integers] = field(default_factory=lambda: (NONE, NONE))


def kept(budget: Budget, found: Sequence["Granted"], history: History) -> Iterator["Granted"]:
    """Yield what the rules of one campaign give when its budget is kept; of one order the earlier rule goes first."""
    wanted = sum(int(each.totals.sum()) for each in found)
    others = budget.elsewhere[1]
    if wanted + int(others[others > 0].sum()) < budget.points:
        yield from found
        return
    backs = history.backs
    if not len(others) and (backs is None or not backs.size):
        totals, spent_at = running(budget.points, found, history)
    else:
        totals, spent_at = Course(budget, found, history).run()
    for each, points in zip(found, totals, strict=True):
        yield replace(each, totals=points, cut=int(each.totals.sum() - points.sum()), spent_at=spent_at)


def running(left: int, found: Sequence["Granted"], history: History) -> tuple[list[Integers], int]:
    """Keep a budget that nothing gives room again, by one running sum; return also the moment at which it ran out."""
    orders, wanted, order = queued(found)
    total = np.minimum(np.cumsum(wanted[order]), max(0, left))
    given = np.empty_like(wanted)
    given[order] = np.diff(total, prepend=0)
    over = np.flatnonzero(total >= left)
    spent_at = int(history.orders.numbers["at"][orders[order[over[0]]]]) if len(over) else NEVER
    return np.split(given, np.cumsum([len(each.orders) for each in found])[:-1]), spent_at


def queued(found: Sequence["Granted"]) -> tuple[Integers, Integers, Integers]:
    """Return the orders of all rules, what each is to be given, and their order in time."""
    orders = np.concatenate([each.orders for each in found])
    return orders, np.concatenate([each.totals for each in found]), np.argsort(orders, kind="stable")


class Course:
    """The course of a budget that is given and gets back, one order after the other."""

    def __init__(self, budget: Budget, found: Sequence["Granted"], history: History) -> None:
        self.found, self.history, self.left = found, history, budget.points
        self.given = [np.zeros(len(each.totals), np.int64) for each in found]
        self.moments = history.orders.numbers["at"]
        self.moves = self.ordered(budget)
        self.pieces: dict[int, int] = {}
        """What came back so far of each line."""

    def ordered(self, budget: Budget) -> list[tuple[int, int, int, int]]:
        """Return what gives room or takes it, by the order before which it does: moment, line (or none), how much."""
        at, points = budget.elsewhere
        rows = [(int(moment), -1, -int(moved)) for moment, moved in zip(at.tolist(), points.tolist(), strict=True)]
        backs = self.history.backs or Table(0, dict.fromkeys(("line", "at", "pieces"), NONE))
        mine = np.isin(backs.numbers["line"], np.concatenate([each.lines for each in self.found]))
        columns = [backs.numbers[name][mine].tolist() for name in ("at", "line", "pieces")]
        rows = sorted([*rows, *zip(*columns, strict=True)])
        places = np.searchsorted(self.moments, np.array([row[0] for row in rows], np.int64), "right")
        return [(int(place), *row) for place, row in zip(places, rows, strict=True)]

    def run(self) -> tuple[list[Integers], int]:
        """Return what each rule gives to each of its orders, and the moment at which nothing was left first."""
        _orders, _wanted, order = queued(self.found)
        entries = [(int(place), rule, number) for rule, each in enumerate(self.found)
                   for number, place in enumerate(each.orders.tolist())]  # fmt: skip
        totals = [each.totals.tolist() for each in self.found]
        moves, next_move, spent_at = self.moves, 0, NEVER
        for entry in order.tolist():
            place, rule, number = entries[entry]
            while next_move < len(moves) and moves[next_move][0] <= place:
                self.move(*moves[next_move][1:])
                next_move += 1
            given = max(0, min(totals[rule][number], self.left))
            self.given[rule][number] = given
            self.left -= given
            if spent_at == NEVER and self.left <= 0:
                spent_at = int(self.moments[place])
        return self.given, spent_at

    def move(self, _at: int, line: int, much: int) -> None:
        """Give room, or take it: points of others, or what goes back with the pieces of a line."""
        if line < 0:
            self.left += much
            return
        pieces = int(self.history.lines.numbers["quantity"][line])
        before = self.pieces.get(line, 0)
        self.pieces[line] = before + much
        for rule in range(len(self.found)):
            points = self.points_of(rule, line)
            if points:
                self.left += amounts.returned(points, pieces=pieces, back=before + much)
                self.left -= amounts.returned(points, pieces=pieces, back=before) if before else 0

    def points_of(self, rule: int, line: int) -> int:
        """Return the points that a rule gave to a line."""
        each = self.found[rule]
        where = int(np.searchsorted(each.lines, line))
        if where == len(each.lines) or each.lines[where] != line:
            return 0
        number = int(np.searchsorted(each.starts, where, "right")) - 1
        given = self.given[rule][number]
        if given == each.totals[number]:
            return int(each.points[where])
        first = each.starts[number]
        last = each.starts[number + 1] if number + 1 < len(each.starts) else len(each.lines)
        shares = amounts.shared(np.array([given]), each.before_caps[first:last], np.zeros(1, np.intp))
        return int(shares[where - first])
