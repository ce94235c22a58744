"""Attributes: what a condition may name, of a line, of what happened, of the member and of the time; nothing else."""

from dataclasses import dataclass

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
QUANTITY_SCALE = 10_000
"""Pieces are counted in ten thousandths."""


@dataclass(frozen=True)
class Attribute:
    """One thing that conditions may ask about."""

    name: str
    kind: str
    """`text`, `number`, `pieces`, `money` (in units of the currency), `date` or `flag`."""
    place: str
    """Where it lies: `line`, `order` (whatever happened), `member` or `time` (in the zone of the programme)."""
    meaning: str
    choices: tuple[str, ...] = ()


_LISTED = (
    Attribute("product", "text", "line", "Code of the product"),
    Attribute("category", "text", "line", "Category of the product, with those above it: a / b / c"),
    Attribute("quantity", "pieces", "line", "Pieces of the line"),
    Attribute("gross", "money", "line", "Amount of the line before discount"),
    Attribute("net", "money", "line", "Amount of the line after discount"),
    Attribute("discount", "money", "line", "Discount of the line"),
    Attribute("price", "money", "line", "Price of one piece before discount"),
    Attribute("discounted", "flag", "line", "The line has a discount"),
    Attribute("channel", "text", "order", "Shop or site where it happened"),
    Attribute("channel_kind", "text", "order", "Kind of the shop or site"),
    Attribute("source", "text", "order", "System that told it"),
    Attribute("order_gross", "money", "order", "Amount of the order before discount"),
    Attribute("order_net", "money", "order", "Amount of the order after discount"),
    Attribute("order_lines", "number", "order", "Lines of the order"),
    Attribute("order_quantity", "pieces", "order", "Pieces of the order"),
    Attribute("orders_before", "number", "order", "Orders of the member before this one, since joining"),
    Attribute("first_purchase", "flag", "order", "It is the first order since joining"),
    Attribute("streak_weeks", "number", "order", "Weeks in a row with an order, this one among them"),
    Attribute("streak_months", "number", "order", "Months in a row with an order, this one among them"),
    Attribute("event", "text", "order", "Name of the event"),
    Attribute("level", "text", "member", "Level of the member"),
    Attribute("segment", "text", "member", "Segment of the member"),
    Attribute("kind", "text", "member", "Person, company or group", ("person", "company", "pool")),
    Attribute("country", "text", "member", "Country of the member"),
    Attribute("city", "text", "member", "City of the member"),
    Attribute("postcode", "text", "member", "Postcode of the member"),
    Attribute("language", "text", "member", "Language of the member"),
    Attribute("acquisition_channel", "text", "member", "How the member became a customer"),
    Attribute("member_days", "number", "order", "Days since joining"),
    Attribute("weekday", "text", "time", "Day of the week", WEEKDAYS),
    Attribute("hour", "number", "time", "Hour of the day, 0 to 23"),
    Attribute("day", "number", "time", "Day of the month"),
    Attribute("month", "number", "time", "Month of the year, 1 to 12"),
    Attribute("date", "date", "time", "Date"),
)
ATTRIBUTES = {each.name: each for each in _LISTED}
"""By name."""
