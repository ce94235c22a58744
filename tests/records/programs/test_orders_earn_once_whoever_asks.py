"""Whoever settles the same orders at once, each earns once, and a budget is never exceeded by a point."""

from concurrent.futures import ThreadPoolExecutor
from random import Random

from django.db import connection
from tests.make import club as shop
from tests.make import store

from vinculo.identify.records.models import Order
from vinculo.programs.records.earning import orders
from vinculo.programs.records.ledger import verify
from vinculo.programs.records.models import EarnedAward, Posting, Program

WORKERS, ORDERS, BUDGET = 6, 30, 333


def settle(seed: int) -> None:
    """Settle all orders in an order of one's own, a few at a time."""
    ids = list(Order.objects.values_list("pk", flat=True))
    Random(seed).shuffle(ids)
    program = Program.objects.get()
    try:
        for first in range(0, len(ids), 4):
            orders.own_transaction(program, ids[first : first + 4], shop.NOW)
    finally:
        connection.close()


def test_orders_settled_by_many_at_once_earn_once(own_records: store.Database) -> None:
    club = shop.opened()
    buyers = [shop.joined(club, name) for name in ("Ana", "Luis", "Eva")]
    for number in range(ORDERS):
        shop.bought(buyers[number % 3][0], f"A{number}", shop.line(10_00 + number), days_ago=number)
    shop.rule(club, "spend")
    shop.rule(club, "campaign", amount="fixed", factor="20", caps=[{"scope": "program", "points": BUDGET}])

    with ThreadPoolExecutor(WORKERS) as workers:
        list(workers.map(settle, range(WORKERS)))

    by_rule = dict.fromkeys(("spend", "campaign"), 0)
    for code, given in EarnedAward.objects.values_list("rule__code", "given"):
        by_rule[code] += given
    assert by_rule == {"spend": ORDERS * 10, "campaign": BUDGET}
    assert sum(shop.balance(member) for _buyer, member in buyers) == sum(by_rule.values())
    assert (
        Posting.objects.filter(kind="award").values("reference", "rule_id").distinct().count()
        == EarnedAward.objects.count()
    )
    assert verify.verify(program_id=club.pk) == []
