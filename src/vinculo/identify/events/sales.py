"""Sales: the order that e-commerce events add up to, in whatever order they came in.

What was sold is what the latest Order Completed or Order Updated says. Refunds bring pieces or an amount back, a
cancellation all that is left. Amounts are exact decimals until they are whole minor units.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import cache
from typing import Any, NamedTuple

from vinculo.foundation import money
from vinculo.foundation.errors import SettingsError
from vinculo.identify.events import shares
from vinculo.identify.parties.lengths import KEY, USUAL

COMPLETED, UPDATED, REFUNDED, CANCELLED = "order completed", "order updated", "order refunded", "order cancelled"
NAMES = {
    **{name: name for name in (COMPLETED, UPDATED, REFUNDED, CANCELLED)},
    "completed order": COMPLETED,
    "updated order": UPDATED,
    "refunded order": REFUNDED,
    "cancelled order": CANCELLED,
    "order canceled": CANCELLED,
}
"""Names of events that speak of an order, in small letters, and what they mean."""
VIEWED = ("product viewed", "viewed product")
MOST_PIECES = Decimal(10) ** 14
MOST_MINOR = 2**62


class UnclearError(ValueError):
    """An order that cannot be understood; `reason` is a code."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class SaleEvent(NamedTuple):
    """One event that speaks of an order."""

    meaning: str
    happened_at: datetime
    message_id: str
    user_key: str
    said: Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """What was sold of one product, or what of it came back (negative)."""

    key: str
    product: str
    name: str
    category: str
    kind: str
    quantity: Decimal
    gross_minor: int
    discount_minor: int
    net_minor: int
    tax_minor: int
    happened_at: datetime
    returns: str = ""


@dataclass(frozen=True)
class Order:
    """An order with its lines; whose it is, empty for a guest."""

    user_key: str
    happened_at: datetime
    currency: str
    lines: Sequence[Line]


def order(events: Sequence[SaleEvent], *, currency: str) -> Order | None:
    """Return the order some events add up to; nothing as long as none of them says what was sold.

    Parameters
    ----------
    events
        All events of one order number.
    currency
        What amounts are in where no event tells.

    Raises
    ------
    UnclearError
        An amount or a currency cannot be read (`require_clear`).

    Examples
    --------
    >>> from datetime import UTC
    >>> at = datetime(2026, 1, 1, tzinfo=UTC)
    >>> sold = {"products": [{"product_id": "A", "price": "9.95", "quantity": 2}], "currency": "EUR", "discount": 1}
    >>> found = order([SaleEvent(COMPLETED, at, "m1", "ana", sold)], currency="GBP")
    >>> [(line.product, line.net_minor) for line in found.lines], found.currency
    ([('A', 1890)], 'EUR')
    """
    known = sorted(events, key=lambda event: (event.happened_at, event.message_id))
    told = [event for event in known if event.meaning in (COMPLETED, UPDATED)]
    if not told:
        return None
    content = told[-1]
    kept = currency_of(content.said, currency)
    owner = next((event.user_key for event in reversed(told) if event.user_key), "")
    owner = owner or next((event.user_key for event in reversed(known) if event.user_key), "")
    first = next((event.happened_at for event in told if event.meaning == COMPLETED), told[0].happened_at)
    lines = [recognised(line, owner) for line in sold(content.said, kept, first)]
    for event in known:
        if event.meaning == REFUNDED:
            lines += back(event, lines, kept, "return")
    cancelled = [event for event in known if event.meaning == CANCELLED]
    if cancelled and cancelled[-1].happened_at >= content.happened_at:
        lines += back(cancelled[-1]._replace(said={}), lines, kept, "cancellation")
    return Order(owner, first, kept, [line if owner else replace(line, kind="guest") for line in lines])


def require_clear(event: SaleEvent, currency: str) -> None:
    """Refuse an event whose amounts, pieces or currency cannot be read."""
    kept = currency_of(event.said, currency)
    if event.meaning in (COMPLETED, UPDATED):
        sold(event.said, kept, event.happened_at)
    if event.meaning == REFUNDED:
        asked = first_amount(event.said, "total", "revenue", "value", "amount")
        minor(asked or Decimal(0), kept)
        for each in listed(event.said.get("products")):
            quantity(each.get("quantity") if isinstance(each, Mapping) else None)


