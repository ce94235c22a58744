"""Attribution: the part of other customers' value that is put down to one who brought or influences them.

After Kumar, Petersen & Leone (Harvard Business Review 10/2007; Journal of Marketing 74(5), 2010): the *customer
referral value* is what the referred customers bring who would not have come without the referral, and for all of them
the cost of acquiring them otherwise. Whether somebody would have come anyway must be asked; until it is, a share stands
for it:

    network value = sum over persons p of share(p) * value(p)

with one share a kind of tie, an assumption that each company sets for itself. Of several who recommended the same
customer each gets an equal part. Only direct ties count: whom the referred refer in turn is put down to them.

Where it misleads: it is **beside** the customer's own value, not part of it. The value of a referred customer is in the
sum over all customers already, so own and network values must not be added, and network values of several customers
must not be added either. A company that wants one figure for the base takes the sum of the own values.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

REFERRAL, HOUSEHOLD, INFLUENCE = "referral", "household", "influence"
WAYS = (REFERRAL, HOUSEHOLD, INFLUENCE)
HOUSEHOLD_SHARE = 0.25
"""Share of the value of those of one household: an assumption, as those of the kinds of relations are."""


@dataclass(frozen=True)
class Tie:
    """Somebody tied to a customer, how, and the share of the value that is put down to the customer."""

    customer_id: int
    way: str
    share: float


@dataclass(frozen=True)
class Part:
    """What the ties of one way come to: people, their whole value, and what is attributed, in minor units."""

    way: str
    people: int
    valued: int
    """How many of them the run knows."""
    value_minor: int
    attributed_minor: int


def parts(ties: Iterable[Tie], values: Mapping[int, int], *, own: Iterable[int]) -> list[Part]:
    """Return what the network of a customer comes to, way by way; everybody counts once, by the largest share.

    >>> ties = [Tie(2, "referral", 0.5), Tie(2, "household", 0.25), Tie(3, "influence", 0.1)]
    >>> found = parts(ties, {2: 100, 3: 50}, own=[1])
    >>> [(part.way, part.people, part.value_minor, part.attributed_minor) for part in found]
    [('referral', 1, 100, 50), ('influence', 1, 50, 5)]
    """
    mine, best = set(own), dict[int, Tie]()
    for tie in ties:
        held = best.get(tie.customer_id)
        if tie.customer_id not in mine and (held is None or rank(tie) < rank(held)):
            best[tie.customer_id] = tie
    found = []
    for way in WAYS:
        people = [tie for tie in best.values() if tie.way == way]
        if people:
            valued = [tie for tie in people if tie.customer_id in values]
            whole = sum(values[tie.customer_id] for tie in valued)
            attributed = sum(round(values[tie.customer_id] * tie.share) for tie in valued)
            found.append(Part(way, len(people), len(valued), whole, attributed))
    return found


def rank(tie: Tie) -> tuple[float, int]:
    """Return what a tie is preferred by: the larger share, then the way."""
    return -tie.share, WAYS.index(tie.way)
