"""Leads written: opened, changed, moved forward and back, converted, lost, taken up again; the last step taken back."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.identify.leads import stages
from vinculo.identify.records import facts, services
from vinculo.identify.records.models import Customer, Lead, LeadStep
from vinculo.identify.records.rights import erased


class LeadError(InputError):
    """The lead cannot be moved or changed as asked."""

    code = "lead.refused"


class LeadMovedMeanwhileError(LeadError):
    """Somebody else has moved this lead meanwhile: look at where it is now."""

    code = "lead.moved_meanwhile"


@dataclass(frozen=True)
class Prospect:
    """What is known of a lead besides whose it is and how far."""

    source: str = ""
    interest: str = ""
    product_id: int | None = None
    category_id: int | None = None
    owner_id: int | None = None
    amount_minor: int | None = None
    currency: str = ""
    expected_on: date | None = None


def lead_open(
    *, customer_id: int, prospect: Prospect, stage: str = stages.INTEREST, reason: str = "", now: datetime
) -> Lead:
    """Open a lead of a customer and announce it."""
    if not stages.may_move("", stage):
        raise LeadError("There is no stage {found}.", found=stage)
    with transaction.atomic():
        erased.refuse(customer_id)
        lead = Lead(customer_id=customer_id, opened_at=now, opened_by=actor.current().name)
        lead.stage, lead.stage_since = stage, now
        write(lead, prospect)
        step(lead, stage, before="", reason=reason, now=now)
    return lead


def lead_change(*, lead_id: int, prospect: Prospect) -> Lead:
    """Change what is known of a lead; its stage is moved instead."""
    with transaction.atomic():
        lead = Lead.objects.select_for_update().get(pk=lead_id)
        write(lead, prospect)
    return lead


def lead_move(*, lead_id: int, to_stage: str, reason: str = "", seen: str = "", now: datetime) -> Lead:
    """Move a lead to another stage; going back, losing it and taking it up again need a reason.

    `seen` is the stage it had when the person looked. A lead that is converted makes its prospect a customer.

    Raises
    ------
    LeadError
        There is no such move, or its reason is missing.
    LeadMovedMeanwhileError
        It is not where it was seen.
    """
    with transaction.atomic():
        lead = Lead.objects.select_for_update().get(pk=lead_id)
        if seen and lead.stage != seen:
            raise LeadMovedMeanwhileError
        if not stages.may_move(lead.stage, to_stage):
            raise LeadError("A lead cannot go from {before} to {after}.", before=lead.stage, after=to_stage)
        if stages.needs_reason(lead.stage, to_stage) and not reason.strip():
            raise LeadError("Say why: a step back, a loss and a new beginning need a reason.")
        before, lead.stage, lead.stage_since = lead.stage, to_stage, now
        lead.save(update_fields=["stage", "stage_since"])
        step(lead, to_stage, before=before, reason=reason, now=now)
        if to_stage == stages.CONVERTED:
            convert(lead, now)
    return lead


def lead_step_undo(*, lead_id: int, step_id: int, now: datetime) -> Lead:
    """Take the last step of a lead back; that is a step too. One whose customer it made is a prospect again.

    Raises
    ------
    LeadMovedMeanwhileError
        It is not the last step any more, or it opened the lead.
    """
    with transaction.atomic():
        lead = Lead.objects.select_for_update().get(pk=lead_id)
        last = lead.steps.order_by("-id").first()
        if last is None or last.pk != step_id or last.undoes_id or not last.from_stage:
            raise LeadMovedMeanwhileError
        converted = lead.stage == stages.CONVERTED
        before, lead.stage, lead.stage_since = lead.stage, last.from_stage, now
        lead.save(update_fields=["stage", "stage_since"])
        step(lead, lead.stage, before=before, now=now, undoes=last)
        if converted and not lead.customer.orders.exists() and not others_converted(lead):
            stand(lead.customer, Customer.Standing.PROSPECT, now)
    return lead


def write(lead: Lead, prospect: Prospect) -> None:
    """Write what is known of a lead."""
    for name, value in asdict(prospect).items():
        setattr(lead, name, value.strip() if isinstance(value, str) else value)
    if lead.amount_minor is None:
        lead.currency = ""
    try:
        lead.full_clean()
    except ValidationError as error:
        raise LeadError("{problem}", problem=" ".join(error.messages)) from error
    lead.save()


def step(
    lead: Lead, to_stage: str, *, before: str, reason: str = "", now: datetime, undoes: LeadStep | None = None
) -> LeadStep:
    """Write a step down and announce it."""
    made = LeadStep.objects.create(
        lead=lead,
        from_stage=before,
        to_stage=to_stage,
        reason=reason.strip(),
        way=LeadStep.Way.UNDONE if undoes else LeadStep.Way.HAND,
        happened_at=now,
        by=actor.current().name,
        undoes=undoes,
    )
    facts.lead_moved.send(sender=Lead, lead_id=lead.pk, customer_id=lead.customer_id, stage=to_stage)
    return made


def convert(lead: Lead, now: datetime) -> None:
    """Make the prospect of a lead a customer and announce it; all that was known of it stays."""
    stand(lead.customer, Customer.Standing.ACTUAL, now)
    facts.prospect_converted.send(sender=Lead, lead_id=lead.pk, customer_id=lead.customer_id)


def stand(customer: Customer, standing: str, now: datetime) -> None:
    """Change the standing of a customer, as a change by hand."""
    if customer.standing != standing:
        services.customer_change(customer_id=customer.pk, change=services.Change({"standing": standing}), now=now)
        customer.refresh_from_db()


def others_converted(lead: Lead) -> bool:
    """Tell whether another lead of the same customer was converted."""
    found = Lead.objects.filter(customer_id=lead.customer_id, stage=stages.CONVERTED)
    return found.exclude(pk=lead.pk).exists()
