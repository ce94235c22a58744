"""A club with everything on it: a year of points, rewards, promises, challenges, votes, referrals that look odd."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from tests.make import finance, programs, served
from tests.make.finance import Year
from tests.make.rewards import Club

from vinculo.programs.belonging.referrals import Plan
from vinculo.programs.guarantees.happening import Happening
from vinculo.programs.records.belonging import ballots, challenges, drafting, referrals
from vinculo.programs.records.belonging.ballots import Wording
from vinculo.programs.records.belonging.drafting import ChallengeDraft, Gift, StreakDraft
from vinculo.programs.records.finance import services as money
from vinculo.programs.records.guarantees import promises, published
from vinculo.programs.records.guarantees.published import GuaranteeDraft
from vinculo.programs.records.ledger import members
from vinculo.programs.records.models import Member, Program, Referral, Suggestion
from vinculo.programs.records.rewards import catalogue, vault
from vinculo.programs.records.rewards.catalogue import Limit
from vinculo.programs.rewards.offers import Price

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Desk:
    """The club, its year of points, and who takes part."""

    year: Year
    club: Club
    ana: Member
    suspected: Referral

    @property
    def program(self) -> Program:
        """Return the programme."""
        return self.year.program


def full(days: int = 420) -> Desk:
    """Make the club, as of now."""
    now = timezone.now()
    year = finance.a_year(8, days)
    finance.worth(year.unit, date(2025, 1, 1))
    finance.estimated(year.unit, date(2025, 6, 1), "0.9")
    money.budget_set(program_id=year.program.pk, campaign="spring", points=10, author="eva", now=now)
    club = Club(year.program, year.unit)
    ana = joined(club, "Ana Ruiz Fernández de la Torre")
    offered(club, ana, now)
    promised(club, ana, now)
    taken_part(club, ana, now)
    return Desk(year, club, ana, brought(club, ana, now))


def joined(club: Club, name: str) -> Member:
    """Let a customer join today, with points."""
    today = timezone.now().astimezone(ZoneInfo(club.program.zone)).date()
    joined_on = today.replace(year=today.year - 2, day=min(today.day, 28))
    customer = served.customer(name, number=f"D{name}", email=f"{name.split()[0].lower()}@club.es")
    member = members.member_join(program_id=club.program.pk, customer_id=customer.pk, on=joined_on)
    club.award(programs.wallet(club.unit, member), 5_000)
    return member


def offered(club: Club, ana: Member, now: datetime) -> None:
    """Offer a mug and a voucher, set some aside, and let a budget stop."""
    names = {"name_en": "Mug with a long name that fills a phone", "name_es": "Taza con un nombre que llena un móvil"}
    mug = club.reward(**names, stock=20, cost_minor=350, fair_value_minor=900, text_en="Blue.", text_es="Azul.")
    catalogue.price_set(reward_id=mug.pk, price=Price(200, segment="loyal"))
    voucher = club.reward("voucher", kind="voucher", name_en="Voucher", name_es="Vale", codes="pool", taken="at_once")
    vault.codes_import(reward_id=voucher.pk, content=b"code\nSUN-2026-A\nSUN-2026-B\n", today=now.date(), now=now)
    limit = Limit(1, "pieces", period="month", reward_id=voucher.pk)
    catalogue.limit_set(program_id=club.program.pk, limit=limit)
    for reward in ("mug", "voucher", "voucher"):
        club.reserve(ana, reward, now=now)


def promised(club: Club, ana: Member, now: datetime) -> None:
    """Promise an answer within an hour, keep one promise, break one, and leave one open."""
    draft = GuaranteeDraft("Answer in an hour", "Respuesta en una hora", "case.opened", "case.answered", "hours", 1,
                           exclusions=("strike",), points=50, reward="")  # fmt: skip
    made = published.guarantee_create(program_id=club.program.pk, code="answer", draft=draft, now=now)
    published.guarantee_publish(guarantee_id=made.pk, day=date(2025, 1, 1))
    office = {day: [["09:00", "14:00"], ["16:00", "20:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    published.hours_set(program_id=club.program.pk, name="Office", told=office, holidays=["2026-12-25"])
    stranger = served.customer("Luz Mora", number="D-luz")
    for place, (who, ago) in enumerate(((ana.customer_id, 3), (ana.customer_id, 40), (stranger.pk, 9))):
        told = Happening(club.program.pk, "case.opened", f"case {place}", now - timedelta(days=ago), who)
        promises.event_tell(told, now=now - timedelta(days=ago))
    kept = Happening(club.program.pk, "case.answered", "case 0", now - timedelta(days=3) + HOUR / 2)
    promises.event_tell(kept, now=now)
    promises.sweep(program_id=club.program.pk, now=now)


def taken_part(club: Club, ana: Member, now: datetime) -> None:
    """Open a challenge, a streak, a badge and a vote, and let Ana propose something."""
    program_id, today = club.program.pk, now.date()
    badge = drafting.badge_write(program_id=program_id, code="reader", wording=Wording("Reader", "Lectora"))
    gift = Gift(club.unit.pk, badge.pk)
    draft = ChallengeDraft("orders", 3, today - timedelta(days=9), today + timedelta(days=30), points=100)
    made = drafting.challenge_write(
        program_id=program_id, code="three", wording=Wording("Three orders", "Tres pedidos"), draft=draft, gift=gift
    )
    drafting.state_set(made, "open")
    challenges.challenge_join(challenge_id=made.pk, member_id=ana.pk, now=now)
    streak = StreakDraft("month", today, rewards=((3, 50), (6, 150)))
    drafting.streak_write(
        program_id=program_id, code="monthly", wording=Wording("Every month", "Cada mes"), draft=streak, gift=gift
    )
    options = [Wording("Trees", "Árboles"), Wording("Books", "Libros")]
    ballot = ballots.ballot_open(
        program_id=program_id, kind="cause", wording=Wording("Which cause?", "¿Qué causa?"), options=options,
        opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=9),
    )  # fmt: skip
    first = ballot.options.order_by("position")[0]
    ballots.vote_give(ballot_id=ballot.pk, member_id=ana.pk, option_id=first.pk, now=now)
    ballots.suggestion_write(member_id=ana.pk, text="Open on Sundays.", now=now)
    assert Suggestion.objects.count() == 1


def brought(club: Club, ana: Member, now: datetime) -> Referral:
    """Let Ana bring somebody with her own e-mail address."""
    referrals.plan_open(program_id=club.program.pk, unit_id=club.unit.pk, plan=Plan((100, 20), welcome=50), now=now)
    other = served.customer("Ana Maria Ruiz", number="D-other", email="ana@club.es")
    member = members.member_join(program_id=club.program.pk, customer_id=other.pk, on=now.date())
    found = referrals.referral_open(code=referrals.code_of(member_id=ana.pk, now=now), member_id=member.pk, now=now)
    assert found.state == Referral.State.SUSPECTED, found.reasons
    return found
