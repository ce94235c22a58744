"""A club with members who have points, rewards they may want, and wishes for them."""

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import connection
from django.dispatch import Signal
from tests.make import programs, served

from vinculo.identify.records.models import Customer
from vinculo.programs.records.ledger import services
from vinculo.programs.records.models import Account, Member, Program, Reward, Unit
from vinculo.programs.records.rewards import catalogue, redemptions
from vinculo.programs.records.rewards.catalogue import RewardDraft
from vinculo.programs.records.rewards.redemptions import Wish
from vinculo.programs.records.rewards.resolving import Redeemed

NOW = programs.NOW
LATER = NOW + timedelta(days=8)
"""When what was set aside is out of time."""
Answer = TypeVar("Answer")
AT_ONCE = 16
"""Connections of a race."""
_keys = itertools.count(1)


@dataclass(frozen=True)
class Club:
    """A programme with points."""

    program: Program
    unit: Unit

    def member(self, points: int = 1_000, **fields: Any) -> Member:
        """Add a member who has points."""
        found = programs.member(self.program, **fields)
        wallet = programs.wallet(self.unit, found)
        if points:
            self.award(wallet, points)
        return found

    def award(self, wallet: int, points: int, **fields: Any) -> int:
        """Give points to a wallet; return the posting."""
        post = programs.post(wallet, amount=points, grant_class="purchase", **fields)
        (outcome,) = services.points_post(program_id=self.program.pk, posts=[post], now=NOW)
        assert not outcome.refused
        return int(outcome.posting_id)

    def reward(self, code: str = "mug", **fields: Any) -> Reward:
        """Offer a reward for 300 points."""
        values: dict[str, Any] = {"kind": "product", "name_en": "Mug", "name_es": "Taza", "points": 300}
        draft = RewardDraft(**{**values, **fields})
        made = catalogue.reward_create(program_id=self.program.pk, code=code, draft=draft, now=NOW)
        catalogue.reward_offer(reward_id=made.pk)
        return made

    def wish(self, member: Member, reward: str = "mug", **fields: Any) -> Wish:
        """Return a wish with a key of its own."""
        values = {"source": "test", "key": f"wish {next(_keys)}"}
        return Wish(self.program.pk, reward, member.pk, **{**values, **fields})

    def reserve(self, member: Member, reward: str = "mug", now: datetime = NOW, **fields: Any) -> Redeemed:
        """Set a reward aside."""
        return redemptions.redemption_reserve(self.wish(member, reward, **fields), now=now)

    def points(self, member: Member) -> int:
        """Return the points a member can spend."""
        wallet = Account.objects.get(member=member, unit=self.unit, kind="wallet")
        return int(wallet.balance or 0)


def club(**fields: Any) -> Club:
    """Make a club in Madrid."""
    made = programs.program(**{"zone": "Europe/Madrid", **fields})
    return Club(made, programs.unit(made))


def customer(name: str = "Ana") -> Customer:
    """Make a customer."""
    return served.customer(name, number=f"N{next(_keys)}")


@contextmanager
def heard(fact: Signal) -> Iterator[list[dict[str, Any]]]:
    """Note what a fact says as long as the block lasts."""
    told: list[dict[str, Any]] = []

    def note(sender: object, signal: Signal, **said: Any) -> None:
        told.append(said)

    fact.connect(note)
    try:
        yield told
    finally:
        fact.disconnect(note)


def together(work: Callable[[int], Answer], workers: int = AT_ONCE) -> list[Answer]:
    """Do something on so many connections at the same moment; whatever goes wrong in one goes wrong."""
    begin, found, wrong = threading.Barrier(workers), list[Answer](), list[BaseException]()

    def run(number: int) -> None:
        try:
            begin.wait(60)
            found.append(work(number))
        except BaseException as error:  # noqa: BLE001 - told by the test
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(workers)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=120)
    assert wrong == []
    return found
