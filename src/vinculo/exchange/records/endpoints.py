"""Endpoints: added, changed, given a new secret beside the old one, switched off and on."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from vinculo.exchange import destinations, kinds, signatures
from vinculo.exchange.records import outbox
from vinculo.exchange.records.models import Delivery, Endpoint, Event
from vinculo.foundation import actor
from vinculo.foundation.errors import InputError

BOTH = timedelta(days=1)
"""How long an earlier secret still signs beside the new one."""
GONE = "410"
"""Who switched an endpoint off that said it is gone."""


def endpoint_create(*, name: str, url: str, wanted: Sequence[str], now: datetime) -> Endpoint:
    """Add an endpoint, with a secret of its own; it is told of what happens from now on.

    Raises
    ------
    InputError
        It has no name, an address that is none or may not be called, or wants kinds of events that do not exist.
    """
    name, url = name.strip(), url.strip()
    if not name:
        raise InputError("An endpoint needs a name.")
    destinations.read(url, local=local())
    return Endpoint.objects.create(
        name=name,
        url=url,
        kinds=known(wanted),
        secret=signatures.secret_new(),
        created_at=now,
        created_by=actor.current().name,
        active_from=now,
    )


def endpoint_change(*, endpoint_id: int, name: str, url: str, wanted: Sequence[str]) -> Endpoint:
    """Change what an endpoint is called, where it is, and what it is told of from now on."""
    if not name.strip():
        raise InputError("An endpoint needs a name.")
    destinations.read(url.strip(), local=local())
    with transaction.atomic():
        endpoint = Endpoint.objects.select_for_update().get(pk=endpoint_id)
        endpoint.name, endpoint.url, endpoint.kinds = name.strip(), url.strip(), known(wanted)
        endpoint.save(update_fields=["name", "url", "kinds"])
    return endpoint


def endpoint_rotate(*, endpoint_id: int, now: datetime) -> Endpoint:
    """Give an endpoint a new secret; for a day both sign, so that the receiver can change over in peace."""
    with transaction.atomic():
        endpoint = Endpoint.objects.select_for_update().get(pk=endpoint_id)
        endpoint.earlier_secret, endpoint.earlier_until = endpoint.secret, now + BOTH
        endpoint.secret = signatures.secret_new()
        endpoint.save(update_fields=["secret", "earlier_secret", "earlier_until"])
    return endpoint


def endpoint_disable(*, endpoint_id: int, now: datetime, by: str = "") -> None:
    """Switch an endpoint off: what waits for it keeps waiting, and what happens meanwhile is not told."""
    found = Endpoint.objects.filter(pk=endpoint_id, disabled_at=None)
    found.update(disabled_at=now, disabled_by=by or actor.current().name)


def endpoint_enable(*, endpoint_id: int, now: datetime) -> None:
    """Switch an endpoint on again, from now on; what waited is sent."""
    found = Endpoint.objects.filter(pk=endpoint_id, disabled_at__isnull=False)
    found.update(disabled_at=None, disabled_by="", active_from=now, failures=0, resting_until=None)
    outbox.wake_later()


def endpoint_test(*, endpoint_id: int, now: datetime) -> Delivery:
    """Send an endpoint a test, and nobody else."""
    with transaction.atomic():
        event = Event.objects.create(
            uid=outbox.uid_new(), kind=kinds.TEST, subject="test", data={"test": True}, by=actor.current().name
        )
        delivery = Delivery.objects.create(event=event, endpoint_id=endpoint_id, due_at=now)
        outbox.wake_later()
    return delivery


def endpoint_get(*, endpoint_id: int) -> Endpoint:
    """Return an endpoint; raise `Endpoint.DoesNotExist` when there is none."""
    return Endpoint.objects.get(pk=endpoint_id)


def endpoint_list() -> QuerySet[Endpoint]:
    """Return the endpoints by name, each with how many deliveries wait and how many were given up."""
    counts = {state.value: counted(state.value) for state in (Delivery.State.WAITING, Delivery.State.DEAD)}
    return Endpoint.objects.annotate(**counts).order_by("name", "id")


def counted(state: str) -> Coalesce:
    """Return how many deliveries of an endpoint are in a state; both that are asked for have an index of their own."""
    found = Delivery.objects.filter(endpoint=OuterRef("pk"), state=state).order_by().values("endpoint")
    return Coalesce(Subquery(found.annotate(rows=Count("pk")).values("rows")), 0)


def keys_of(endpoint: Endpoint, now: datetime) -> list[str]:
    """Return the secrets that sign now, the newest first."""
    both = endpoint.earlier_until is not None and endpoint.earlier_until > now
    return [endpoint.secret, *([endpoint.earlier_secret] if both else [])]


def known(wanted: Sequence[str]) -> list[str]:
    """Return the kinds of events that are wanted; all of them are the same as none named."""
    if not set(wanted) <= set(kinds.KINDS):
        raise InputError("There is no event {kind}.", kind=sorted(set(wanted) - set(kinds.KINDS))[0])
    return sorted(set(wanted)) if len(set(wanted)) < len(kinds.KINDS) else []


def local() -> bool:
    """Tell whether webhooks may go to this machine and its network, and without TLS."""
    return bool(settings.WEBHOOKS_LOCAL)
