"""Happening: something that starts or keeps promises, told by whoever sees it."""

from dataclasses import dataclass
from datetime import date, datetime

ORDER_PLACED = "order.placed"
"""What orders that come one by one are told as; other events have the name their guarantee and their teller use."""


@dataclass(frozen=True)
class Happening:
    """What happened, to which order or case, of whom, and when."""

    program_id: int
    event: str
    reference: str
    happened_at: datetime
    customer_id: int | None = None
    promised_on: date | None = None
    """The day that was promised, of guarantees that hold on a day."""
    origin: str = ""
    """Where the reference is counted: the code of the source of an order."""
