"""What can be read of the common customer base."""

from django.db.models import QuerySet

from vinculo.identify.records.models import Channel, Customer, Identifier, Import, Order, OrderLine, Source


def customer_get(*, customer_id: int) -> Customer:
    """Return a customer; raise `Customer.DoesNotExist` when there is none."""
    return Customer.objects.get(pk=customer_id)


def customer_find(*, source: str, key: str) -> Customer | None:
    """Return the customer a source knows by a key, or nothing."""
    found = Identifier.objects.filter(source__code=source, value=key, kind=Identifier.Kind.SOURCE_KEY).select_related(
        "customer"
    )
    identifier = found.first()
    return identifier.customer if identifier else None


def customer_list() -> QuerySet[Customer]:
    """Return the customers in the order of their folded names; parties that belong to another are not listed."""
    return Customer.objects.filter(merged_into__isnull=True).order_by("search_text", "id")


def order_list(*, customer_id: int) -> QuerySet[Order]:
    """Return the orders of a customer, the latest first."""
    return Order.objects.filter(customer_id=customer_id).order_by("-happened_at", "-id")


def line_list(*, customer_id: int) -> QuerySet[OrderLine]:
    """Return the lines in force of a customer, the latest first."""
    return OrderLine.objects.filter(order__customer_id=customer_id, superseded_by=None).order_by("-happened_at", "-id")


def import_get(*, import_id: int) -> Import:
    """Return an import; raise `Import.DoesNotExist` when there is none."""
    return Import.objects.select_related("source").get(pk=import_id)


def import_list() -> QuerySet[Import]:
    """Return the imports, the latest first."""
    return Import.objects.select_related("source").order_by("-created_at", "-id")


def source_list() -> QuerySet[Source]:
    """Return the sources by name."""
    return Source.objects.order_by("name", "id")


def channel_names() -> list[str]:
    """Return the names of the channels."""
    return list(Channel.objects.order_by("name").values_list("name", flat=True)[:50])
