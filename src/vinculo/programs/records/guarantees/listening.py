"""Listening: orders start clocks, and persons who are erased or ask what is known are heard.

Whatever else starts or keeps a promise, such as a delivery or an answer, is told by `promises.event_tell`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone

from vinculo.identify.records import facts
from vinculo.programs.guarantees.happening import ORDER_PLACED, Happening

OF_REDEMPTIONS = (
    *("id", "customer_id", "reward__name_en", "state", "quantity", "points", "given_for", "place", "reserved_at"),
    *("good_until", "resolved_at"),
)
OF_PROMISES = (
    *(
        "id",
        "customer_id",
        "guarantee__name_en",
        "origin",
        "reference",
        "state",
        "started_at",
        "due_at",
        "kept_at",
        "broken_at",
    ),
    "given_at",
)


def listen() -> None:
    """Follow what the customer base announces; the tables are read only then."""
    facts.order_placed.connect(order_placed, dispatch_uid="programs.guarantees.order_placed")
    facts.person_erased.connect(forget, dispatch_uid="programs.guarantees.forget")
    facts.person_collected.connect(collect_redemptions, dispatch_uid="programs.rewards.collect")
    facts.person_collected.connect(collect_promises, dispatch_uid="programs.guarantees.collect")


def order_placed(*, order_id: int, customer_id: int | None, **_fact: Any) -> None:
    """Start the clocks of an order of a customer, and keep what was promised to it until it was placed."""
    from vinculo.identify.records.models import Order
    from vinculo.identify.records.orders import days
    from vinculo.programs.records.guarantees import promises
    from vinculo.programs.records.models import Guarantee

    listening = Guarantee.objects.filter(Q(starts=ORDER_PLACED) | Q(keeps=ORDER_PLACED), published_from__isnull=False)
    programs = sorted(set(listening.values_list("program_id", flat=True)))
    if customer_id is None or not programs:
        return
    order = Order.objects.select_related("source").get(pk=order_id)
    for program_id in programs:
        told = Happening(
            program_id=program_id,
            event=ORDER_PLACED,
            reference=order.number,
            happened_at=days.moment(order.happened_at),
            customer_id=customer_id,
            origin=order.source.code,
        )
        promises.event_tell(told, now=timezone.now())


def forget(*, customer_ids: Sequence[int], renamed: Mapping[str, str], **_fact: Any) -> None:
    """Forget a person: orders have other names now, nothing more is given, and nobody sees a code that was theirs."""
    from vinculo.programs.records.models import Promise, RewardCode

    mine = Promise.objects.filter(customer_id__in=list(customer_ids))
    for before, after in renamed.items():
        mine.filter(reference=before).update(reference=after)
    mine.filter(state__in=(Promise.State.OPEN, Promise.State.BROKEN), given_at=None).update(
        state=Promise.State.EXCLUDED, excluded="person_erased"
    )
    codes = RewardCode.objects.filter(redemption__customer_id__in=list(customer_ids))
    codes.update(salt=b"", sealed=b"")


def collect_redemptions(*, customer_ids: Sequence[int], **_fact: Any) -> tuple[str, list[dict[str, Any]]]:
    """Say what a person redeemed and was given."""
    from vinculo.programs.records.models import Redemption

    found = Redemption.objects.filter(customer_id__in=list(customer_ids)).order_by("id")
    return "redemptions", list(found.values(*OF_REDEMPTIONS))


def collect_promises(*, customer_ids: Sequence[int], **_fact: Any) -> tuple[str, list[dict[str, Any]]]:
    """Say what was promised to a person, and how it stands."""
    from vinculo.programs.records.models import Promise

    found = Promise.objects.filter(customer_id__in=list(customer_ids)).order_by("id")
    return "promises", list(found.values(*OF_PROMISES))
