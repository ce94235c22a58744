"""Tables of the common customer base, split by noun. Private to the room: neighbours call services and selectors."""

from vinculo.identify.records.models.customers import Address, Customer, Identifier
from vinculo.identify.records.models.events import (
    Delivery,
    Event,
    Quarantined,
    Refusal,
    Sender,
    Traffic,
    WriteKey,
)
from vinculo.identify.records.models.orders import Channel, Order, OrderLine
from vinculo.identify.records.models.products import Category, Product
from vinculo.identify.records.models.sources import Import, Source, SourceRecord
from vinculo.identify.records.models.traces import EventLink, ProductView, SaleEvent, Trait, Visitor

__all__ = [
    "Address",
    "Category",
    "Channel",
    "Customer",
    "Delivery",
    "Event",
    "EventLink",
    "Identifier",
    "Import",
    "Order",
    "OrderLine",
    "Product",
    "ProductView",
    "Quarantined",
    "Refusal",
    "SaleEvent",
    "Sender",
    "Source",
    "SourceRecord",
    "Traffic",
    "Trait",
    "Visitor",
    "WriteKey",
]
