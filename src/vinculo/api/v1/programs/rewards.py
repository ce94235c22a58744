"""Rewards: what is offered, set aside for a member, used, cancelled and taken back."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from vinculo.api.v1 import cursors, fields
from vinculo.api.v1.declared import needs, token_of
from vinculo.api.v1.fields import Given, Page
from vinculo.api.v1.problems import CallError, UnknownError, sentence
from vinculo.api.v1.programs import named
from vinculo.api.v1.programs.named import Card, Code
from vinculo.exchange import scopes
from vinculo.programs.records.models import Redemption, Reward
from vinculo.programs.records.rewards import redemptions, resolving, selectors
from vinculo.programs.records.rewards.redemptions import Wish
from vinculo.programs.records.rewards.resolving import Redeemed, Return
from vinculo.programs.records.till import actions, standing
from vinculo.programs.till import refusals

router = Router(tags=["programmes"])
REDEMPTION = "/programs/{program}/redemptions/{redemption_id}"
Key = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=100, pattern=r"^\S(.*\S)?$")]


class RedemptionError(CallError):
    """The redemption cannot go on like this."""

    code = "redemption.refused"
    status = 409


class RewardOut(Schema):
    """A reward; `points` is its price for everybody, null where only some may have it."""

    code: str
    kind: str
    state: str
    unit: str
    name_en: str
    name_es: str
    points: int | None
    amount_minor: int | None
    percentage_bp: int | None
    left: int | None
    offered_from: date | None
    offered_to: date | None


class OfferOut(RewardOut):
    """A reward as a member is offered it: his price, what he lacks, and why he cannot have it now."""

    price: int
    missing: int
    refused: str


class RedemptionIn(Given):
    """What a member wants; `event` is your key, for ever, as that of a posting."""

    event: Key
    card: Card
    reward: Code
    quantity: Annotated[int, Field(strict=True, ge=1, le=100)] = 1


class UseIn(Given):
    """Where it was used."""

    place: Annotated[str, StringConstraints(strict=True, max_length=80)] = ""


class ReturnIn(Given):
    """How many come back; 0 for all that are left. `event` is your key of this return."""

    event: Key
    quantity: Annotated[int, Field(strict=True, ge=0, le=100)] = 0


class RedeemedOut(Schema):
    """What became of a wish; the code is shown as long as it can be used."""

    id: int | None
    state: str
    refused: str
    detail: str
    points: int
    balance: int | None
    code: str
    good_until: datetime | None
    replayed: bool


class RedemptionOut(Schema):
    """A redemption."""

    id: int
    card: str | None
    reward: str | None
    state: str
    refused: str
    quantity: int
    returned_quantity: int
    points: int
    reserved_at: datetime
    good_until: datetime
    resolved_at: datetime | None


class Asked(Schema):
    """Which redemptions."""

    card: Card | None = None
    state: Annotated[str, StringConstraints(max_length=9)] = ""
    limit: fields.Limit = fields.PAGE
    cursor: fields.Cursor = ""


@router.get(
    "/programs/{program}/rewards", response=list[RewardOut], summary="List rewards", **needs(scopes.PROGRAMS_READ)
)
def reward_list(request: HttpRequest, program: Code) -> list[dict[str, Any]]:
    """List the rewards that are offered."""
    rows = list(selectors.reward_list(program_id=named.program(program).pk, states=(Reward.State.OFFERED,)))
    left = selectors.left_of(rows)
    return [described(each, left[each.pk]) for each in rows]


@router.get(
    "/programs/{program}/members/{card}/offers",
    response=list[OfferOut],
    summary="List what a member is offered",
    **needs(scopes.PROGRAMS_READ),
)
def offer_list(request: HttpRequest, program: Code, card: Card) -> list[dict[str, Any]]:
    """List rewards with the prices of a member, the cheapest first."""
    member = named.member(program, card)
    found = standing.offers(member, balance=actions.balance(member) or 0, now=timezone.now())
    return [
        {
            **described(each.reward, each.left),
            "price": each.points,
            "missing": each.missing,
            "refused": each.refused,
        }
        for each in found
    ]


@router.post(
    "/programs/{program}/redemptions",
    response={201: RedeemedOut},
    summary="Set a reward aside",
    **needs(scopes.REWARDS_REDEEM),
)
def redemption_add(request: HttpRequest, response: HttpResponse, program: Code, said: RedemptionIn) -> RedeemedOut:
    """Set a reward aside for a member, with its points; a refusal is an outcome, and stays under its key."""
    member = named.member(program, said.card)
    wish = Wish(
        member.program_id,
        said.reward,
        member.pk,
        token_of(request).source.code,
        said.event,
        said.quantity,
        standing=standing.standing(member),
    )
    made = redemptions.redemption_reserve(wish, now=timezone.now())
    response.headers["Location"] = f"{request.path.rstrip('/')}/{made.redemption_id}"
    return redeemed(made)


@router.get(
    "/programs/{program}/redemptions",
    response=Page[RedemptionOut],
    summary="List redemptions",
    **needs(scopes.PROGRAMS_READ),
)
def redemption_list(request: HttpRequest, program: Code, asked: Query[Asked]) -> dict[str, Any]:
    """List redemptions, the latest first."""
    member = named.member(program, asked.card).pk if asked.card else None
    wanted = selectors.Asked(asked.state, None, member)
    rows = selectors.redemption_list(program_id=named.program(program).pk, asked=wanted)
    place = cursors.open_sealed("redemptions", asked.cursor)
    page = list((rows.filter(pk__lt=int(place[0])) if place else rows)[: asked.limit + 1])
    shown, following = cursors.page("redemptions", page, limit=asked.limit, place=lambda row: (row.pk,))
    return {"data": [told(each) for each in shown], "next": following}


@router.get(REDEMPTION, response=RedemptionOut, summary="Read a redemption", **needs(scopes.PROGRAMS_READ))
def redemption_get(request: HttpRequest, program: Code, redemption_id: fields.Id) -> dict[str, Any]:
    """Read a redemption."""
    return told(existing(program, redemption_id))


@router.post(REDEMPTION + "/confirm", response=RedeemedOut, summary="Use a redemption", **needs(scopes.REWARDS_REDEEM))
def redemption_confirm(request: HttpRequest, program: Code, redemption_id: fields.Id, said: UseIn) -> RedeemedOut:
    """Note that a reward was used: its points are taken for good."""
    number = existing(program, redemption_id).pk
    return unless(resolving.redemption_confirm(redemption_id=number, place=said.place, now=timezone.now()))


@router.post(
    REDEMPTION + "/cancel", response=RedeemedOut, summary="Cancel a redemption", **needs(scopes.REWARDS_REDEEM)
)
def redemption_cancel(request: HttpRequest, program: Code, redemption_id: fields.Id) -> RedeemedOut:
    """Cancel what is set aside: points, stock and code go back."""
    number = existing(program, redemption_id).pk
    return unless(resolving.redemption_cancel(redemption_id=number, now=timezone.now()))


@router.post(
    REDEMPTION + "/return", response=RedeemedOut, summary="Take a redemption back", **needs(scopes.REWARDS_REDEEM)
)
def redemption_return(request: HttpRequest, program: Code, redemption_id: fields.Id, said: ReturnIn) -> RedeemedOut:
    """Take pieces back after their points were taken: these go to the lots they came from."""
    number = existing(program, redemption_id).pk
    key = f"{token_of(request).source.code}:{said.event}"[:160]
    return unless(resolving.redemption_return(Return(number, key, said.quantity), now=timezone.now()))


def existing(program: str, redemption_id: int) -> Redemption:
    """Return a redemption of a programme, or the problem that there is none."""
    rows = Redemption.objects.filter(program=named.program(program), pk=redemption_id)
    found = rows.select_related("reward", "member").first()
    if found is None:
        raise UnknownError("There is no redemption {number}.", number=redemption_id)
    return found


def unless(made: Redeemed) -> RedeemedOut:
    """Return what became of a redemption, or the problem that it does not go on."""
    if made.refused:
        raise RedemptionError("{why}", why=refusals.sentence(made.refused), refused=made.refused)
    return redeemed(made)


def redeemed(made: Redeemed) -> RedeemedOut:
    """Return what became of a wish."""
    return RedeemedOut(
        id=made.redemption_id or None,
        state=made.state,
        refused=made.refused,
        detail=sentence(made.refused),
        points=made.points,
        balance=made.balance,
        code=made.code,
        good_until=made.good_until,
        replayed=made.replayed,
    )


def told(row: Redemption) -> dict[str, Any]:
    """Return a redemption."""
    names = [name for name in RedemptionOut.model_fields if name not in ("card", "reward")]
    return {
        "card": row.member.number if row.member else None,
        "reward": row.reward.code if row.reward else None,
        **{name: getattr(row, name) for name in names},
    }


def described(row: Reward, left: int | None) -> dict[str, Any]:
    """Return a reward."""
    names = [name for name in RewardOut.model_fields if name not in ("unit", "left")]
    return {"unit": row.unit.code, "left": left, **{name: getattr(row, name) for name in names}}
