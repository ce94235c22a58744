"""Points of redemptions: the only place where rewards meet the ledger.

What a redemption does to points happens once: its number is in the key of every posting.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from vinculo.foundation import actor
from vinculo.programs.ledger import refusals
from vinculo.programs.ledger.posting import Outcome, Post
from vinculo.programs.records.customers import gathering
from vinculo.programs.records.ledger import services, wallets
from vinculo.programs.records.models import Redemption, Reward

SOURCE = "rewards"
NOTHING = Outcome(posting_id=0, refused="", balance=0, replayed=False)
"""What becomes of a redemption that costs no points."""


@dataclass(frozen=True)
class Movement:
    """What is done with the points of a redemption: resolved (confirm, cancel, timeout), or some given back."""

    kind: str
    redemption: Redemption
    points: int
    key: str = ""


def reserve(redemption: Redemption, reward: Reward, *, now: datetime) -> Outcome:
    """Set points aside; the redemption keeps the wallet they came from.

    What lacks there and lies on other cards of the same customer is gathered before, in the same batch.
    """
    if not redemption.points or redemption.member_id is None:
        return NOTHING
    redemption.account_id = wallets.wallet_open(member_id=redemption.member_id, unit_id=reward.unit_id, now=now)
    key = f"redemption {redemption.pk} reserve"
    gathered = gathering.points_gather(
        member_id=redemption.member_id, unit_id=reward.unit_id, amount=redemption.points, key=key, now=now
    )
    post = Post(
        source=SOURCE,
        event=key,
        kind="reserve",
        account_id=redemption.account_id,
        amount=redemption.points,
        happened_at=now,
        reward_class=reward.kind,
        reference=reward.code,
        campaign=reward.campaign,
        author=actor.current().name,
        details={"partner": reward.partner_code} if reward.partner_code else {},
        member_id=redemption.member_id,
    )
    return services.points_post(program_id=redemption.program_id, posts=[*gathered, post], now=now)[-1]


def move(program_id: int, movements: Sequence[Movement], *, now: datetime) -> dict[int, Outcome]:
    """Post what is done with the points of redemptions, in one batch; return the outcomes by redemption.

    Whatever is refused here was allowed before under the lock of its redemption: it would be a defect, and ends it all.
    Only points that somebody gave back by hand meanwhile are given back no more; the control tells of them.
    """
    costing = [each for each in movements if each.points and each.redemption.account_id]
    if not costing:
        return {}
    outcomes = services.points_post(program_id=program_id, posts=[post_of(each, now) for each in costing], now=now)
    for movement, outcome in zip(costing, outcomes, strict=True):
        by_hand = outcome.refused == refusals.RESOLVED and movement.kind in ("cancel", "timeout")
        if outcome.refused and not by_hand:
            raise AssertionError(f"redemption {movement.redemption.pk}: {movement.kind} was {outcome.refused}")
    return {each.redemption.pk: outcome for each, outcome in zip(costing, outcomes, strict=True)}


def post_of(movement: Movement, now: datetime) -> Post:
    """Return the posting of a movement: of what was set aside, or of what was exchanged when it is taken back."""
    redemption = movement.redemption
    refers_to = redemption.confirm_posting_id if movement.kind == "reverse" else redemption.reserve_posting_id
    assert redemption.account_id is not None
    assert redemption.reward is not None
    return Post(
        source=SOURCE,
        event=f"redemption {redemption.pk} {movement.kind} {movement.key}".strip(),
        kind=movement.kind,
        account_id=redemption.account_id,
        amount=movement.points,
        happened_at=now,
        reward_class=redemption.reward.kind,
        refers_to=refers_to,
        reference=redemption.reward.code,
        campaign=redemption.reward.campaign,
        author=actor.current().name,
        member_id=redemption.member_id,
    )
