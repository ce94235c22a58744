"""What programs ask of the customer base: pages in the order of numbers, and who bears an exact value."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Q, QuerySet

from vinculo.identify import folding
from vinculo.identify.records.membership import selectors as membership
from vinculo.identify.records.models import Customer, Identifier, Order, Product

Pointer = tuple[str, str, str | None]
"""A kind of identifier, its value, and the source it is of, where that matters."""
LINES = ("channel", "source")


def customer_page(
    *, after: int, limit: int, pointers: Sequence[Pointer] = (), kind: str = "", standing: str = "", source: str = ""
) -> list[Customer]:
    """Return customers after a number, in the order of numbers; with pointers, those who bear all of them."""
    found = Customer.objects.filter(merged_into=None, pk__gt=after).order_by("pk")
    for pointer in pointers:
        found = found.filter(pk__in=list(bearers(pointers=[pointer])))
    if kind:
        found = found.filter(kind=kind)
    if standing:
        found = found.filter(standing=standing)
    if source:
        keys = Identifier.objects.filter(kind=Identifier.Kind.SOURCE_KEY, source__code=source)
        found = found.filter(pk__in=keys.values("customer_id"))
    return list(found[:limit])


def bearers(*, pointers: Sequence[Pointer]) -> dict[int, list[int]]:
    """Return the customers who bear one of some exact values, each with the places of those in the question."""
    parties = defaultdict(list)
    for place, (kind, value, source) in enumerate(pointers):
        wanted = Q(kind=kind, normalised=folding.identifier(kind, value))
        if kind == Identifier.Kind.SOURCE_KEY:
            wanted &= Q(value=value)
        if source is not None:
            wanted &= Q(source__code=source)
        for party in Identifier.objects.filter(wanted).values_list("customer_id", flat=True).distinct()[:100]:
            parties[party].append(place)
    found = defaultdict(set)
    for party, customer in membership.current_of(parties).items():
        found[customer].update(parties[party])
    return {customer: sorted(places) for customer, places in found.items()}


def order_page(
    *, after: tuple[str, int] | None, limit: int, customer_ids: Sequence[int] | None, number: str = "", source: str = ""
) -> list[Order]:
    """Return orders, of a customer the latest first, else in the order of numbers; after a moment and a number."""
    found: QuerySet[Order] = Order.objects.select_related(*LINES)
    if number:
        found = found.filter(number=number)
    if source:
        found = found.filter(source__code=source)
    if customer_ids is None:
        return list(found.filter(pk__gt=after[1] if after else 0).order_by("pk")[:limit])
    found = found.filter(customer_id__in=list(customer_ids)).order_by("-happened_at", "-id")
    if after:
        found = found.filter(Q(happened_at__lt=after[0]) | Q(happened_at=after[0], pk__lt=after[1]))
    return list(found[:limit])


def order_find(*, order_id: int) -> Order | None:
    """Return an order, or nothing."""
    return Order.objects.select_related(*LINES).filter(pk=order_id).first()


def product_page(*, after: int, limit: int, code: str = "", source: str = "") -> list[Product]:
    """Return products after a number, in the order of numbers."""
    found = Product.objects.select_related("source", "category").filter(pk__gt=after).order_by("pk")
    if code:
        found = found.filter(code=code)
    if source:
        found = found.filter(source__code=source)
    return list(found[:limit])


def product_find(*, product_id: int) -> Product | None:
    """Return a product, or nothing."""
    return Product.objects.select_related("source", "category").filter(pk=product_id).first()
