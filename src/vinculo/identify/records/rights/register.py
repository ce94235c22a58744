"""Register: the requests of persons about their data, due within a month, with what was done and by whom."""

import calendar
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Case, QuerySet, When

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.identify.records.consents import log
from vinculo.identify.records.consents.log import Evidence
from vinculo.identify.records.models import Customer, RightsRequest

IN_FORCE = (RightsRequest.Kind.RESTRICTION, RightsRequest.Kind.OBJECTION)
"""Rights that hold from the moment they are asked for until they are lifted."""
ORIGIN = "objection"


class NotOpenError(InputError):
    """The request has been dealt with already."""

    code = "rights.closed"


def due(received: date) -> date:
    """Return the day by which a request is due: the same day of the next month (article 12(3) of the GDPR).

    >>> due(date(2026, 1, 31)), due(date(2026, 12, 5))
    (datetime.date(2026, 2, 28), datetime.date(2027, 1, 5))
    """
    year, month = received.year + received.month // 12, received.month % 12 + 1
    return date(year, month, min(received.day, calendar.monthrange(year, month)[1]))


def request_list(*, state: str = "", customer_ids: Sequence[int] = ()) -> QuerySet[RightsRequest]:
    """Return the requests, the open ones first and of these the one due first."""
    found = RightsRequest.objects.all()
    found = found.filter(state=state) if state else found
    found = found.filter(customer_id__in=list(customer_ids)) if customer_ids else found
    closed = Case(When(state=RightsRequest.State.OPEN, then=0), default=1)
    return found.order_by(closed, "due_on", "-id")


def request_open(
    *, customer_ids: Sequence[int], kind: str, received_on: date, now: datetime, note: str = ""
) -> RightsRequest:
    """Write a request down. A restriction or an objection holds from now on; an objection withdraws every consent."""
    if received_on > now.date():
        raise InputError("The day of a request cannot lie ahead.")
    if not Customer.objects.filter(pk=customer_ids[0]).exists():
        raise InputError("There is no customer {number}.", number=customer_ids[0])
    with transaction.atomic():
        made = RightsRequest.objects.create(
            customer_id=customer_ids[0],
            kind=kind,
            received_on=received_on,
            due_on=due(received_on),
            note=note,
            recorded_by=actor.current().name,
            in_force_from=now if kind in IN_FORCE else None,
        )
        if kind == RightsRequest.Kind.OBJECTION:
            evidence = Evidence(happened_at=now, origin=ORIGIN, more={"request": made.pk})
            log.consents_withdraw_all(customer_ids=customer_ids, evidence=evidence, now=now)
    return made


def request_close(*, request_id: int, done: bool, answer: str, now: datetime) -> RightsRequest:
    """Note that a request was answered, or refused with the reason that the person was given."""
    with transaction.atomic():
        found = RightsRequest.objects.select_for_update().get(pk=request_id)
        if found.state != RightsRequest.State.OPEN:
            raise NotOpenError
        if not done and not answer.strip():
            raise InputError("A refusal needs its reason: the person must be told.")
        if done and found.kind == RightsRequest.Kind.ERASURE:
            raise InputError("An erasure is done by erasing, not by saying so.")
        found.state = RightsRequest.State.DONE if done else RightsRequest.State.REFUSED
        found.answer, found.handled_by, found.closed_at = answer, actor.current().name, now
        if not done and found.in_force_from and found.lifted_at is None:
            found.lifted_at = now
        found.save()
    return found


def request_lift(*, request_id: int, now: datetime) -> RightsRequest:
    """End a restriction or an objection; what was withdrawn stays withdrawn."""
    with transaction.atomic():
        found = RightsRequest.objects.select_for_update().get(pk=request_id)
        if found.kind not in IN_FORCE or found.lifted_at is not None:
            raise NotOpenError
        found.lifted_at = now
        found.save(update_fields=["lifted_at"])
    return found
