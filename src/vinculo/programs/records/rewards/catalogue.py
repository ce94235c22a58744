"""Catalogue: rewards written and changed, with their prices and limits; what was redeemed keeps its terms."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.programs.records.models import Reward, RewardLimit, RewardPrice, Unit
from vinculo.programs.rewards import periods
from vinculo.programs.rewards.offers import Offer, Price


@dataclass(frozen=True)
class RewardDraft:
    """A reward as somebody writes it; columns of the same names say what they mean."""

    kind: str
    name_en: str
    name_es: str
    unit: str = "points"
    points: int | None = None
    text_en: str = ""
    text_es: str = ""
    picture: str = ""
    amount_minor: int | None = None
    percentage_bp: int | None = None
    partner_code: str = ""
    agent: bool = False
    campaign: str = ""
    cost_minor: int = 0
    fair_value_minor: int = 0
    stock: int | None = None
    offered_from: date | None = None
    offered_to: date | None = None
    taken: str = Reward.Taken.AT_USE
    codes: str = Reward.Codes.GENERATED
    good_for_minutes: int = 7 * 24 * 60


def reward_create(*, program_id: int, code: str, draft: RewardDraft, now: datetime) -> Reward:
    """Write a reward down; it is offered when somebody says so.

    Raises
    ------
    InputError
        Something is missing or makes no sense.
    """
    if Reward.objects.filter(program_id=program_id, code=code).exists():
        raise InputError("There is a reward {found} already: give this one another code.", found=code)
    reward = Reward(program_id=program_id, code=code, created_at=now, created_by=actor.current().name)
    return write(reward, draft)


def reward_change(*, reward_id: int, draft: RewardDraft) -> Reward:
    """Change a reward; its stock is changed by adding to it, and what was redeemed keeps its price."""
    with transaction.atomic():
        reward = Reward.objects.select_for_update(no_key=True).get(pk=reward_id)
        counted = None if draft.stock is None else draft.stock if reward.stock is None else reward.stock
        written = write(reward, draft)
        Reward.objects.filter(pk=reward_id).update(stock=counted)
        written.stock = counted
    return written


def write(reward: Reward, draft: RewardDraft) -> Reward:
    """Check a draft and write it."""
    unit = Unit.objects.filter(program_id=reward.program_id, code=draft.unit, spendable=True).first()
    if unit is None:
        raise InputError("There are no points {unit} to pay with in this programme.", unit=draft.unit)
    if not draft.name_en.strip() or not draft.name_es.strip():
        raise InputError("A reward needs its name in English and in Spanish.")
    if draft.kind == "money_off" and not draft.amount_minor:
        raise InputError("Money off needs an amount.")
    if draft.kind == "percentage" and not 0 < (draft.percentage_bp or 0) <= 10_000:
        raise InputError("A percentage off is between 0.01 and 100.")
    if draft.kind == "partner" and not draft.partner_code:
        raise InputError("A partner's reward needs its partner.")
    if draft.agent and not draft.partner_code:
        raise InputError("Whoever is an agent is so of a partner: say which.")
    if draft.offered_from and draft.offered_to and draft.offered_to <= draft.offered_from:
        raise InputError("A reward is offered for a day at least.")
    if draft.good_for_minutes < 1:
        raise InputError("A redemption needs time to be used.")
    for name, value in asdict(draft).items():
        setattr(reward, name, unit if name == "unit" else value)
    reward.save()
    return reward


def reward_offer(*, reward_id: int) -> None:
    """Offer a reward to members."""
    Reward.objects.filter(pk=reward_id).update(state=Reward.State.OFFERED)


def reward_stop(*, reward_id: int) -> None:
    """Offer a reward no more; what is set aside can be used still."""
    Reward.objects.filter(pk=reward_id).update(state=Reward.State.STOPPED)


def price_set(*, reward_id: int, price: Price) -> None:
    """Set what those of a level or a segment pay, and since when they may have it."""
    if not price.level and not price.segment:
        raise InputError("A price of its own is for a level or a segment.")
    RewardPrice.objects.update_or_create(
        reward_id=reward_id,
        level=price.level,
        segment=price.segment,
        defaults={"points": price.points, "offered_from": price.offered_from},
    )


def price_remove(*, reward_id: int, level: str = "", segment: str = "") -> None:
    """Take a price back."""
    RewardPrice.objects.filter(reward_id=reward_id, level=level, segment=segment).delete()


@dataclass(frozen=True)
class Limit:
    """How much may be given: of a reward, of a campaign or of all; together or to each member; in each period."""

    most: int
    measure: str
    period: str = "ever"
    reward_id: int | None = None
    campaign: str = ""
    per_member: bool = False


def limit_set(*, program_id: int, limit: Limit) -> RewardLimit:
    """Set a limit, or how much one of the same kind allows."""
    if limit.period not in periods.PERIODS or limit.measure not in RewardLimit.Measure.values:
        raise InputError("A limit counts pieces, points or cost, in a period.")
    said = asdict(limit)
    most = said.pop("most")
    found, _made = RewardLimit.objects.update_or_create(
        program_id=program_id, ended_at=None, **said, defaults={"most": most}
    )
    return found


def limit_end(*, limit_id: int, now: datetime) -> None:
    """End a limit; what it counted stays."""
    RewardLimit.objects.filter(pk=limit_id, ended_at=None).update(ended_at=now)


def reward_get(*, reward_id: int) -> Reward:
    """Return a reward with its programme; raise `Reward.DoesNotExist` when there is none."""
    return Reward.objects.select_related("program", "unit").get(pk=reward_id)


def reward_find(*, program_id: int, code: str) -> Reward | None:
    """Return the reward of a code, or nothing."""
    return Reward.objects.select_related("program", "unit").filter(program_id=program_id, code=code).first()


def day_of(reward: Reward, now: datetime) -> date:
    """Return the day where the programme of a reward runs."""
    return periods.day_of(now, reward.program.zone)


def offer_of(reward: Reward) -> Offer:
    """Return a reward as it is offered."""
    return Offer(
        points=reward.points,
        prices=[Price(each.points, each.level, each.segment, each.offered_from) for each in reward.prices.all()],
        offered_from=reward.offered_from,
        offered_to=reward.offered_to,
        stopped=reward.state != Reward.State.OFFERED,
    )
