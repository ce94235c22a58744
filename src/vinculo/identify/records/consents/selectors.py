"""What can be read of consents: what holds now, the whole history, and whether a customer may be contacted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from vinculo.identify.consents import standing
from vinculo.identify.consents.standing import Answer, Standing
from vinculo.identify.records.membership import selectors as membership
from vinculo.identify.records.models import (
    Address,
    ConsentChannel,
    ConsentEntry,
    ConsentPurpose,
    Customer,
    Identifier,
    Import,
    RightsRequest,
)

MARKETING = "marketing"
BLOCKING = (RightsRequest.Kind.RESTRICTION, RightsRequest.Kind.OBJECTION, RightsRequest.Kind.ERASURE)


@dataclass(frozen=True)
class Held:
    """What holds for one purpose and channel, and the addresses that may be used."""

    purpose: ConsentPurpose
    channel: ConsentChannel | None
    standing: Standing
    addresses: tuple[str, ...] = ()
    blocked: str = ""
    """The right that forbids it whatever was agreed: restriction, objection or erasure."""

    @property
    def state(self) -> str:
        """Return what the log says."""
        return self.standing.state

    @property
    def contactable(self) -> bool:
        """Tell whether it may be done: agreed, not blocked, and with somewhere to reach."""
        return self.standing.contactable and not self.blocked and (self.channel is None or bool(self.addresses))

    @property
    def code(self) -> str:
        """Return the name of the purpose and channel in forms."""
        return f"{self.purpose.code}-{self.channel.code}" if self.channel else self.purpose.code


def customer_ids_of(*, customer_id: int) -> list[int]:
    """Return all the ids that are one customer, whichever of them is given, the one that is shown first."""
    return list(membership.members_of(customer_id=membership.current_of([customer_id])[customer_id]))


def topics(*, every: bool = False) -> list[tuple[ConsentPurpose, ConsentChannel | None]]:
    """Return what customers are asked: every purpose in use, by every channel where it is asked by channel.

    Withdrawals ask for `every` topic, in use or not: what is put to use again must wake nothing up.
    """
    wanted = {} if every else {"active": True}
    channels = list(ConsentChannel.objects.filter(**wanted))
    found: list[tuple[ConsentPurpose, ConsentChannel | None]] = []
    for purpose in ConsentPurpose.objects.filter(basis=ConsentPurpose.Basis.CONSENT, **wanted):
        found += [(purpose, channel) for channel in channels] if purpose.by_channel else [(purpose, None)]
    return found


def entry_list(*, customer_ids: Sequence[int]) -> QuerySet[ConsentEntry]:
    """Return the whole log of a customer, the latest first."""
    found = ConsentEntry.objects.filter(customer_id__in=list(customer_ids))
    return found.select_related("purpose", "channel", "source", "imported").order_by("-happened_at", "-id")


def answers_of(*, customer_ids: Sequence[int]) -> list[Answer]:
    """Return the log of a customer as the rules read it; what an import said that was undone gives nothing."""
    undone = Q(imported__state=Import.State.UNDONE, action=ConsentEntry.Action.GIVEN)
    return [
        Answer(
            customer_id=each.customer_id,
            purpose=each.purpose.code,
            channel=each.channel.code if each.channel else "",
            action=each.action,
            happened_at=each.happened_at,
            recorded_at=each.recorded_at,
            number=each.pk,
            origin=each.origin,
            expires_on=each.expires_on,
            covers=frozenset(each.covers),
        )
        for each in entry_list(customer_ids=customer_ids).exclude(undone)
    ]


def held(*, customer_ids: Sequence[int], now: datetime) -> list[Held]:
    """Return what holds now for every purpose and channel there is."""
    found = standing.standings(answers_of(customer_ids=customer_ids), customer_ids=customer_ids, now=now)
    blocked = blocked_by(customer_ids=customer_ids)
    silent = Standing()
    return [
        Held(purpose, channel, each, addresses_of(channel, each), blocked)
        for purpose, channel in topics()
        for each in [found.get((purpose.code, channel.code if channel else ""), silent)]
    ]


def contactable(*, customer_ids: Sequence[int], purpose: str, channel: str, now: datetime) -> Held | None:
    """Return what lets a customer be contacted, with the addresses to use; nothing when he may not be."""
    for each in held(customer_ids=customer_ids, now=now):
        if (each.purpose.code, each.channel.code if each.channel else "") == (purpose, channel) and each.contactable:
            return each
    return None


def blocked_by(*, customer_ids: Sequence[int]) -> str:
    """Return the right in force that forbids contact, if any."""
    found = RightsRequest.objects.filter(
        customer_id__in=list(customer_ids), kind__in=BLOCKING, in_force_from__isnull=False, lifted_at=None
    )
    kinds = list(found.order_by("id").values_list("kind", flat=True))
    # Whoever objected and was erased since was erased.
    return RightsRequest.Kind.ERASURE.value if RightsRequest.Kind.ERASURE in kinds else next(iter(kinds), "")


def addresses_of(channel: ConsentChannel | None, found: Standing) -> tuple[str, ...]:
    """Return where those who agreed can be reached by a channel."""
    if channel is None or not found.reached:
        return ()
    ids = sorted(found.reached)
    if not channel.identifier_kind:
        return tuple(str(each) for each in Address.objects.filter(customer_id__in=ids).order_by("id"))
    bearing = Identifier.objects.filter(customer_id__in=ids, kind=channel.identifier_kind).order_by("id")
    return tuple(dict.fromkeys(bearing.values_list("value", flat=True)))


def known(customer_id: int) -> bool:
    """Tell whether there is such a customer."""
    return Customer.objects.filter(pk=customer_id).exists()


def entry_page(*, after: int, limit: int, wanted: Q) -> list[ConsentEntry]:
    """Return entries of the log after a number, in the order in which they were written down."""
    found = ConsentEntry.objects.filter(wanted, pk__gt=after).select_related("purpose", "channel", "source")
    return list(found.order_by("pk")[:limit])


def topic_find(*, purpose: str, channel: str) -> tuple[ConsentPurpose, ConsentChannel | None] | None:
    """Return a purpose and a channel by their codes, or nothing where customers are not asked that."""
    for each, way in topics(every=True):
        if (each.code, way.code if way else "") == (purpose, channel):
            return each, way
    return None
