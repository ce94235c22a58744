"""Belonging: the code by which a member brings others, who was brought, and challenges."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from vinculo.api.v1 import fields
from vinculo.api.v1.declared import needs
from vinculo.api.v1.fields import Given
from vinculo.api.v1.problems import UnknownError
from vinculo.api.v1.programs import named
from vinculo.api.v1.programs.named import Card, Code
from vinculo.exchange import scopes
from vinculo.programs.records.belonging import challenges, referrals, selectors
from vinculo.programs.records.models import Challenge, Member

router = Router(tags=["programmes"])
MEMBER = "/programs/{program}/members/{card}"


class CodeOut(Schema):
    """The code by which a member brings others."""

    code: str


class ReferralIn(Given):
    """By whose code a member came."""

    code: fields.Code


class ReferralOut(Schema):
    """Who was brought by whom, and how it stands."""

    id: int
    state: str
    opened_at: datetime


class ChallengeOut(Schema):
    """A challenge as a member stands in it."""

    id: int
    name_en: str
    name_es: str
    ends_on: date
    joined_on: date | None
    done: bool


@router.post(MEMBER + "/referral-code", response=CodeOut, summary="Get a referral code", **needs(scopes.MEMBERS_WRITE))
def referral_code(request: HttpRequest, program: Code, card: Card) -> CodeOut:
    """Return the code by which a member brings others, made when it is asked for first."""
    return CodeOut(code=referrals.code_of(member_id=named.member(program, card).pk, now=timezone.now()))


@router.post(
    MEMBER + "/referral",
    response={201: ReferralOut},
    summary="Say who brought a member",
    **needs(scopes.MEMBERS_WRITE),
)
def referral_add(request: HttpRequest, program: Code, card: Card, said: ReferralIn) -> ReferralOut:
    """Write down by whose code a member came; the first one counts."""
    member = named.member(program, card)
    made = referrals.referral_open(code=said.code, member_id=member.pk, now=timezone.now())
    return ReferralOut(id=made.pk, state=made.state, opened_at=made.opened_at)


@router.get(
    MEMBER + "/challenges", response=list[ChallengeOut], summary="List challenges", **needs(scopes.PROGRAMS_READ)
)
def challenge_list(request: HttpRequest, program: Code, card: Card) -> list[ChallengeOut]:
    """List the challenges that run or ran lately, and how a member stands in each."""
    return shown(named.member(program, card))


@router.post(
    MEMBER + "/challenges/{challenge_id}",
    response=list[ChallengeOut],
    summary="Join a challenge",
    **needs(scopes.MEMBERS_WRITE),
)
def challenge_join(request: HttpRequest, program: Code, card: Card, challenge_id: fields.Id) -> list[ChallengeOut]:
    """Let a member join a challenge."""
    member = named.member(program, card)
    if not Challenge.objects.filter(pk=challenge_id, program=member.program).exists():
        raise UnknownError("There is no challenge {number}.", number=challenge_id)
    challenges.challenge_join(challenge_id=challenge_id, member_id=member.pk, now=timezone.now())
    return shown(member)


def shown(member: Member) -> list[ChallengeOut]:
    """Return the challenges of a member."""
    today = timezone.now().astimezone(ZoneInfo(member.program.zone)).date()
    return [
        ChallengeOut(
            id=each.challenge.pk,
            name_en=each.challenge.name_en,
            name_es=each.challenge.name_es,
            ends_on=each.challenge.ends_on,
            joined_on=each.joined_on,
            done=each.merit is not None,
        )
        for each in selectors.challenge_list(member=member, as_of=today)
    ]
