"""All that happened with one customer is one stream of days, read page by page without loss, whoever reads it."""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as some
from tests.make import bound, events, served, store

from vinculo.foundation.errors import InputError
from vinculo.identify.records import services
from vinculo.identify.records.leads import services as leads
from vinculo.identify.records.membership import services as membership
from vinculo.identify.records.models import Customer
from vinculo.identify.records.timeline import details, selectors
from vinculo.identify.records.timeline.selectors import Entry
from vinculo.identify.timeline import streams

NOW = events.NOW


def read(*customers: Customer, size: int = 100, wanted: tuple[str, ...] = streams.STREAMS) -> list[Entry]:
    """Read the whole timeline, page by page."""
    found: list[Entry] = []
    after = ""
    while True:
        ids = [each.pk for each in customers]
        page = selectors.timeline(customer_ids=ids, wanted=wanted, after=after, size=size, zone=UTC)
        assert 0 < len(page.entries) <= size or not after
        found += page.entries
        if not page.after:
            return found
        after = page.after


@pytest.fixture
def ana(records: store.Database) -> Customer:
    """A customer of a shop to whom a bit of everything happened, much of it at the same moment."""
    source, _key = events.source()
    sent = [events.event("identify", 1, user="u1", visitor="v1", minute=2, traits={"name": "Ana Ruiz"})]
    sent += [events.event("page", 10 + n, visitor="v1", minute=n // 4, name=f"Page {n}") for n in range(9)]
    sent += [events.track("Order Completed", 30, user="u1", minute=5, said=sold("W1"))]
    sent += [events.event("page", 40 + n, user="u1", minute=50 + n, name="Later") for n in range(2)]
    events.receive(source, *sent)
    events.understand()
    made = events.customer(source, "u1")
    services.customer_change(customer_id=made.pk, change=services.Change({"city": "Vigo"}), now=NOW)
    for place in range(4):
        served.order(made, f"B{place}", days_ago=place // 2, lines=[{"product": "cup", "net_minor": 500}])
    other = served.customer("Luis", number="L1")
    bound.bind("friend", made, other)
    lead = leads.lead_open(customer_id=made.pk, prospect=leads.Prospect(interest="cups"), now=NOW)
    leads.lead_move(lead_id=lead.pk, to_stage="qualified", now=NOW)
    return made


def sold(number: str) -> dict[str, object]:
    return {"order_id": number, "currency": "EUR", "products": [{"product_id": "p", "price": 5, "quantity": 1}]}


def test_everything_is_there_once_and_what_followed_closely_is_one_visit(ana: Customer) -> None:
    found = read(ana)

    assert sorted({each.stream for each in found}) == ["arrival", "change", "event", "lead", "link", "order"]
    visits = [each.visit for each in found if each.visit]
    assert [len(visit.events) for visit in visits] == [2, 11]
    assert visits[1].events[-1].name == "Page 0", "events of a visitor belong to whom he turned out to be"
    assert [each.clock for each in found] == sorted((each.clock for each in found), reverse=True)
    said = details.details_of(found)
    assert {len(said.orders), len(said.steps), len(said.links)} == {5, 2, 1}


def test_pages_of_any_size_give_each_entry_once_in_the_same_order(ana: Customer) -> None:
    whole = read(ana)

    @trying(max_examples=12, deadline=None)
    @given(size=some.integers(1, 12), most=some.sampled_from([3, 4, 7, 300]))
    def tried(size: int, most: int) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(selectors, "EVENTS", most)
            paged = read(ana, size=size)
        # A visit too long to be read at once is shown in parts; all else is as it is.
        assert [each for each in paged if not each.visit] == [each for each in whole if not each.visit]
        assert [event for each in paged if each.visit for event in each.visit.events] == [
            event for each in whole if each.visit for event in each.visit.events
        ]
        assert [each.clock for each in paged] == sorted((each.clock for each in paged), reverse=True)

    tried()


def test_one_kind_is_read_alone_and_an_invented_place_is_refused(ana: Customer) -> None:
    assert {each.stream for each in read(ana, wanted=("order",), size=2)} == {"order"}
    assert selectors.present(customer_ids=[ana.pk], wanted=("order", "merge"), zone=UTC) == {"order"}
    for invented in ("order.1", "nothing.1.1", "order.1.-5", "order.zzzzzzzzzzzzzz.1", "x", "order.1.zzzzzzzzzzzzzzzz"):
        with pytest.raises(InputError, match="no such place"):
            selectors.timeline(customer_ids=[ana.pk], wanted=("order",), after=invented, zone=UTC)


def test_merged_parties_have_one_timeline_and_each_its_own_again_afterwards(ana: Customer) -> None:
    twin = served.customer("Ana", number="T1")
    served.order(twin, "T-1", days_ago=1, lines=[{"product": "cup", "net_minor": 500}])
    before = (read(ana), read(twin))

    merge = membership.customers_merge(customer_ids=[ana.pk, twin.pk], survivor=ana.pk, now=NOW)
    one = read(ana, twin)
    membership.merge_undo(merge_id=merge.pk, now=NOW)

    assert {(each.stream, each.id) for side in before for each in side} == {
        (each.stream, each.id) for each in one if each.stream != "merge"
    }
    for customer, entries in zip((ana, twin), before, strict=True):
        assert [each for each in read(customer) if each.stream != "merge"] == entries
        assert len([each for each in read(customer) if each.stream == "merge"]) == 2


def test_a_sale_keeps_its_own_clock_beside_moments_of_the_company(ana: Customer) -> None:
    zone = ZoneInfo("America/Bogota")
    (latest, *_rest) = selectors.timeline(customer_ids=[ana.pk], wanted=("event",), zone=zone).entries
    (order, *_others) = selectors.timeline(customer_ids=[ana.pk], wanted=("order",), zone=zone).entries

    assert latest.clock == latest.at.replace(tzinfo=None) - timedelta(hours=5)
    assert order.clock == order.at.replace(tzinfo=None)
