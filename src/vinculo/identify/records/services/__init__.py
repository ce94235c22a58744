"""What is done with the common customer base: by hand (`customers`) and a whole file at a time (`imports`)."""

from vinculo.identify.records.services.by_hand import (
    BusyError,
    Change,
    ChangedMeanwhileError,
    KeyTakenError,
    identifier_add,
    source_ensure,
)
from vinculo.identify.records.services.customers import (
    customer_change,
    customer_change_undo,
    customer_create,
    customer_key_add,
)

__all__ = [
    "BusyError",
    "Change",
    "ChangedMeanwhileError",
    "KeyTakenError",
    "customer_change",
    "customer_change_undo",
    "customer_create",
    "customer_key_add",
    "identifier_add",
    "source_ensure",
]
