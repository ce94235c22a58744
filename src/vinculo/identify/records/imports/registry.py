"""The kinds of import there are."""

from vinculo.identify.records.imports.kinds import Kind
from vinculo.identify.records.orders import kind as orders
from vinculo.identify.records.parties import kinds as parties
from vinculo.identify.records.relations import files as relations

KINDS: dict[str, Kind] = {
    "orders": orders.Orders(),
    "customers": parties.CUSTOMERS,
    "products": parties.PRODUCTS,
    "relations": relations.Relations(),
}
