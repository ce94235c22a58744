"""Members who use the portal: with an address, a balance, and a browser that is signed in."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone
from tests.make import mailbox, members, served

from vinculo.identify.records.models import Customer
from vinculo.programs.belonging.referrals import Plan
from vinculo.programs.records.belonging import ballots, referrals
from vinculo.programs.records.belonging.ballots import Wording
from vinculo.programs.records.guarantees import published
from vinculo.programs.records.guarantees.published import GuaranteeDraft
from vinculo.programs.records.models import Ballot, Challenge, Member, Program, Promise, Reward, SignInAsk, Unit
from vinculo.programs.records.portal import people, sessions, tasks
from vinculo.programs.records.rewards import catalogue, redemptions
from vinculo.programs.records.rewards.catalogue import RewardDraft
from vinculo.programs.records.rewards.redemptions import Wish
from vinculo.programs.rewards.offers import Price
from vinculo.web.portal import door

EMAIL = "maria@example.org"
YEARS_AGO = "2023-01-02"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Guest:
    """A customer who takes part."""

    customer: Customer
    member: Member


def guest(of: Program, name: str = "María García", email: str = EMAIL, **fields: Any) -> Guest:
    """Let a customer with an address take part."""
    customer = served.customer(name, number=f"N-{email}", email=email, **fields)
    return Guest(customer, members.member(of, customer, YEARS_AGO))


def browser(of: Guest | None = None, **headers: Any) -> Client:
    """Return a browser; signed in as somebody, if one is named."""
    client = Client(**headers)
    if of is not None:
        choices = people.choices_of(of.customer.identifiers.get(kind="email").value)
        key = sessions.session_open(choices=choices, brought_by="", now=timezone.now())
        client.cookies[door.SESSION] = key
    return client


def letters() -> list[str]:
    """Do the jobs that are waiting; return the texts of the mails that went out."""
    with mailbox.receiving() as receiving:
        for number in SignInAsk.objects.filter(code_digest=None).order_by("pk").values_list("pk", flat=True):
            tasks.signin_send(ask_id=number)
    return [str(each.get_content()) for each in receiving.messages]


def code_in(letter: str) -> str:
    """Return the code of a mail."""
    found = re.search(r"\b\d{4} \d{4}\b", letter)
    assert found
    return found[0]


def link_in(letter: str) -> str:
    """Return the path of the link of a mail."""
    found = re.search(r"https?://[^/\s]+(/member/link/\S+)", letter)
    assert found
    return found[1]


def award(to: Member, points: int, at: datetime, **fields: Any) -> int:
    """Give points to be spent."""
    return members.award(to, points, at.date().isoformat(), code="points", **fields)


@dataclass(frozen=True)
class World:
    """A programme with everything a member may meet, one who has met it and one who has not."""

    program: Program
    maria: Guest
    luis: Guest
    mug: Reward
    early: Reward
    challenge: Challenge
    ballot: Ballot
    reserved: int
    """A redemption that Maria has open."""


def world() -> World:
    """Make such a programme, as of now."""
    now = timezone.now()
    club = members.program(zone="Europe/Madrid")
    points = members.unit(club, "points")
    Unit.objects.filter(pk=points.pk).update(expiry="age", expiry_months=12, expiry_rounding="month")
    members.level_set(club)
    maria = guest(club, language="es")
    luis = guest(club, "Luis", "luis@example.org")
    for ago, amount in ((40, 600), (20, 250)):
        at = now - timedelta(days=ago)
        award(maria.member, amount, at, reference=f"A-{ago}")
        members.award(maria.member, amount, at.date().isoformat())
    award(luis.member, 1_000, now - timedelta(days=3))
    mug = reward(club, "mug", 300, now, name_en="Mug", name_es="Taza")
    early = reward(club, "trip", 5_000, now, name_en="Trip", name_es="Viaje")
    catalogue.price_set(reward_id=mug.pk, price=Price(250, level="gold"))
    made = challenge(club)
    options = [Wording("A school", "Una escuela"), Wording("A wood", "Un bosque")]
    asked = ballots.ballot_open(
        program_id=club.pk, kind="cause", wording=Wording("Whom do we help?", "¿A quién ayudamos?"), options=options,
        opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=9),
    )  # fmt: skip
    plan = Plan((100, 20), welcome=50, window_days=14)
    referrals.plan_open(program_id=club.pk, unit_id=points.pk, plan=plan, now=now)
    promised(club, maria, now)
    wish = Wish(club.pk, "mug", maria.member.pk, "test", "first")
    done = redemptions.redemption_reserve(wish, now=now)
    assert not done.refused
    return World(club, maria, luis, mug, early, made, asked, done.redemption_id)


def reward(of: Program, code: str, points: int, now: datetime, **names: str) -> Reward:
    """Offer a reward."""
    draft = RewardDraft(kind="product", points=points, **names)  # type: ignore[arg-type]
    made = catalogue.reward_create(program_id=of.pk, code=code, draft=draft, now=now)
    catalogue.reward_offer(reward_id=made.pk)
    return made


def challenge(of: Program) -> Challenge:
    """Open a challenge that has begun."""
    today = timezone.now().date()
    return Challenge.objects.create(
        program=of,
        code="two",
        name_en="Two purchases",
        name_es="Dos compras",
        goal="orders",
        target=2,
        begins_on=today - timedelta(days=5),
        ends_on=today + timedelta(days=30),
        points=50,
        unit=members.unit(of, "points"),
        state="open",
    )


def promised(of: Program, to: Guest, now: datetime) -> None:
    """Promise an answer within a day, and owe one."""
    draft = GuaranteeDraft(
        "An answer within a day", "Respuesta en un día", "case.opened", "case.answered", "hours", 24, points=50
    )
    made = published.guarantee_create(program_id=of.pk, code="answer", draft=draft, now=now)
    published.guarantee_publish(guarantee_id=made.pk, day=now.date() - timedelta(days=30))
    Promise.objects.create(
        guarantee=made, customer=to.customer, reference="case 1", state="open", started_at=now, due_at=now + DAY
    )
