"""Names: the stable codes of the tables in the reader's words."""

from collections.abc import Iterable, Mapping
from typing import Any

from vinculo.differentiate.rfmt import segments as rfmt_segments
from vinculo.differentiate.validation import sentences
from vinculo.measure.charts.reader import Reader

NAMES: dict[str, str] = {
    **sentences.NAMES,
    **{code: name for code, (name, _) in rfmt_segments.names().items()},
    "high_performance": "High performance",
    "high_potential": "High potential",
    "standard": "Standard",
    "below_zero": "Below zero",
    "acquire": "Acquire",
    "maintain": "Maintain",
    "maximise": "Maximise",
    "build_loyalty": "Build loyalty",
    "retain": "Retain",
    "let_go": "Let go",
    "gross_sales": "Gross sales",
    "discounts": "Discounts",
    "returns": "Returns",
    "net_sales": "Net sales",
    "cost_of_goods": "Cost of goods",
    "margin": "Margin",
    "contacts": "Contacts",
    "deliveries": "Deliveries",
    "returns_handling": "Handling of returns",
    "commissions": "Commissions",
    "other": "Other costs to serve",
    "cost_to_serve": "Cost to serve",
    "contribution": "Contribution (past profit)",
    "sale": "Sales",
    "return": "Goods returned",
    "cancellation": "Cancellations",
    "other_currency": "In another currency",
    "guest": "Guest sales, without a customer",
    "zero_price": "Lines without a price",
    "not_goods": "Not goods (postage, fees, samples)",
    "adjustment": "Adjustments",
    "after_as_of": "After the day of the analysis",
    "future": "Dated in the future",
    "rejected": "Could not be read",
    "duplicate": "Repeats of another line",
    "customer_id": "Customer",
    "happened_at": "Date",
    "time": "Time",
    "order_id": "Order",
    "product_id": "Product code",
    "product_name": "Product name",
    "category": "Category",
    "quantity": "Quantity",
    "unit_price": "Price of a piece",
    "amount": "Amount",
    "gross": "Amount before discount",
    "discount": "Discount",
    "unit_cost": "Cost of a piece",
    "cost": "Cost",
    "currency": "Currency",
    "dmy": "day, month, year",
    "mdy": "month, day, year",
    "ymd": "year, month, day",
    "country": "Country",
    "channel": "Channel",
    "segment": "Segment",
    "dominant_category": "Type of goods",
    "cohort": "Month of the first purchase",
    "no_margin": "Sold without a margin",
    "small_orders": "Orders too small for their delivery",
}


def of(reader: Reader, code: str) -> str:
    """Return the name of a code in the reader's language; a code without a name is written as words.

    >>> of(Reader("en", "EUR"), "build_loyalty")
    'Build loyalty'
    """
    name = reader.say(NAMES.get(code) or code.replace("_", " "))
    return name[:1].upper() + name[1:]


def segments(reader: Reader, given: Iterable[Mapping[str, Any]] = ()) -> dict[str, tuple[str, str]]:
    """Return the name and the meaning of each segment code; what a company wrote itself is not translated.

    Parameters
    ----------
    given
        The company's own rules as its settings hold them; none stands for the segments of RFM.

    Raises
    ------
    SettingsError
        When a rule lacks its code, or has a range that is no range.

    >>> own = [{"code": "vip", "name": "Our best", "recency": [4, 5]}, {"code": "all_others"}]
    >>> segments(Reader("en", "EUR"), own)["vip"], segments(Reader("en", "EUR"), own)["all_others"]
    (('Our best', ''), ('All others', ''))
    """
    rules = rfmt_segments.read(given)
    if not rules:
        return rfmt_segments.names(translate=reader.say)
    own = {rule.code: (of(reader, rule.code) if rule.name == rule.code else rule.name, rule.meaning) for rule in rules}
    nobody = rfmt_segments.NO_PURCHASE
    return {nobody.code: (reader.say(nobody.name), reader.say(nobody.meaning)), **own}
