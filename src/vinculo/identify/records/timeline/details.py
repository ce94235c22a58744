"""Details: what the entries of one page say, fetched together, a query a kind."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vinculo.identify.records import selectors_customer
from vinculo.identify.records.models import (
    ConsentEntry,
    Customer,
    LeadStep,
    LinkChange,
    Membership,
    Merge,
    Order,
    OrderLine,
    ProductView,
    RightsRequest,
    Source,
    SourceRecord,
)
from vinculo.identify.records.timeline.selectors import Entry

EVENTS = ("page", "screen")
"""Types of events that are no look at a product."""


@dataclass(frozen=True)
class Details:
    """The rows behind entries, by their numbers."""

    orders: dict[int, Order]
    lines: dict[int, list[OrderLine]]
    consents: dict[int, ConsentEntry]
    rights: dict[int, RightsRequest]
    steps: dict[int, LeadStep]
    links: dict[int, LinkChange]
    merges: dict[int, Merge]
    parties: dict[int, list[int]]
    """The customers that a decision moved."""
    records: dict[int, SourceRecord]
    births: dict[int, Customer]
    looks: dict[int, str]
    """The product that an event looked at."""
    sources: dict[int, Source]


def details_of(entries: Sequence[Entry]) -> Details:
    """Return what entries say."""
    ids: dict[str, list[int]] = defaultdict(list)
    for each in entries:
        ids[each.stream].append(each.id)
    happenings = [event for each in entries if each.visit for event in each.visit.events]
    orders = {each.pk: each for each in orders_of(ids["order"])}
    return Details(
        orders=orders,
        lines=lines_of(list(orders.values())),
        consents=consents_of(ids["consent"]),
        rights=RightsRequest.objects.in_bulk(ids["right"]),
        steps=LeadStep.objects.select_related("lead", "undoes").in_bulk(ids["lead"]),
        links=LinkChange.objects.in_bulk(ids["link"]),
        merges=Merge.objects.in_bulk(ids["merge"]),
        parties=parties_of(ids["merge"]),
        records=SourceRecord.objects.select_related("source", "imported").in_bulk(ids["change"] + ids["arrival"]),
        births=Customer.objects.select_related("imported__source").in_bulk(ids["birth"]),
        looks=looks_of(event.event_id for event in happenings if event.type not in EVENTS),
        sources=Source.objects.in_bulk({event.source_id for event in happenings}),
    )


def orders_of(order_ids: Sequence[int]) -> list[Order]:
    """Return orders with where they were placed and where they come from."""
    if not order_ids:
        return []
    return list(Order.objects.filter(pk__in=order_ids).select_related("channel", "source", "imported"))


def lines_of(orders: Sequence[Order]) -> dict[int, list[OrderLine]]:
    """Return the lines in force of orders, by order."""
    found = defaultdict(list)
    for line in selectors_customer.lines_of(orders=orders) if orders else ():
        found[line.order_id].append(line)
    return dict(found)


def consents_of(entry_ids: Sequence[int]) -> dict[int, ConsentEntry]:
    """Return answers about consent."""
    return ConsentEntry.objects.select_related("purpose", "channel", "source", "imported").in_bulk(entry_ids)


def parties_of(merge_ids: Sequence[int]) -> dict[int, list[int]]:
    """Return whom decisions moved: those they took in, and those they let go."""
    found: dict[int, set[int]] = defaultdict(set)
    if merge_ids:
        for column in ("merge_id", "ended_by_id"):
            moved = Membership.objects.filter(**{f"{column}__in": merge_ids}).values_list(column, "party_id")
            for merge_id, party_id in moved:
                found[merge_id].add(party_id)
    return {merge_id: sorted(parties) for merge_id, parties in found.items()}


def looks_of(event_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of the products that events looked at."""
    wanted = list(event_ids)
    if not wanted:
        return {}
    found = ProductView.objects.filter(event__in=wanted).values_list("event", "product__name", "product__code")
    return {event: name or code for event, name, code in found}
