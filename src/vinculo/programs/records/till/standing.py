"""Standing: what a member has, where he stands and what he is going to lose, on one screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from vinculo.foundation.phrases import Phrase
from vinculo.programs.records import standings
from vinculo.programs.records.customers import standing as customers
from vinculo.programs.records.ledger import selectors as ledger
from vinculo.programs.records.ledger.selectors import Balance, Entry, Expiring
from vinculo.programs.records.levels import selectors as levels
from vinculo.programs.records.models import Member, Unit
from vinculo.programs.records.rewards import selectors as rewards
from vinculo.programs.records.rewards.selectors import Offered, Seer

LATEST = 5


@dataclass(frozen=True)
class Shown:
    """A member as the till shows him."""

    unit: Unit | None
    """The one that is spent."""
    balance: int
    pending: int
    blocked: int
    others: Sequence[Balance]
    expiring: Sequence[Expiring]
    levels: Sequence[str]
    ahead: Sequence[Phrase]
    latest: Sequence[Entry]


def unit_of(program_id: int) -> Unit | None:
    """Return the unit that is spent at a till: the first spendable one of a programme."""
    return Unit.objects.filter(program_id=program_id, spendable=True).order_by("id").first()


def shown(member: Member, *, language: str, now: datetime) -> Shown:
    """Return what the till shows of a member."""
    unit = unit_of(member.program_id)
    balances = ledger.balances_of(member)
    mine = next((each for each in balances if unit and each.unit.pk == unit.pk), None)
    day = now.astimezone(ZoneInfo(member.program.zone)).date()
    outlooks = levels.forecast_of(member=member, as_of=day, language=language)
    return Shown(
        unit=unit,
        balance=customers.reach_of(member=member, unit_id=mine.unit.pk) if mine else 0,
        pending=mine.pending if mine else 0,
        blocked=mine.blocked if mine else 0,
        others=[each for each in balances if each is not mine],
        expiring=ledger.expiring_of([mine.wallet])[mine.wallet.pk] if mine else (),
        levels=[each.place.level.name_in(language) for each in outlooks if each.place.level],
        ahead=[sentence for each in outlooks for sentence in each.sentences[:1]],
        latest=ledger.history_of(mine.wallet.pk, limit=LATEST) if mine else (),
    )


def offers(member: Member, *, balance: int, now: datetime) -> list[Offered]:
    """Return the rewards a member is offered, the cheapest first."""
    seer = Seer(standings.standing_of(member_id=member.pk), member.pk, balance)
    return rewards.offer_list(program_id=member.program_id, seer=seer, now=now)
