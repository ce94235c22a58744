"""Tables of the common customer base, split by noun. Private to the room: neighbours call services and selectors."""

from vinculo.identify.records.models.consents import ConsentChannel, ConsentEntry, ConsentPurpose, ConsentRequest
from vinculo.identify.records.models.customers import Address, Customer, Identifier
from vinculo.identify.records.models.events import (
    Delivery,
    Event,
    EventLink,
    ProductView,
    Quarantined,
    Refusal,
    SaleEvent,
    Sender,
    Traffic,
    Trait,
    Visitor,
    WriteKey,
)
from vinculo.identify.records.models.leads import Lead, LeadStep
from vinculo.identify.records.models.membership import Assertion, Candidate, Matching, MatchingPolicy, Membership, Merge
from vinculo.identify.records.models.orders import Channel, Order, OrderLine
from vinculo.identify.records.models.products import Category, Product
from vinculo.identify.records.models.relations import (
    Household,
    HouseholdMembership,
    HouseholdPair,
    LinkChange,
    Relation,
    RelationKind,
)
from vinculo.identify.records.models.rights import RetentionRule, RightsRequest, Tombstone
from vinculo.identify.records.models.sources import Import, Source, SourceRecord

__all__ = [
    "Address",
    "Assertion",
    "Candidate",
    "Category",
    "Channel",
    "ConsentChannel",
    "ConsentEntry",
    "ConsentPurpose",
    "ConsentRequest",
    "Customer",
    "Delivery",
    "Event",
    "EventLink",
    "Household",
    "HouseholdMembership",
    "HouseholdPair",
    "Identifier",
    "Import",
    "Lead",
    "LeadStep",
    "LinkChange",
    "Matching",
    "MatchingPolicy",
    "Membership",
    "Merge",
    "Order",
    "OrderLine",
    "Product",
    "ProductView",
    "Quarantined",
    "Refusal",
    "Relation",
    "RelationKind",
    "RetentionRule",
    "RightsRequest",
    "SaleEvent",
    "Sender",
    "Source",
    "SourceRecord",
    "Tombstone",
    "Traffic",
    "Trait",
    "Visitor",
    "WriteKey",
]
