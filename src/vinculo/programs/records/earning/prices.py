"""Prices: postings of purchases tell their part of what was paid for the order, so that finance counts it once.

What the postings of an order tell adds up to what was paid for the goods that did not come back, without tax and
without what was paid with points, as long as the order holds points of purchases; then to nothing.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db import connection

from vinculo.programs.finance import allocation
from vinculo.programs.finance.recognition import PURCHASE
from vinculo.programs.ledger.posting import Post
from vinculo.programs.records.earning.keeping import Asked
from vinculo.programs.records.models import Account

PRICE = "price_minor"
_STANDING = """
SELECT given.id, coalesce((given.details ->> 'price_minor')::numeric, 0) - coalesce(sum(coalesce(
    (back.details ->> 'price_minor')::numeric,
    (given.details ->> 'price_minor')::numeric * back.asked / given.amount)), 0)
FROM programs_posting AS given LEFT JOIN programs_posting AS back ON back.refers_to = given.id AND back.outcome = ''
    AND back.kind IN ('reverse', 'cancel', 'timeout')
WHERE given.id = ANY(%s) AND given.grant_class = 'purchase' GROUP BY given.id
"""
"""One row: an award of a purchase, and what of the price it stands for still."""


@dataclass(frozen=True)
class Standing:
    """What awards of purchases stand for, by their postings; and the accounts whose points can be spent."""

    prices: Mapping[int, int]
    spendable: frozenset[int]

    def weight(self, each: Asked) -> Fraction:
        """Return the weight of a post: what goes with what it takes, or the points it gives.

        Points that nobody can spend are owed to nobody: they take a part only where there are no others.
        """
        if each.award is None:
            return Fraction(each.post.amount if each.post.account_id in self.spendable else 0)
        held = each.award.given - each.award.taken - each.award.forgiven
        return Fraction(max(0, self.prices[each.award.posting_id]) * each.post.amount, held)

    def concerns(self, each: Asked) -> bool:
        """Tell whether a post gives points of a purchase, or takes them."""
        if each.change.kept.price is None:
            return False
        return each.post.grant_class == PURCHASE if each.award is None else each.award.posting_id in self.prices


def told(asked: Sequence[Asked]) -> list[Post]:
    """Return the posts with their parts of the prices of their orders."""
    standing = standing_of(asked)
    by_order: dict[int, list[int]] = defaultdict(list)
    for place, each in enumerate(asked):
        if standing.concerns(each):
            by_order[each.change.kept.id].append(place)
    posts = [each.post for each in asked]
    for places in by_order.values():
        for place, price in zip(places, parts([asked[at] for at in places], standing), strict=True):
            posts[place] = posts[place]._replace(details={**posts[place].details, PRICE: price})
    return posts


def standing_of(asked: Sequence[Asked]) -> Standing:
    """Return what the orders of some posts stand for."""
    awards = sorted({award.posting_id for each in asked for award in each.change.kept.awards})
    prices: dict[int, int] = {}
    if awards:
        with connection.cursor() as cursor:
            cursor.execute(_STANDING, [awards])
            prices = {number: round(price) for number, price in cursor.fetchall()}
    accounts = {each.post.account_id for each in asked if each.award is None}
    spendable = Account.objects.filter(pk__in=accounts, unit__spendable=True).values_list("pk", flat=True)
    return Standing(prices, frozenset(spendable if accounts else ()))


def parts(asked: Sequence[Asked], standing: Standing) -> list[int]:
    """Return the part of each post of one order: what an award stands for, or what goes with what is taken."""
    kept, weights = asked[0].change.kept, [standing.weight(each) for each in asked]
    awards = [each for each in kept.awards if each.posting_id in standing.prices]
    so_far = sum(standing.prices[each.posting_id] for each in awards)
    if all(each.award for each in asked):
        held = sum(each.given - each.taken - each.forgiven for each in awards)
        left = kept.price or 0 if held > sum(each.post.amount for each in asked) else 0
        return allocation.split(so_far - left, weights)
    going = {at: round(weights[at]) for at, each in enumerate(asked) if each.award}
    given = [at for at, each in enumerate(asked) if each.award is None]
    coming = allocation.split((kept.price or 0) - so_far + sum(going.values()), [weights[at] for at in given])
    found = going | dict(zip(given, coming, strict=True))
    return [found[at] for at in range(len(asked))]
