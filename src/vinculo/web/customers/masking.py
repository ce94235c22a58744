"""Masking: what of a person is shown to whom does not need the person."""

from django.utils.translation import gettext as _

from vinculo.identify.records.models import Address, Customer, Identifier
from vinculo.web.customers import naming

HIDDEN = "•••"


def name_of(customer: Customer, number: str, *, personal: bool) -> str:
    """Return the name; a person without one, or before a reader who may not see it, goes by number."""
    if customer.name and (personal or customer.kind == Customer.Kind.ORGANISATION):
        return customer.name
    return _("Customer {number}").format(number=number or customer.pk)


def identifier(found: Identifier, *, personal: bool) -> str:
    """Return an identifier; without the right, only what tells two of them apart. Customer numbers name nobody."""
    value = found.value
    if personal or found.kind == Identifier.Kind.SOURCE_KEY:
        return value
    if found.kind == Identifier.Kind.EMAIL:
        return f"{value[:1]}{HIDDEN}@{HIDDEN}.{value.rpartition('.')[2]}"
    return f"{HIDDEN}{value[-2:]}" if len(value) > 4 else HIDDEN


def place(found: Address, *, personal: bool) -> str:
    """Return an address; without the right, only the town and country."""
    country = naming.shown("country", found.country)
    if personal:
        return ", ".join(filter(None, (found.lines, found.postcode, found.city, found.region, country)))
    return ", ".join(filter(None, (found.city, found.region, country)))
