"""Happening: something that starts or keeps promises, told by whoever sees it."""

from dataclasses import dataclass
from datetime import date, datetime

ORDER_PLACED = "order.placed"
"""What orders that come one by one are told as; every other event has the name that its guarantee and its teller use."""


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
