"""What finance says of a programme, written: its books, dated rates, estimates that somebody else approves, budgets.

Nothing that is said may change a period that was closed: rates and estimates begin after its last day.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from vinculo.foundation.errors import InputError
from vinculo.programs.finance import entries, rates
from vinculo.programs.records.finance import books, owing
from vinculo.programs.records.models import (
    Books,
    CampaignBudget,
    PointRate,
    Program,
    RedemptionEstimate,
    Unit,
)

State = RedemptionEstimate.State


class FinanceError(InputError):
    """Finance cannot keep this as it was given."""

    code = "finance.refused"


class FourEyesError(FinanceError):
    """Somebody else must approve it: whoever proposed an estimate does not approve it."""

    code = "finance.four_eyes"


def books_set(*, program_id: int, entity: str, accounts: Mapping[str, str]) -> Books:
    """Say which legal entity owes the points of a programme, and the numbers of its accounts."""
    unknown = sorted(set(accounts) - set(entries.ACCOUNTS))
    if unknown:
        raise FinanceError(
            "There is no account {unknown}: choose among {known}.", unknown=unknown, known=list(entries.ACCOUNTS)
        )
    if not entity.strip():
        raise FinanceError("Say which legal entity owes the points.")
    found, _ = Books.objects.update_or_create(
        program_id=program_id, defaults={"entity": entity.strip(), "accounts": dict(accounts)}
    )
    return found


@dataclass(frozen=True)
class Proposal:
    """An estimate of redemption as somebody proposes it; months may have a rate of their own."""

    effective_on: date
    rate: Decimal
    reason: str
    by_month: Mapping[date, Decimal] = field(default_factory=dict)
    method: str = ""


def rate_set(*, unit_id: int, rate: rates.Rate, kind: str, author: str, reason: str = "", now: datetime) -> PointRate:
    """Say what 1,000 points cost, or are worth, from a day on; what was said before stays."""
    if kind not in rates.KINDS:
        raise FinanceError("There is no rate {found}: choose among {known}.", found=kind, known=list(rates.KINDS))
    if rate.minor_per_1000 < 0:
        raise FinanceError("A rate of {found} makes no sense: points cost nothing or more.", found=rate.minor_per_1000)
    with transaction.atomic():
        unit = held(unit_id)
        open_from(unit.program_id, rate.valid_from)
        return PointRate.objects.create(
            unit=unit,
            kind=kind,
            valid_from=rate.valid_from,
            minor_per_1000=rate.minor_per_1000,
            author=author,
            reason=reason,
            recorded_at=now,
        )


def estimate_propose(*, unit_id: int, proposal: Proposal, author: str, now: datetime) -> RedemptionEstimate:
    """Propose what share of points is redeemed in all; it counts when somebody else has approved it."""
    shares = [proposal.rate, *proposal.by_month.values()]
    if not all(0 <= share <= 1 for share in shares):
        raise FinanceError("A rate of redemption is a share between 0 and 1.")
    if not proposal.reason.strip():
        raise FinanceError("Say why: an estimate needs a reason.")
    if any(month.day != 1 for month in proposal.by_month):
        raise FinanceError("Rates of months are given by their first day.")
    with transaction.atomic():
        unit = held(unit_id)
        open_from(unit.program_id, proposal.effective_on)
        of_unit = RedemptionEstimate.objects.filter(unit=unit)
        if of_unit.filter(state=State.PROPOSED).exists():
            raise FinanceError("Another estimate waits for approval: decide on that one first.")
        return RedemptionEstimate.objects.create(
            unit=unit,
            effective_on=proposal.effective_on,
            rate=proposal.rate,
            by_month={month.isoformat(): str(rate) for month, rate in sorted(proposal.by_month.items())},
            method=proposal.method,
            reason=proposal.reason.strip(),
            previous=of_unit.filter(state=State.APPROVED).order_by("effective_on", "pk").last(),
            proposed_by=author,
            proposed_at=now,
        )


def estimate_approve(*, estimate_id: int, author: str, now: datetime) -> RedemptionEstimate:
    """Approve an estimate that somebody else proposed, and write down what it does to what is owed on its day.

    Raises
    ------
    FourEyesError
        The author proposed it himself.
    FinanceError
        It was decided before, or the period it begins in was closed meanwhile.
    """
    with transaction.atomic():
        found = undecided(estimate_id)
        if found.proposed_by == author:
            raise FourEyesError
        open_from(found.unit.program_id, found.effective_on)
        found.owed_before_minor, found.owed_after_minor = owing.owed_with(found)
        return decided(found, State.APPROVED, author, now)


def estimate_refuse(*, estimate_id: int, author: str, now: datetime) -> RedemptionEstimate:
    """Refuse an estimate; whoever proposed it may take it back so."""
    with transaction.atomic():
        return decided(undecided(estimate_id), State.REFUSED, author, now)


def undecided(estimate_id: int) -> RedemptionEstimate:
    """Return an estimate nobody has decided on, locked."""
    found = RedemptionEstimate.objects.select_for_update().get(pk=estimate_id)
    held(found.unit_id)
    if found.state != State.PROPOSED:
        raise FinanceError("This estimate was decided by {name} already.", name=found.decided_by)
    return found


def decided(found: RedemptionEstimate, state: State, author: str, now: datetime) -> RedemptionEstimate:
    """Write down who decided what."""
    if not author:
        raise FinanceError("Say who decides.")
    found.state, found.decided_by, found.decided_at = state, author, now
    found.save(update_fields=["state", "decided_by", "decided_at", "owed_before_minor", "owed_after_minor"])
    return found


def budget_set(*, program_id: int, campaign: str, points: int, author: str, now: datetime) -> CampaignBudget:
    """Say how many points a campaign may give; the budget given last holds."""
    if not campaign or points < 0:
        raise FinanceError("A budget needs its campaign and points that are not below zero.")
    return CampaignBudget.objects.create(
        program_id=program_id, campaign=campaign, points=points, author=author, recorded_at=now
    )


def held(unit_id: int) -> Unit:
    """Return a unit, and let nobody close a period of its programme until the transaction ends."""
    unit = Unit.objects.get(pk=unit_id)
    Program.objects.select_for_update(of=("self",), no_key=True).get(pk=unit.program_id)
    return unit


def open_from(program_id: int, day: date) -> None:
    """Refuse a day of a period that was closed."""
    last = books.closed_through(program_id)
    if last is not None and day <= last:
        raise FinanceError("The period up to {last} is closed: begin on a later day than {day}.", last=last, day=day)
