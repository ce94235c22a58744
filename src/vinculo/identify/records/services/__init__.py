"""What is done with the common customer base: by hand (`customers`) and a whole file at a time (`imports`)."""

from vinculo.identify.records.services.customers import (
    CHANGEABLE,
    NewCustomer,
    customer_change,
    customer_create,
    identifier_add,
    identifier_normalise,
    source_ensure,
)

__all__ = [
    "CHANGEABLE",
    "NewCustomer",
    "customer_change",
    "customer_create",
    "identifier_add",
    "identifier_normalise",
    "source_ensure",
]
