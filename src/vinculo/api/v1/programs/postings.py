"""Postings: points given, taken, promised and set aside, one or a thousand at a time, each once under its key.

`event` is the key of a post, of the token's source, for ever: the same post again is told its first outcome, another
one under it is refused with `points.conflict`. A refusal is an outcome like any other, and stays.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from vinculo.api.v1 import fields
from vinculo.api.v1.declared import needs, token_of
from vinculo.api.v1.fields import Given
from vinculo.api.v1.problems import UnknownError, sentence
from vinculo.api.v1.programs import named
from vinculo.api.v1.programs.named import Card, Code
from vinculo.exchange import scopes
from vinculo.exchange.records.models import Token
from vinculo.programs.ledger.posting import Outcome, Post
from vinculo.programs.records.ledger import services, wallets
from vinculo.programs.records.models import Posting, Program

router = Router(tags=["programmes"])
MOST_POSTS = 1_000
MOST_POINTS = 10**12
ALONE = ("award", "spend")
"""Kinds that go by the function of the database when they come one by one."""
Kind = Literal[
    "award", "spend", "reserve", "confirm", "cancel", "release", "reverse", "transfer", "block", "unblock", "adjust"
]
Grant = Literal[
    "purchase",
    "promotion",
    "birthday",
    "recovery",
    "referral",
    "challenge",
    "survey",
    "welcome",
    "guarantee",
    "adjustment",
    "import",
]
RewardClass = Literal["money_off", "percentage", "voucher", "product", "service", "experience", "donation"]
Word = Annotated[str, StringConstraints(strict=True, max_length=60)]
NEEDING = {"award": "grant_class", "spend": "reward_class", "reserve": "reward_class", "transfer": "to_card"}
REFERRING = ("confirm", "cancel", "release", "reverse", "unblock")


class PostIn(BaseModel):
    """What is to move: `amount` 0 means all there is, of kinds that resolve or take back another posting."""

    # A schema of the framework looks every field up in ways that a thousand posts have no use for.
    model_config = ConfigDict(extra="forbid")

    event: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200, pattern=r"^\S(.*\S)?$")]
    kind: Kind
    card: Card
    unit: Code | None = None
    amount: Annotated[int, Field(strict=True, ge=-MOST_POINTS, le=MOST_POINTS)]
    happened_at: fields.Moment
    grant_class: Grant | None = None
    reward_class: RewardClass | None = None
    refers_to: fields.StrictId | None = None
    reference: Annotated[str, StringConstraints(strict=True, max_length=120)] = ""
    to_card: Card | None = None
    expires_on: fields.Day | None = None
    pending_until: fields.Moment | None = None
    pending_event: Annotated[str, StringConstraints(strict=True, max_length=200)] = ""
    campaign: Word = ""

    @model_validator(mode="after")
    def complete(self) -> "PostIn":
        """Refuse a post that lacks what its kind needs."""
        lacking = NEEDING.get(self.kind)
        if lacking and getattr(self, lacking) is None:
            raise ValueError(f"{self.kind} needs {lacking}")
        if (self.kind in REFERRING) != (self.refers_to is not None):
            raise ValueError(f"refers_to goes with {', '.join(REFERRING)}")
        if self.pending_event and self.kind != "award":
            raise ValueError("pending_event goes with award")
        return self


class BatchIn(Given):
    """Posts, decided in this order."""

    posts: Annotated[list[PostIn], Field(min_length=1, max_length=MOST_POSTS)]


class OutcomeOut(Schema):
    """What became of one post; `refused` is empty, or a code with its sentence in `detail`."""

    event: str
    posting_id: int | None
    refused: str
    detail: str
    amount: int
    balance: int
    replayed: bool


class BatchOut(Schema):
    """One outcome a post, in the order of the posts."""

    outcomes: list[OutcomeOut]
    posted: int
    refused: int
    replayed: int


class PostingOut(Schema):
    """A posting as it stands in the journal, where it is never changed."""

    id: int
    event: str
    source: str
    kind: str
    refused: str
    asked: int
    amount: int
    balance: int
    grant_class: str
    reward_class: str
    refers_to: int | None
    reference: str
    campaign: str
    happened_at: datetime
    recorded_at: datetime
    author: str


@router.post(
    "/programs/{program}/postings", response={201: OutcomeOut}, summary="Post points", **needs(scopes.POINTS_WRITE)
)
def posting_add(request: HttpRequest, program: Code, said: PostIn) -> dict[str, Any]:
    """Post once; points that cannot be moved are an outcome too, and the same ever after."""
    of = named.program(program)
    (post,) = posts(of, token_of(request), [said])
    if said.kind in ALONE:
        outcome = services.points_post_one(program_id=of.pk, post=post, now=timezone.now())
    else:
        (outcome,) = services.points_post(program_id=of.pk, posts=[post], now=timezone.now())
    return told(said.event, outcome, sentence(outcome.refused))


@router.post(
    "/programs/{program}/postings/batch",
    response={201: BatchOut},
    summary="Post a thousand at once",
    **needs(scopes.POINTS_WRITE),
)
def posting_batch(request: HttpRequest, program: Code, said: BatchIn) -> HttpResponse:
    """Post up to 1,000 in one transaction, decided in their order; return one outcome a post."""
    of = named.program(program)
    made = services.points_post(program_id=of.pk, posts=posts(of, token_of(request), said.posts), now=timezone.now())
    said_of = {code: sentence(code) for code in {each.refused for each in made}}
    outcomes = [
        told(post.event, outcome, said_of[outcome.refused]) for post, outcome in zip(said.posts, made, strict=True)
    ]
    answer = {
        "outcomes": outcomes,
        "posted": sum(not each["refused"] and not each["replayed"] for each in outcomes),
        "refused": sum(each["refused"] != "" for each in outcomes),
        "replayed": sum(bool(each["replayed"]) for each in outcomes),
    }
    # Written as it is: what was made here needs no second look.
    return HttpResponse(json.dumps(answer), status=201, content_type="application/json")


@router.get(
    "/programs/{program}/postings/{posting_id}",
    response=PostingOut,
    summary="Read a posting",
    **needs(scopes.PROGRAMS_READ),
)
def posting_get(request: HttpRequest, program: Code, posting_id: fields.Id) -> PostingOut:
    """Read a posting."""
    found = Posting.objects.filter(program=named.program(program), pk=posting_id).first()
    if found is None:
        raise UnknownError("There is no posting {number}.", number=posting_id)
    names = [name for name in PostingOut.model_fields if name not in ("refused", "refers_to")]
    return PostingOut(
        refused=found.outcome, refers_to=found.refers_to_id, **{name: getattr(found, name) for name in names}
    )


def posts(of: Program, token: Token, said: Sequence[PostIn]) -> list[Post]:
    """Return posts with their wallets; a card that nobody has leads to no wallet, which is an outcome."""
    asked = {each.card for each in said} | {each.to_card for each in said if each.to_card}
    held = {
        code: wallets.wallets_by_card(
            program_id=of.pk, unit_id=named.unit(of, code).pk, numbers=asked, now=timezone.now()
        )
        for code in {each.unit for each in said}
    }
    source = token.source.code
    return [post(each, source, f"token:{source}", held[each.unit]) for each in said]


def post(said: PostIn, source: str, author: str, held: dict[str, tuple[int, int]]) -> Post:
    """Return one post of the members and wallets that have the cards it names."""
    member, wallet = held.get(said.card, (None, 0))
    return Post(
        source=source,
        event=said.event,
        kind=said.kind,
        account_id=wallet,
        amount=said.amount,
        happened_at=said.happened_at,
        grant_class=said.grant_class or "",
        reward_class=said.reward_class or "",
        refers_to=said.refers_to,
        reference=said.reference,
        to_account_id=held[said.to_card][1] if said.to_card in held else None,
        expires_on=said.expires_on,
        pending_until=said.pending_until,
        pending_event=said.pending_event,
        campaign=said.campaign,
        author=author,
        member_id=member,
    )


def told(event: str, outcome: Outcome, detail: str) -> dict[str, Any]:
    """Return what became of a post."""
    return {
        "event": event,
        "posting_id": outcome.posting_id or None,
        "refused": outcome.refused,
        "detail": detail,
        "amount": outcome.amount,
        "balance": outcome.balance,
        "replayed": outcome.replayed,
    }
