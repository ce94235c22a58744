"""Partners: revenue of points that were used for what partners deliver, gross as principal and net as agent.

Source: IFRS 15.B34 to B38. Whoever controls what is promised before it is handed over is the principal, and all of the
price is its revenue; whoever arranges for a partner to deliver it is an agent, and its revenue is the commission.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from vinculo.programs.finance import recognition
from vinculo.programs.finance.recognition import PURCHASE
from vinculo.programs.records.finance import books
from vinculo.programs.records.finance.books import Head, Window
from vinculo.programs.records.models import Reward

Pools = Mapping[tuple[int, date], int]
"""What was earned of purchases in a period, by unit and month of issue."""
NOTHING: Pools = {}


@dataclass(frozen=True)
class Used:
    """Points of one pool used in a window for the rewards of one partner, or of none, and what the partner gets."""

    unit_id: int
    month: date
    grant_class: str
    partner: str
    agent: bool
    points: int
    cost: Fraction


@dataclass(frozen=True)
class Partner:
    """What points brought that were used for the rewards of a partner, in one role, in minor units."""

    head: Head
    partner: str
    agent: bool
    points: int
    of_purchases: int
    """Those of the points that were given with a purchase: only they bring revenue."""
    gross_minor: int
    payable_minor: int
    """What the partner gets for the points of purchases."""

    @property
    def revenue_minor(self) -> int:
        """Return the revenue that is shown."""
        return recognition.shown(self.gross_minor, self.payable_minor, agent=self.agent)


def known(program_id: int) -> bool:
    """Tell whether a programme has rewards of partners at all."""
    return Reward.objects.filter(program_id=program_id).exclude(partner_code="").exists()


def used(program_id: int, zone: str, window: Window) -> list[Used]:
    """Return what was used of each pool in a window, by partner."""
    if not known(program_id):
        return []
    text = f"""WITH {books.query("lives")}, {books.query("partners")}
        SELECT unit_id, month, grant_class, partner, agent, sum(amount)::bigint, sum(cost) FROM partners
        GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 4, 5, 2, 3"""
    found = books.rows(text, program_id, window, zone=zone)
    return [
        Used(unit, month, grant, partner, agent, points, Fraction(cost))
        for unit, month, grant, partner, agent, points, cost in found
    ]


def partners_of(heads: Sequence[Head], found: Iterable[Used], earned: Pools = NOTHING) -> tuple[Partner, ...]:
    """Return what each partner's rewards brought: of what a pool earned, the share of the points used for them."""
    by_unit, rows = {head.unit_id: head for head in heads}, list(found)
    sums = defaultdict[tuple[int, str, bool], Sums](Sums)
    all_used: dict[tuple[int, date], int] = defaultdict(int)
    for each in rows:
        if each.grant_class == PURCHASE:
            all_used[each.unit_id, each.month] += each.points
    for each in rows:
        if each.partner and each.unit_id in by_unit:
            pool = (each.unit_id, each.month)
            sums[each.unit_id, each.partner, each.agent].add(each, earned.get(pool, 0), all_used[pool])
    return tuple(
        Partner(by_unit[unit], partner, agent, each.points, each.of_purchases, round(each.gross), round(each.payable))
        for (unit, partner, agent), each in sorted(sums.items())
    )


class Sums:
    """What adds up to a partner."""

    def __init__(self) -> None:
        self.points = self.of_purchases = 0
        self.gross = self.payable = Fraction(0)

    def add(self, each: Used, earned: int, all_used: int) -> None:
        """Add what was used of one pool, of whose points so many were used and which earned so much."""
        self.points += each.points
        if each.grant_class == PURCHASE:
            self.of_purchases += each.points
            self.payable += each.cost
            self.gross += Fraction(earned * each.points, all_used) if all_used > 0 else 0
