"""Tables of the common customer base, split by noun. Private to the room: neighbours call services and selectors."""

from vinculo.identify.records.models.consents import ConsentChannel, ConsentEntry, ConsentPurpose, ConsentRequest
from vinculo.identify.records.models.customers import Address, Customer, Identifier
from vinculo.identify.records.models.events import (
    AccountEvent,
    AccountRole,
    Delivery,
    Event,
    EventLink,
    Pace,
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
from vinculo.identify.records.models.membership import Assertion, Candidate, Matching, Membership, Merge
from vinculo.identify.records.models.orders import Channel, Order, OrderLine
from vinculo.identify.records.models.products import Category, Product
from vinculo.identify.records.models.quality import FieldOwner, Finding, Measurement, Threshold
from vinculo.identify.records.models.relations import (
    Household,
    HouseholdMembership,
    HouseholdPair,
    LinkChange,
    Relation,
    RelationKind,
)
from vinculo.identify.records.models.rights import RetentionRule, RightsRequest, Tombstone
from vinculo.identify.records.models.sources import (
    Import,
    ImportTemplate,
    Source,
    SourceRecord,
    WatchedFile,
    WatchedFolder,
)

__all__ = [
    "AccountEvent",
    "AccountRole",
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
    "FieldOwner",
    "Finding",
    "Household",
    "HouseholdMembership",
    "HouseholdPair",
    "Identifier",
    "Import",
    "ImportTemplate",
    "Lead",
    "LeadStep",
    "LinkChange",
    "Matching",
    "Measurement",
    "Membership",
    "Merge",
    "Order",
    "OrderLine",
    "Pace",
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
    "Threshold",
    "Tombstone",
    "Traffic",
    "Trait",
    "Visitor",
    "WatchedFile",
    "WatchedFolder",
    "WriteKey",
]