def recognised(line: Line, owner: str) -> Line:
    """Return a line with its kind, by the rules of the lines of a file."""
    return replace(line, kind="guest" if not owner else "zero_price" if line.net_minor == 0 else "sale")


def sold(said: Mapping[str, Any], currency: str, at: datetime) -> list[Line]:
    """Return the lines of what was sold; an order without products is one line of its revenue."""
    goods = [each for each in listed(said.get("products")) if isinstance(each, Mapping)]
    pieces = [quantity(each.get("quantity")) for each in goods]
    prices = [amount(each.get("price")) for each in goods]
    if any(price is not None for price in prices):
        gross = [minor((price or Decimal(0)) * count, currency) for price, count in zip(prices, pieces, strict=True)]
        taken = min(max(minor(amount(said.get("discount")) or Decimal(0), currency), 0), max(sum(gross), 0))
    else:
        whole = minor(revenue(said), currency)
        gross = shares.shared(whole, pieces) if goods else [whole]
        taken = 0
    if not goods:
        goods, pieces = [{}], [Decimal(1)]
    discounts = shares.shared(taken, [Decimal(max(each, 0)) for each in gross])
    taxes = shares.shared(
        minor(amount(said.get("tax")) or Decimal(0), currency), [Decimal(max(each, 0)) for each in gross]
    )
    keys: dict[str, int] = {}
    lines = []
    for each, count, full, off, tax in zip(goods, pieces, gross, discounts, taxes, strict=True):
        product, name = code_of(each), text(each.get("name"), USUAL)
        told = hashlib.sha256(f"{product}|{name}|{full}|{count.normalize()}".encode()).hexdigest()[:16]
        keys[told] = keys.get(told, 0) + 1
        key = told if keys[told] == 1 else f"{told}#{keys[told]}"
        category = text(each.get("category"), 160)
        lines.append(Line(key, product, name, category, "sale", count, full, off, full - off, tax, at))
    return lines


def back(event: SaleEvent, lines: Sequence[Line], currency: str, kind: str) -> list[Line]:
    """Return what an event brings back: the products it names, else an amount, else all that is left."""
    mark = hashlib.sha256(event.message_id.encode()).hexdigest()[:12]
    left = {line.key: remaining(line, lines) for line in lines if not line.returns and line.quantity > 0}
    goods = [each for each in listed(event.said.get("products")) if isinstance(each, Mapping)]
    if goods:
        parts = pieces_back(goods, left)
        return [
            returned(line, left[line.key], parts[line.key], event, kind, mark) for line in lines if line.key in parts
        ]
    whole = sum(line.net_minor for line in left.values())
    asked = first_amount(event.said, "total", "revenue", "value", "amount")
    if asked is not None and 0 < (sum_minor := minor(asked, currency)) < whole:
        return [Line(f"{mark}:amount", "", "", "", kind, Decimal(-1), -sum_minor, 0, -sum_minor, 0, event.happened_at)]
    return [
        returned(line, left[line.key], left[line.key].quantity, event, kind, mark)
        for line in lines
        if line.key in left and left[line.key].quantity > 0
    ]


def pieces_back(goods: Sequence[Mapping[str, Any]], left: Mapping[str, Line]) -> dict[str, Decimal]:
    """Return how many pieces of each line some products take back: never more than are left of it."""
    parts: dict[str, Decimal] = {}
    for each in goods:
        wanted = quantity(each.get("quantity"))
        for key, line in left.items():
            part = min(wanted, line.quantity - parts.get(key, Decimal(0))) if line.product == code_of(each) else 0
            if part > 0:
                wanted -= part
                parts[key] = parts.get(key, Decimal(0)) + part
    return parts


