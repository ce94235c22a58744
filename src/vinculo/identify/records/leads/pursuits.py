"""Pursuits: leads that events of tracking clients open and move, brought in line with all that they say.

A lead whose steps are all of events is written anew when an event comes late, so that its history is that of the world.
One that a person or a file has moved is left to them, until an event says something that none said before.
"""

from collections.abc import Mapping, Sequence

from vinculo.identify.events import accounts
from vinculo.identify.events.accounts import AccountEvent, Step
from vinculo.identify.leads import stages
from vinculo.identify.records import facts
from vinculo.identify.records.models import Lead, LeadStep, Order
from vinculo.identify.records.orders import days

Way = LeadStep.Way


def follow(pursued: Mapping[int, tuple[str, Sequence[AccountEvent]]], by: str) -> list[int]:
    """Bring the leads of some customers in line with their events; each comes with the code of its source."""
    for customer_id, (source, events) in sorted(pursued.items()):
        first = min(event.happened_at for event in events)
        bought = Order.objects.filter(customer_id=customer_id, happened_at__gte=days.clock(first))
        moment = bought.order_by("happened_at").values_list("happened_at", flat=True).first()
        wanted = accounts.steps(events, bought_at=days.moment(moment) if moment else None)
        lead = lead_of(customer_id)
        if wanted and lead is None:
            lead = Lead(customer_id=customer_id, source=source, opened_by=by)
        if wanted and lead is not None:
            write(lead, wanted, by)
            interest, expected = accounts.plan(events)
            if (interest and not lead.interest) or (expected and not lead.expected_on):
                lead.interest, lead.expected_on = lead.interest or interest, lead.expected_on or expected
                lead.save(update_fields=["interest", "expected_on"])
    return sorted(pursued)


def lead_of(customer_id: int) -> Lead | None:
    """Return the lead of a customer that events speak of: theirs, or one that a purchase opened and ended at once."""
    found = Lead.objects.select_for_update().filter(customer_id=customer_id)
    theirs = found.filter(pk__in=LeadStep.objects.filter(way=Way.EVENT, lead__customer_id=customer_id).values("lead"))
    at_once = LeadStep.objects.filter(way=Way.PURCHASE, from_stage="", lead__customer_id=customer_id)
    return theirs.order_by("id").first() or found.filter(pk__in=at_once.values("lead")).order_by("id").first()


def write(lead: Lead, wanted: Sequence[Step], by: str) -> None:
    """Write the steps of a lead: anew where they are those of events alone, else what of them is news."""
    there = list(lead.steps.order_by("id")) if lead.pk else []
    said = [(each.to_stage, each.happened_at) for each in there if each.way == Way.EVENT]
    if said == [(each.stage, each.happened_at) for each in wanted]:
        return
    ending = [each for each in there if each.way == Way.PURCHASE][-1:]
    if any(each.way not in (Way.EVENT, Way.PURCHASE) for each in there):
        news = wanted[-1]
        if (news.stage, news.happened_at) not in said and stages.may_move(lead.stage, news.stage):
            move(lead, [news], before=lead.stage, by=by)
        return
    if lead.pk:
        lead.steps.all().delete()
    lead.opened_at = wanted[0].happened_at
    move(lead, wanted, before="", by=by)
    for step in ending:
        add(lead, Step(stages.CONVERTED, step.happened_at, ""), before=lead.stage, by=step.by, way=Way.PURCHASE)


def move(lead: Lead, steps: Sequence[Step], *, before: str, by: str) -> None:
    """Add steps to a lead and announce where it is."""
    lead.stage, lead.stage_since = steps[-1].stage, steps[-1].happened_at
    lead.save()
    for step in steps:
        add(lead, step, before=before, by=by, way=Way.EVENT)
        before = step.stage
    facts.lead_moved.send(sender=Lead, lead_id=lead.pk, customer_id=lead.customer_id, stage=lead.stage)


def add(lead: Lead, step: Step, *, before: str, by: str, way: str) -> None:
    """Add one step."""
    LeadStep.objects.create(
        lead=lead,
        from_stage=before,
        to_stage=step.stage,
        reason=step.reason,
        way=way,
        happened_at=step.happened_at,
        by=by,
    )
    if lead.stage != step.stage:
        lead.stage, lead.stage_since = step.stage, step.happened_at
        lead.save(update_fields=["stage", "stage_since"])
