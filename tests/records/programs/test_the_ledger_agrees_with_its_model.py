"""A state machine: whatever is posted in whatever order, in sets or one by one, agrees with the model (I1 to I12)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.make import programs as make
from tests.make.points import Points, Purse, Told

from vinculo.programs.ledger.posting import NEVER, Outcome, Post
from vinculo.programs.records.ledger import services, sweeps, verify
from vinculo.programs.records.models import Account, Posting, Transfer

AMOUNTS = strategies.sampled_from([0, 1, 2, 3, 5, 10, 50, 100])
DAYS = strategies.sampled_from([NEVER, *(date(2026, 3, day) for day in (5, 6, 7))])
WALLETS = strategies.integers(0, 2)
GIVES = ("award", "award", "award", "promise", "adjust", "fine")
TAKES = ("spend", "spend", "reserve", "block", "transfer")
REFERS = ("reverse", "reverse", "reverse", "release", "cancel", "timeout", "confirm", "unblock", "reinstate")
SHORT = settings(
    max_examples=6,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    # A ledger is made anew for every try: making a failure small takes longer than reading it.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


class Ledger(RuleBasedStateMachine):
    """The ledger beside its model: three wallets of one unit, whose policy of returns is drawn."""

    @initialize(returns=strategies.sampled_from(["pending", "balance", "floor"]))
    def begin(self, returns: str) -> None:
        self.point = transaction.savepoint()
        self.program = make.program()
        floor = -20 if returns == "floor" else 0
        unit = make.unit(self.program, return_policy=returns, floor=floor)
        self.wallets = [make.wallet(unit) for _each in range(3)]
        self.purses = [Purse(returns, floor) for _each in range(3)]
        self.model = Points()
        self.posted: list[tuple[Post, Outcome]] = []
        self.numbers = [0]
        self.now = make.NOW

    def teardown(self) -> None:
        if hasattr(self, "point"):
            transaction.savepoint_rollback(self.point)

    @rule(data=strategies.data(), alone=strategies.booleans(), count=strategies.integers(1, 4))
    def post(self, data: Any, alone: bool, count: int) -> None:
        posts = [self.drawn(data) for _each in range(count)]
        if alone:
            outcomes = [services.points_post_one(program_id=self.program.pk, post=each, now=self.now) for each in posts]
        else:
            outcomes = services.points_post(program_id=self.program.pk, posts=posts, now=self.now)
        for post, outcome in zip(posts, outcomes, strict=True):
            told = self.tell(post, outcome.posting_id)
            if isinstance(told, int) and outcome.posting_id not in self.model.told:
                self.model.told[outcome.posting_id] = Told(post.kind, self.purse_of(post.account_id), told)
            assert (outcome.refused or outcome.amount) == told, post
            assert not outcome.replayed
            self.posted.append((post, outcome))
            self.numbers.append(outcome.posting_id)

    def drawn(self, data: Any) -> Post:
        kind = data.draw(strategies.sampled_from(GIVES + TAKES + (REFERS if len(self.numbers) > 1 else ())))
        wallet, amount = self.wallets[data.draw(WALLETS)], data.draw(AMOUNTS)
        self.now += timedelta(seconds=1)
        fields: dict[str, Any] = {"happened_at": self.now}
        if kind in REFERS:
            of = self.numbers[data.draw(strategies.integers(0, len(self.numbers) - 1))]
            told = self.model.told.get(of)
            # Mostly in the right wallet, and all of it where a part is impossible.
            if told and data.draw(strategies.integers(0, 9)):
                wallet = self.wallet_of(told.purse)
            fields |= {"refers_to": of}
            if kind == "reinstate":
                fields |= {"expires_on": data.draw(DAYS)}
            elif kind != "reverse":
                amount = 0
        elif kind == "transfer":
            fields |= {"to_account_id": self.wallets[data.draw(WALLETS)]}
        elif kind in ("award", "promise"):
            fields |= {"expires_on": data.draw(DAYS), "grant_class": "purchase"}
            fields |= {"pending_event": "delivery"} if kind == "promise" else {}
            kind = "award"
        elif kind in ("adjust", "fine"):
            amount, kind = (-amount if kind == "fine" else amount), "adjust"
            fields |= {"author": "ana", "expires_on": NEVER}
        return make.post(wallet, kind, amount, **fields)

    def wallet_of(self, purse: Purse) -> int:
        return self.wallets[next(place for place, each in enumerate(self.purses) if each is purse)]

    def purse_of(self, wallet: int | None) -> Purse:
        return self.purses[self.wallets.index(wallet or 0)]

    def tell(self, post: Post, number: int) -> str | int:
        model, purse = self.model, self.purse_of(post.account_id)
        last = None if post.expires_on in (None, NEVER) else post.expires_on
        if post.kind == "award":
            return model.award(number, purse, post.amount, last, bool(post.pending_event))
        if post.kind in ("spend", "reserve", "block"):
            return model.spend(number, post.kind, purse, post.amount)
        if post.kind == "transfer":
            return model.transfer(number, purse, self.purse_of(post.to_account_id), post.amount)
        if post.kind == "adjust":
            return model.adjust(number, purse, post.amount)
        of = post.refers_to or 0
        if post.kind == "reverse":
            return model.reverse(purse, of, post.amount)
        if post.kind == "reinstate":
            return model.reinstate(purse, of, post.amount, last)
        done = model.resolve(post.kind, purse, of)
        if post.kind == "confirm" and isinstance(done, int):
            model.told[number] = Told("confirm", purse, done, model.told[of].takes)
        return done

    @rule(data=strategies.data(), other=strategies.booleans(), alone=strategies.booleans())
    def send_again(self, data: Any, other: bool, alone: bool) -> None:
        if not self.posted:
            return
        post, first = self.posted[data.draw(strategies.integers(0, len(self.posted) - 1))]
        sent = post._replace(amount=post.amount + 1) if other else post

        if alone:
            again = services.points_post_one(program_id=self.program.pk, post=sent, now=self.now)
        else:
            again, twice = services.points_post(program_id=self.program.pk, posts=[sent, sent], now=self.now)
            assert twice == again

        assert again.posting_id == first.posting_id
        assert again.refused == ("points.conflict" if other else first.refused)
        assert again == first._replace(replayed=True) or other

    @rule(day=strategies.sampled_from([6, 7, 8]))
    def expire(self, day: int) -> None:
        before = date(2026, 3, day)
        expected = {}
        for wallet, purse in zip(self.wallets, self.purses, strict=True):
            if self.model.expire(purse, before):
                expected[wallet] = self.model.lost

        total = sweeps.expire(self.program.pk, before, self.now)

        assert total == sum(told.amount for told in expected.values())
        assert sweeps.expire(self.program.pk, before, self.now) == 0
        for wallet, told in expected.items():
            number = Posting.objects.filter(account_id=wallet, kind="expire").latest("id").pk
            self.model.told[number] = told
            self.numbers.append(number)

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "model"):
            return
        held = dict(Account.objects.filter(pk__in=self.wallets).values_list("pk", "balance"))
        assert [held[wallet] for wallet in self.wallets] == [purse.balance for purse in self.purses]
        for wallet, purse in zip(self.wallets, self.purses, strict=True):
            days: dict[date, int] = {}
            for lot in purse.lots:
                if lot.last and lot.left and not lot.promised:
                    days[lot.last] = days.get(lot.last, 0) + lot.left
            assert dict(make.losses(wallet)) == days
        assert verify.verify(self.program.pk) == []
        self.closes()

    def closes(self) -> None:
        """I12: what members have is what the house gave less what it got back."""
        house = {"issuance": 0, "redemption": 0, "breakage": 0, "correction": 0}
        kinds = dict(Account.objects.filter(member=None).values_list("pk", "kind"))
        for debit, credit, amount in Transfer.objects.values_list("debit_id", "credit_id", "amount"):
            if debit in kinds:
                house[kinds[debit]] += amount
            if credit in kinds:
                house[kinds[credit]] -= amount
        model = self.model
        assert house == {
            "issuance": model.issued,
            "redemption": -model.spent,
            "breakage": -model.broken,
            "correction": model.corrected,
        }
        promised = sum(lot.left for purse in self.purses for lot in purse.lots if lot.promised)
        held = sum(purse.balance + purse.still for purse in self.purses) + promised
        assert sum(house.values()) == held


@pytest.mark.usefixtures("records")
def test_whatever_is_posted() -> None:
    run_state_machine_as_test(Ledger, settings=SHORT)


@pytest.mark.soak
@pytest.mark.usefixtures("records")
def test_whatever_is_posted_for_long() -> None:
    run_state_machine_as_test(Ledger, settings=settings(SHORT, max_examples=250, stateful_step_count=50))