def remaining(line: Line, lines: Sequence[Line]) -> Line:
    """Return what is left of a line after what has been brought back of it."""
    gone = [each for each in lines if each.returns == line.key]
    return replace(
        line,
        quantity=line.quantity + sum((each.quantity for each in gone), Decimal(0)),
        gross_minor=line.gross_minor + sum(each.gross_minor for each in gone),
        discount_minor=line.discount_minor + sum(each.discount_minor for each in gone),
        net_minor=line.net_minor + sum(each.net_minor for each in gone),
        tax_minor=line.tax_minor + sum(each.tax_minor for each in gone),
    )


def returned(line: Line, left: Line, part: Decimal, event: SaleEvent, kind: str, mark: str) -> Line:
    """Return the line that brings some pieces of a line back; the last ones take what rounding left."""

    def of(whole: int) -> int:
        return -whole if part == left.quantity else -rounded(Decimal(whole) * part / left.quantity)

    gross, off = of(left.gross_minor), of(left.discount_minor)
    return replace(
        line,
        key=f"{mark}:{line.key}",
        kind=kind,
        quantity=-part,
        gross_minor=gross,
        discount_minor=off,
        net_minor=gross - off,
        tax_minor=of(left.tax_minor),
        happened_at=event.happened_at,
        returns=line.key,
    )


def revenue(said: Mapping[str, Any]) -> Decimal:
    """Return what an order without prices was worth: its revenue, or its total without tax and shipping."""
    found = first_amount(said, "revenue", "subtotal", "value")
    if found is not None:
        return found
    total = amount(said.get("total"))
    if total is None:
        raise UnclearError("amount")
    return total - (amount(said.get("tax")) or 0) - (amount(said.get("shipping")) or 0)


def first_amount(said: Mapping[str, Any], *names: str) -> Decimal | None:
    """Return the first amount that is said."""
    return next((found for name in names if (found := amount(said.get(name))) is not None), None)


def amount(written: object) -> Decimal | None:
    """Return an amount, exactly as it was written; nothing where none is said.

    >>> amount("12.50"), amount(3), amount(None)
    (Decimal('12.50'), Decimal('3'), None)
    """
    if written is None or written == "":
        return None
    if isinstance(written, bool) or not isinstance(written, int | Decimal | str):
        raise UnclearError("amount")
    try:
        found = Decimal(written)
    except (InvalidOperation, ValueError):
        raise UnclearError("amount") from None
    if not found.is_finite():
        raise UnclearError("amount")
    return found


def quantity(written: object) -> Decimal:
    """Return a number of pieces, to the ten-thousandth; one where none is said."""
    found = amount(written)
    if found is None:
        return Decimal(1)
    if not 0 < found < MOST_PIECES:
        raise UnclearError("quantity")
    return found.quantize(Decimal("0.0001"), ROUND_HALF_EVEN)


def minor(found: Decimal, currency: str) -> int:
    """Return an amount in minor units."""
    if found.adjusted() > 20:
        raise UnclearError("amount")
    whole = rounded(found * scale(currency))
    if abs(whole) > MOST_MINOR:
        raise UnclearError("amount")
    return whole


@cache
def scale(currency: str) -> int:
    """Return the minor units of one major unit."""
    return money.minor_per_major(currency)


def rounded(found: Decimal) -> int:
    """Return a whole number, half to even."""
    return int(found.to_integral_value(ROUND_HALF_EVEN))


def currency_of(said: Mapping[str, Any], default: str) -> str:
    """Return the currency of an order."""
    written = said.get("currency")
    code = written.strip().upper() if isinstance(written, str) and written.strip() else default
    try:
        scale(code)
    except SettingsError:
        raise UnclearError("currency") from None
    return code


def code_of(product: Mapping[str, Any]) -> str:
    """Return the code a product is known by."""
    return next((found for name in ("product_id", "productId", "sku", "id") if (found := text(product.get(name)))), "")


def text(written: object, longest: int = KEY) -> str:
    """Return a text, or a number as one; empty where there is none, or one too long to be kept."""
    if isinstance(written, int | Decimal) and not isinstance(written, bool):
        written = str(written)
    if not isinstance(written, str) or len(written) > longest:
        return ""
    return written.replace("\x00", "").strip()


def listed(written: object) -> Sequence[Any]:
    """Return a list, empty where there is none."""
    return written if isinstance(written, list) else ()
