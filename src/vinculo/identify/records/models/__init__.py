"""Tables of the common customer base, split by noun. Private to the room: neighbours call services and selectors."""

from vinculo.identify.records.models.customers import Address, Customer, Identifier
from vinculo.identify.records.models.households import Household, HouseholdMembership, HouseholdPair
from vinculo.identify.records.models.leads import Lead, LeadStep
from vinculo.identify.records.models.orders import Channel, Order, OrderLine
from vinculo.identify.records.models.products import Category, Product
from vinculo.identify.records.models.relations import LinkChange, Relation, RelationKind
from vinculo.identify.records.models.sources import Import, Source, SourceRecord

__all__ = [
    "Address",
    "Category",
    "Channel",
    "Customer",
    "Household",
    "HouseholdMembership",
    "HouseholdPair",
    "Identifier",
    "Import",
    "Lead",
    "LeadStep",
    "LinkChange",
    "Order",
    "OrderLine",
    "Product",
    "Relation",
    "RelationKind",
    "Source",
    "SourceRecord",
]
