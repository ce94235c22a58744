"""Tables of the common customer base, split by noun. Private to the room: neighbours call services and selectors."""

from vinculo.identify.records.models.customers import Address, Customer, Identifier
from vinculo.identify.records.models.matching import Candidate, Matching
from vinculo.identify.records.models.membership import Assertion, Membership, Merge
from vinculo.identify.records.models.orders import Channel, Order, OrderLine
from vinculo.identify.records.models.products import Category, Product
from vinculo.identify.records.models.sources import Import, Source, SourceRecord

__all__ = [
    "Address",
    "Assertion",
    "Candidate",
    "Category",
    "Channel",
    "Customer",
    "Identifier",
    "Import",
    "Matching",
    "Membership",
    "Merge",
    "Order",
    "OrderLine",
    "Product",
    "Source",
    "SourceRecord",
]
