"""What events say: when, of whom, and what was sold; to the second and to the minor unit."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vinculo.identify.events import calls, clock, sales, shares, splitting, traits
from vinculo.identify.events.sales import CANCELLED, COMPLETED, REFUNDED, SaleEvent

RECEIVED = datetime(2026, 1, 1, 12, 0, 10, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize(
    ("original", "sent", "happened", "remark"),
    [
        # The vector of the reference: a device five minutes fast.
        ("2026-01-01T12:05:00Z", "2026-01-01T12:05:05Z", "12:00:05", ""),
        ("2026-01-01T11:00:00.500Z", None, "11:00:00.500000", ""),
        ("2026-01-01T12:00:00+02:00", None, "10:00:00", ""),
        ("2026-01-01T12:00:00", None, "11:00:00", "without_zone"),
        (None, "2026-01-01T12:05:05Z", "12:00:10", ""),
        ("2030-01-01T00:00:00Z", None, "12:00:10", "ahead"),
    ],
)
def test_a_wrong_clock_cancels_itself_out(original: str | None, sent: str | None, happened: str, remark: str) -> None:
    found = clock.happened(original=original, sent=sent, received=RECEIVED, zone=MADRID)

    assert (found.at.time().isoformat(), found.remark) == (happened, remark)


@pytest.mark.parametrize("wrong", ["", "soon", "2026-13-01", 17, {"a": 1}, "0001-01-01T00:00:00+14:00", "1969-12-31"])
def test_a_time_that_no_calendar_knows_is_refused(wrong: object) -> None:
    with pytest.raises(clock.UnreadableTimeError):
        clock.happened(original=wrong, sent=None, received=RECEIVED, zone=UTC)


@given(st.text(max_size=60), st.text(max_size=60))
def test_items_are_told_apart_whatever_stands_in_their_texts(one: str, other: str) -> None:
    import json

    items = [{"a": one, "b": [other, {"c": one}]}, {"d": other}]

    found = splitting.split(json.dumps({"x": one, "batch": items, "y": [other]}))

    assert found is not None
    assert [json.loads(item) for item in found.items] == items
    assert json.loads(found.envelope) == {"x": one, "batch": [], "y": [other]}


@given(st.binary(max_size=300))
def test_no_body_brings_anything_but_an_answer(body: bytes) -> None:
    for whole in (body, b'{"batch": [' + body + b"]}", b'{"userId": ' + body + b"}"):
        try:
            parcel = calls.opened(whole, "batch")
        except (calls.MalformedError, calls.TooLargeError):
            continue
        list(calls.read(parcel, received=RECEIVED, zone=UTC))
        calls.client(parcel)


@given(st.integers(-(10**9), 10**9), st.lists(st.decimals(0, 10**6, places=2), min_size=1, max_size=9))
def test_shares_add_up_to_the_whole(whole: int, weights: list[Decimal]) -> None:
    assert sum(shares.shared(whole, weights)) == whole


def sale(meaning: str, minute: int, **said: object) -> SaleEvent:
    return SaleEvent(meaning, RECEIVED + timedelta(minutes=minute), f"m{minute}", "ana", said)


PRODUCTS = st.lists(
    st.fixed_dictionaries(
        {
            "product_id": st.sampled_from(["A", "B", "C"]),
            "price": st.decimals(0, 500, places=2),
            "quantity": st.integers(1, 9),
        }
    ),
    min_size=1,
    max_size=5,
)


@given(PRODUCTS, st.decimals(0, 50, places=2), st.decimals(0, 50, places=2), st.lists(PRODUCTS, max_size=3))
def test_what_is_sold_and_all_that_comes_back_of_it_is_nothing(
    products: list[dict[str, object]], discount: Decimal, tax: Decimal, back: list[list[dict[str, object]]]
) -> None:
    sold = sale(COMPLETED, 0, products=products, discount=discount, tax=tax, currency="EUR")
    refunds = [sale(REFUNDED, 1 + place, products=each) for place, each in enumerate(back)]

    found = sales.order([sale(CANCELLED, 99), *refunds, sold], currency="EUR")

    assert found is not None
    assert sum(line.quantity for line in found.lines) == 0
    assert sum(line.net_minor for line in found.lines) == 0
    assert sum(line.tax_minor for line in found.lines) == 0
    assert len({line.key for line in found.lines}) == len(found.lines)
    assert all(line.gross_minor - line.discount_minor == line.net_minor for line in found.lines)


def test_an_order_without_products_is_its_revenue() -> None:
    found = sales.order([sale(COMPLETED, 0, total="121.00", tax=Decimal("21"), currency="jpy")], currency="EUR")

    assert found is not None
    assert ([line.net_minor for line in found.lines], found.currency) == ([100], "JPY")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"revenue": "1,50"}, "amount"),
        ({"revenue": True}, "amount"),
        ({"revenue": "NaN"}, "amount"),
        ({"revenue": "1e30"}, "amount"),
        ({}, "amount"),
        ({"revenue": 1, "currency": "EURO"}, "currency"),
        ({"products": [{"price": 1, "quantity": 0}]}, "quantity"),
        ({"products": [{"price": 1, "quantity": "many"}]}, "amount"),
    ],
)
def test_what_cannot_be_read_of_an_order_is_said(said: dict[str, object], reason: str) -> None:
    with pytest.raises(sales.UnclearError) as found:
        sales.require_clear(sale(COMPLETED, 0, **said), "EUR")

    assert found.value.reason == reason


def test_traits_that_are_no_texts_say_nothing() -> None:
    strange = {"name": {"first": "x"}, "email": 5, "phone": True, "address": [1], "firstName": "y" * 5_000}

    assert traits.of_user(strange) == {}
    assert traits.of_user({}, locale="es-MX") == {"language": {"language": "es"}}
