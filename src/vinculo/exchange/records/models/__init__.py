"""Tables of the exchange, split by noun. Private to the room: neighbours call services and selectors."""

from vinculo.exchange.records.models.events import Delivery, Endpoint, Event
from vinculo.exchange.records.models.tokens import Reply, Token

__all__ = ["Delivery", "Endpoint", "Event", "Reply", "Token"]
