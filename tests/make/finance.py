"""A year of a programme, posted day by day: purchases, gifts, redemptions, returns, reservations, transfers."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from tests.make import programs as make

from vinculo.programs.finance import rates
from vinculo.programs.ledger.posting import Outcome, Post
from vinculo.programs.records.finance import services as finance
from vinculo.programs.records.ledger import services, sweeps, wallets
from vinculo.programs.records.models import Posting, Program, Unit

FIRST = datetime(2025, 1, 1, 9, tzinfo=UTC)
GIFTS = ("birthday", "recovery", "referral", "promotion")
REWARDS = ("money_off", "voucher", "donation")


@dataclass
class Year:
    """A programme with a year behind it, and what an award was worth: enough to count everything a second time."""

    program: Program
    unit: Unit
    wallets: list[int]
    posts: list[tuple[Post, Outcome]] = field(default_factory=list)

    def post(self, posts: list[Post], now: datetime) -> list[Outcome]:
        """Post, and remember what became of it."""
        outcomes = services.points_post(program_id=self.program.pk, posts=posts, now=now)
        self.posts += zip(posts, outcomes, strict=True)
        return outcomes


def a_year(members: int = 12, days: int = 365, *, seed: int = 3, swept: bool = False) -> Year:
    """Post a year: whatever members do, decided by chance, day by day.

    With `swept`, points expire as they do: each sweep commits, so the database must be one's own.
    """
    chance = random.Random(seed)
    program = make.program(started_on=date(2025, 1, 1), zone="Europe/Madrid")
    unit = make.unit(program, expiry="age", expiry_months=6, return_policy="floor", floor=-200)
    people = [make.member(program) for _ in range(members)]
    found = wallets.wallets_ensure(unit_id=unit.pk, member_ids=[each.pk for each in people], now=FIRST)
    year = Year(program, unit, list(found.values()))
    for day in range(days):
        moment = FIRST + timedelta(days=day)
        if swept and moment.day == 1:
            sweeps.expire(program.pk, moment.date(), moment)
        a_day(year, chance, moment)
    a_debt(year, moment)
    if swept:
        a_lapse(year, moment)
    return year


def a_lapse(year: Year, moment: datetime) -> None:
    """Let points of somebody new expire; some come back, of others the purchase is returned."""
    wallet, price = make.wallet(year.unit), {"price_minor": 10_000}
    earlier = moment - timedelta(days=300)
    given = [
        make.post(wallet, "award", points, happened_at=earlier, grant_class="purchase", details=price)
        for points in (100, 80)
    ]
    first, _ = year.post(given, moment)
    sweeps.expire(year.program.pk, moment.date(), moment)
    lost = Posting.objects.get(account_id=wallet, kind="expire").pk
    year.post(
        [
            make.post(wallet, "reinstate", 50, happened_at=moment, refers_to=lost),
            make.post(wallet, "reverse", 60, happened_at=moment, refers_to=first.posting_id),
        ],
        moment,
    )


def a_debt(year: Year, moment: datetime) -> None:
    """Let somebody new return a purchase whose points were spent, and earn a part of the debt back."""
    wallet = make.wallet(year.unit)
    bought, _ = year.post(
        [
            make.post(
                wallet, "award", 200, happened_at=moment, grant_class="purchase", details={"price_minor": 20_000}
            ),
            make.post(wallet, "spend", 200, happened_at=moment, reward_class="voucher"),
        ],
        moment,
    )
    year.post(
        [
            make.post(wallet, "reverse", 150, happened_at=moment, refers_to=bought.posting_id),
            make.post(wallet, "award", 40, happened_at=moment, grant_class="birthday"),
        ],
        moment,
    )


def a_day(year: Year, chance: random.Random, moment: datetime) -> None:
    """Post what happens on one day, some of it recorded days later than it happened."""
    wallet = chance.choice(year.wallets)
    price = chance.randint(500, 20_000)
    late = timedelta(days=chance.choice((0, 0, 0, 0, 9, 40)))
    posts = [
        make.post(
            wallet,
            "award",
            price // 100,
            happened_at=moment - late,
            grant_class="purchase",
            details={"price_minor": price},
            campaign=chance.choice(("", "", "spring")),
        ),
        make.post(
            chance.choice(year.wallets),
            "award",
            chance.randint(5, 40),
            happened_at=moment,
            grant_class=chance.choice(GIFTS),
        ),
    ]
    act = chance.random()
    if act < 0.3:
        posts.append(
            make.post(wallet, "spend", chance.randint(50, 400), happened_at=moment, reward_class=chance.choice(REWARDS))
        )
    elif act < 0.4:
        posts.append(make.post(wallet, "transfer", 15, happened_at=moment, to_account_id=chance.choice(year.wallets)))
    elif act < 0.5:
        posts.append(
            make.post(
                wallet,
                "award",
                30,
                happened_at=moment,
                grant_class="purchase",
                pending_event="paid",
                pending_until=moment + timedelta(days=20),
                details={"price_minor": 3_000},
            )
        )
    elif act < 0.6:
        posts.append(make.post(wallet, "reserve", 20, happened_at=moment, reward_class="voucher"))
    elif act < 0.65:
        posts.append(make.post(wallet, "adjust", chance.choice((-5, 7)), happened_at=moment, author="ana"))
    year.post(posts, moment)
    follow_up(year, chance, moment)


FOLLOWS = {
    "award": ("reverse",),
    "spend": ("reverse",),
    "reserve": ("confirm", "confirm", "cancel", "timeout"),
    "adjust": ("reverse",),
}


def follow_up(year: Year, chance: random.Random, moment: datetime) -> None:
    """Take something back, or settle what is pending or reserved; now and then a part of it."""
    if chance.random() < 0.5:
        return
    post, outcome = chance.choice(year.posts[-60:])
    if outcome.refused or post.kind not in FOLLOWS:
        return
    kind = chance.choice(FOLLOWS[post.kind])
    amount = 0
    if post.pending_event:
        kind = chance.choice(("release", "cancel"))
    elif kind == "reverse" and chance.random() < 0.5:
        amount = max(1, abs(outcome.amount) // 3)
    year.post([make.post(post.account_id, kind, amount, happened_at=moment, refers_to=outcome.posting_id)], moment)


def worth(unit: Unit, on: date, *, cost: int = 400, value: int = 1_000, now: datetime = FIRST) -> None:
    """Say what 1,000 points cost and are worth from a day on."""
    for kind, found in (("cost", cost), ("value", value)):
        finance.rate_set(unit_id=unit.pk, rate=rates.Rate(on, found), kind=kind, author="eva", now=now)


def estimated(unit: Unit, on: date, rate: str, *, now: datetime = FIRST) -> int:
    """Let Eva propose an estimate and Leo approve it; return its number."""
    proposal = finance.Proposal(on, Decimal(rate), "as in the year before")
    found = finance.estimate_propose(unit_id=unit.pk, proposal=proposal, author="eva", now=now)
    finance.estimate_approve(estimate_id=found.pk, author="leo", now=now)
    return found.pk
