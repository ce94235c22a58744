"""Simulated: what members of the demonstration want, and whom they bring: by chance, from a fixed seed.

Nobody knows what the buyers of the shop would have redeemed. Everything here is written as by `simulated`: the source
of a redemption, who set it aside, the author of its postings, the note of a referral; so every page that names who did
something says so.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from vinculo.foundation import actor
from vinculo.programs.records.models import (
    Account,
    Challenge,
    ChallengeEntry,
    Member,
    Program,
    Referral,
    ReferralPlan,
)
from vinculo.programs.records.rewards import redemptions as redeeming
from vinculo.programs.records.rewards import resolving
from vinculo.programs.records.rewards.redemptions import Wish
from vinculo.project.operation.club import terms

SOURCE, SEED = "simulated", 20111209
BROUGHT, TAKING_PART, WISHES = 0.05, 0.12, 6
"""Share of new members whom somebody brought, and of members who join a challenge; redemptions in a week."""
PIECES = 60
"""Of one redemption at most: those who buy for shops of their own have many points."""
USED, GIVEN_BACK = 0.75, 0.04
"""Share of redemptions that are used at once, and of those that are taken back."""


def chance(what: str, on: date) -> Random:
    """Return the chance of one thing on one day, the same every time."""
    return Random(f"{SEED}:{what}:{on.isoformat()}")


def referrals(program: Program, on: date, newcomers: Sequence[int]) -> None:
    """Let some members bring some of those who bought for the first time on a day, before they bought."""
    random = chance("referrals", on)
    brought = [each for each in newcomers if random.random() < BROUGHT]
    if not brought:
        return
    before = Member.objects.filter(program=program, joined_on__lt=on).order_by("pk")
    bringers = list(before.values_list("pk", flat=True))
    plan = ReferralPlan.objects.get(program=program, open=True)
    begins = datetime.combine(on, time(), ZoneInfo(program.zone))
    # A few bring many, as it is in life; whether any of it is paid is decided as for all others.
    Referral.objects.bulk_create(
        (
            Referral(
                plan=plan,
                referee_id=each,
                referrer_id=bringers[int(len(bringers) * random.random() ** 3)],
                opened_at=begins,
                note=SOURCE,
            )
            for each in (brought if bringers else ())
        ),
        ignore_conflicts=True,
    )


def challenges(program: Program, on: date) -> None:
    """Let some members join the challenges that have begun, each of them asked once."""
    for challenge in Challenge.objects.filter(program=program, begins_on__lte=on, ends_on__gt=on + timedelta(days=21)):
        if ChallengeEntry.objects.filter(challenge=challenge).exists():
            continue
        random = chance(challenge.code, challenge.begins_on)
        asked = Member.objects.filter(program=program, state=Member.State.ACTIVE).order_by("pk")
        ChallengeEntry.objects.bulk_create(
            ChallengeEntry(challenge=challenge, member_id=number, joined_on=max(on, challenge.begins_on))
            for number in asked.values_list("pk", flat=True)
            if random.random() < TAKING_PART
        )


def redemptions(program: Program, on: date, now: datetime) -> None:
    """Let some members redeem something they can pay for, those who have more sooner than others."""
    random = chance("redemptions", on)
    cheapest = min(draft.points or 0 for draft, _prices in terms.REWARDS.values())
    wallets = Account.objects.filter(unit__program=program, unit__code="points", kind="wallet", balance__gte=cheapest)
    found = wallets.order_by("member_id").values_list("member_id", "balance")
    balances = {member_id or 0: balance or 0 for member_id, balance in found}
    drawn = random.choices(list(balances), weights=list(balances.values()), k=WISHES) if balances else []
    with actor.acting(SOURCE):
        for member_id in dict.fromkeys(drawn):
            prices = {code: draft.points or 0 for code, (draft, _prices) in terms.REWARDS.items()}
            wanted = random.choice([code for code, points in prices.items() if points <= balances[member_id]])
            wish = Wish(
                program_id=program.pk,
                reward=wanted,
                member_id=member_id,
                source=SOURCE,
                key=f"{on.isoformat()}:{member_id}",
                quantity=random.randint(1, min(balances[member_id] // prices[wanted], PIECES)),
                place=SOURCE,
            )
            redeem(wish, random, now)


def redeem(wish: Wish, random: Random, now: datetime) -> None:
    """Redeem one wish; most are used at once, a few are taken back."""
    used, given_back = random.random() < USED, random.random() < GIVEN_BACK
    made = redeeming.redemption_reserve(wish, now=now)
    if made.refused or made.replayed:
        return
    if used and made.state in ("reserved", "issued"):
        resolving.redemption_confirm(redemption_id=made.redemption_id, place=SOURCE, key=wish.key, now=now)
    if given_back:
        resolving.redemption_return(resolving.Return(made.redemption_id, SOURCE), now=now)
