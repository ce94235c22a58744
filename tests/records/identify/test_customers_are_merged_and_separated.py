"""Customers are made one and separated again; nothing that belongs to anybody is lost, moved or forgotten."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st
from tests.make import imports, parties, programs, rewards, served, store

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.identify.records import facts, selectors_customer, selectors_hand
from vinculo.identify.records import services as hands
from vinculo.identify.records.consents import log
from vinculo.identify.records.consents import selectors as consents
from vinculo.identify.records.leads import services as leads
from vinculo.identify.records.membership import golden, moves, preview, selectors, services
from vinculo.identify.records.models import (
    Assertion,
    ConsentChannel,
    ConsentPurpose,
    Customer,
    Membership,
    Merge,
    Order,
)
from vinculo.identify.records.store import store_address
from vinculo.identify.records.timeline import selectors as timeline
from vinculo.identify.timeline import streams
from vinculo.measure.records import selectors as lists
from vinculo.programs.records.customers import standing
from vinculo.programs.records.models import Lot, Program, Redemption
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.landing import landing

NOW = served.NOW
PEOPLE = 6


def people() -> list[Customer]:
    return [served.customer(f"Customer {place}", number=f"C-{place}") for place in range(PEOPLE)]


def merge(*customers: Customer, survivor: Customer | None = None, overrule: bool = False) -> Merge:
    with actor.acting("ana"):
        return services.customers_merge(
            customer_ids=[each.pk for each in customers],
            now=NOW,
            survivor=survivor.pk if survivor else None,
            overrule=overrule,
        )


def separate(made: Merge, reason: str = "") -> Merge:
    with actor.acting("ana"):
        return services.merge_undo(merge_id=made.pk, now=NOW, why=services.Why(reason))


def belonging() -> dict[int, int | None]:
    """Return whom each party belongs to, after a look that both tables say the same and nobody belongs to a party."""
    found = dict(Customer.objects.values_list("id", "merged_into"))
    rows = dict(Membership.objects.filter(valid_to=None).values_list("party_id", "customer_id"))
    assert rows == {party: customer for party, customer in found.items() if customer is not None}
    assert not set(rows) & set(rows.values())
    return found


@pytest.mark.usefixtures("records")
class TestMerging:
    def test_orders_stay_where_they_are_and_are_seen_with_the_customer(self) -> None:
        one, other, *_ = people()
        served.order(other, "1", days_ago=10, lines=[{"product": "cup", "net_minor": 500}])

        made = merge(one, other, survivor=one)

        members = selectors.members_of(customer_id=one.pk)
        assert members == (one.pk, other.pk)
        assert Order.objects.get(number="1").customer_id == other.pk
        assert [each.net_minor for each in selectors_customer.order_sums_of(customer_ids=members)] == [500]
        separate(made)
        assert selectors_customer.order_sums_of(customer_ids=selectors.members_of(customer_id=one.pk)) == []

    def test_the_customer_with_most_orders_takes_the_others_in(self) -> None:
        one, other, *_ = people()
        served.order(other, "1", days_ago=10, lines=[{"product": "cup", "net_minor": 500}])

        assert merge(one, other).customer_id == other.pk

    def test_a_number_that_lost_a_merge_leads_on_for_ever(self) -> None:
        one, two, three, *_ = people()
        merge(one, two, survivor=two)
        merge(two, three, survivor=three)

        assert selectors.current_of([one.pk, two.pk, three.pk]) == dict.fromkeys([one.pk, two.pk, three.pk], three.pk)
        assert belonging()[one.pk] == three.pk

    def test_a_merge_taken_back_frees_its_parties_though_their_customer_was_merged_since(self) -> None:
        one, two, three, *_ = people()
        first = merge(one, two, survivor=two)
        second = merge(two, three, survivor=three)

        separate(first)
        assert (belonging()[one.pk], belonging()[two.pk]) == (None, three.pk)
        separate(second)
        assert set(belonging().values()) == {None}

    def test_a_merge_taken_back_gives_a_customer_its_own_parties_again(self) -> None:
        one, two, three, *_ = people()
        merge(one, two, survivor=two)
        separate(merge(two, three, survivor=three))

        assert (belonging()[one.pk], belonging()[two.pk]) == (two.pk, None)

    def test_the_separated_stay_apart_until_somebody_overrules_it(self) -> None:
        one, two, three, *_ = people()
        separate(merge(one, two), "Father and son.")

        assert Assertion.objects.get().reason == "Father and son."
        merge(one, three, survivor=three)
        with pytest.raises(InputError, match="ana has said"):
            merge(two, three)
        merge(two, three, overrule=True)
        assert not Assertion.objects.filter(withdrawn_at=None)

    def test_what_is_one_already_or_is_nobody_is_refused(self) -> None:
        one, two, *_ = people()
        made = merge(one, two)

        with pytest.raises(InputError, match="nothing to merge"):
            merge(one, two)
        with pytest.raises(InputError, match="no customer 999"):
            services.customers_merge(customer_ids=[one.pk, 999], now=NOW)
        separate(made)
        with pytest.raises(InputError, match="not a merge that can be taken back"):
            separate(made)

    def test_it_is_announced_with_ids_alone_and_a_listener_that_fails_undoes_it(self) -> None:
        one, two, three, *_ = people()
        heard = []

        def listen(**fact: object) -> None:
            heard.append({name: fact[name] for name in ("customer_id", "party_ids")})

        def fail(**_fact: object) -> None:
            raise InputError("The points cannot follow.")

        facts.customers_merged.connect(listen)
        try:
            merge(one, two, survivor=one)
            assert heard == [{"customer_id": one.pk, "party_ids": [two.pk]}]
            facts.customers_merged.connect(fail)
            with pytest.raises(InputError, match="points"):
                merge(one, three)
        finally:
            facts.customers_merged.disconnect(listen)
            facts.customers_merged.disconnect(fail)
        assert Merge.objects.count() == 1

    def test_it_is_found_by_what_any_of_its_parties_is_called_and_listed_once(self) -> None:
        one = served.customer("Ana Ruiz", number="C-1", email="ana@ruiz.es")
        two = served.customer("A. Ruiz Gil", number="C-2", email="gil@example.org")
        merge(one, two, survivor=one)

        for text in ("gil", "gil@exa", "c-2", "ana"):
            assert lists.customer_list(lists.Filters(search=text)).ids == (one.pk,), text
        assert lists.customer_list(lists.Filters()).ids == (one.pk,)
        assert lists.customer_count(lists.Filters(search="ruiz"), exactly=True).number == 1

    def test_a_list_of_values_holds_nobody_who_was_merged_since_the_run(self) -> None:
        one, two, *_ = people()
        run = served.published([{"customer_id": each.pk, "total_value_minor": 100} for each in (one, two)])
        merge(one, two, survivor=one)

        assert lists.customer_list(lists.Filters(run_id=run.pk), sort="total").ids == (one.pk,)


@pytest.mark.usefixtures("records")
class TestWhatStands:
    def test_the_latest_word_of_a_name_and_what_only_one_says_stand_with_their_reason(self) -> None:
        one = served.customer("C-1", number="C-1", country="ES")
        two = served.customer("Ana Ruiz Gil", number="C-2", given_name="Ana", family_name="Ruiz")
        merge(one, two, survivor=one)

        stands = {
            each.group: (each.values[each.group], each.party_id)
            for each in golden.golden_of([one.pk, two.pk])
            if each.group in ("name", "country")
        }
        assert stands == {"name": ("Ana Ruiz Gil", two.pk), "country": ("ES", one.pk)}
        assert golden.names_of([one.pk]) == {one.pk: "Ana Ruiz Gil"}

    def test_what_a_hand_wrote_stands_and_separating_leaves_each_its_own(self) -> None:
        one = served.customer("Ana Ruiz", number="C-1", language="es")
        two = served.customer("Ana R. Gil", number="C-2", language="ca")
        made = merge(one, two, survivor=one)
        fields = golden.fields_of(Customer.objects.get(pk=one.pk))

        with actor.acting("ana"):
            hands.customer_change(
                customer_id=one.pk, change=hands.Change({**fields, "language": "gl"}), now=NOW + timedelta(days=1)
            )

        assert golden.fields_of(Customer.objects.get(pk=one.pk))["language"] == "gl"
        separate(made)
        assert golden.fields_of(Customer.objects.get(pk=one.pk))["language"] == "gl"
        assert golden.fields_of(Customer.objects.get(pk=one.pk))["name"] == "Ana Ruiz"
        assert golden.fields_of(Customer.objects.get(pk=two.pk))["language"] == "ca"

    def test_a_preview_says_what_would_stand_and_what_follows_and_changes_nothing(self) -> None:
        one, two, *_ = people()
        served.order(two, "1", days_ago=10, lines=[{"product": "cup", "net_minor": 500}])

        seen = preview.merge_preview(customer_ids=[one.pk, two.pk])

        assert (seen.survivor, [side.customer.pk for side in seen.sides]) == (two.pk, [two.pk, one.pk])
        assert [dict(side.children)["Orders"] for side in seen.sides] == [1, 0]
        assert set(belonging().values()) == {None}
        made = merge(one, two)
        staying, leaving = preview.undo_preview(merge=made)
        assert (staying.party_ids, leaving.party_ids) == ((two.pk,), (one.pk,))


@pytest.mark.usefixtures("records")
class TestImports:
    def test_customers_of_an_import_that_is_undone_are_let_go_and_their_parties_stay_together(self) -> None:
        imported, _counts = parties.bring("Código;Nombre;Apellidos\n1;Ana;Ruiz\n")
        gone = Customer.objects.get()
        two, three, *_ = people()
        merge(gone, two, survivor=gone)
        merge(gone, three, survivor=gone)

        parties.take_back(imported)

        assert not Customer.objects.filter(pk=gone.pk)
        assert (belonging()[two.pk], belonging()[three.pk]) == (None, two.pk)

    def test_a_party_of_an_import_of_orders_that_is_undone_goes_alone(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(settings, "IMPORTS_FOLDER", tmp_path)
        imported = imports.bring(imports.HEADER + "1;7;03/04/2021;A;Taza;;;;2;9,50\n")
        gone = Customer.objects.get()
        one, *_ = people()
        merge(gone, one, survivor=one)

        imports.take_back(imported)

        assert not Customer.objects.filter(pk=gone.pk)
        assert set(belonging().values()) == {None}

    def test_moving_nobody_does_nothing(self) -> None:
        one, *_ = people()
        moves.release([one.pk], now=NOW)

        assert not Merge.objects.exists()


def test_a_run_reads_the_orders_of_all_parties_as_those_of_one_customer(
    own_records: store.Database, tmp_path: Path
) -> None:
    one, two, *_ = people()
    for buyer, number in ((one, "1"), (two, "2")):
        served.order(buyer, number, days_ago=10, lines=[{"product": "cup", "net_minor": 500}])

    def buyers() -> dict[str, str]:
        found = landing.land(store_address(), folder=tmp_path)
        with DuckEngine(tmp_path / "spill") as engine:
            files = [str(tmp_path / file) for part in found.manifest.parts for file in part.files]
            rows = engine.rows(f"SELECT order_id, customer_id FROM read_parquet({files})").to_pylist()
        return {row["order_id"]: row["customer_id"] for row in rows}

    apart = buyers()
    made = merge(one, two, survivor=one)
    assert buyers() == {"1": str(one.pk), "2": str(one.pk)}
    separate(made)
    assert buyers() == apart == {"1": str(one.pk), "2": str(two.pk)}


def said(customer: Customer, action: str) -> None:
    """Record what a customer said to offers by e-mail."""
    log.consent_record(
        customer_ids=[customer.pk],
        purpose=ConsentPurpose.objects.get(code="marketing"),
        channel=ConsentChannel.objects.get(code="email"),
        action=action,
        evidence=log.Evidence(happened_at=NOW, origin="telephone"),
        now=NOW,
    )


def members_of_a_club(customers: Sequence[Customer]) -> None:
    """Let customers be members with points of different last days, the first of whom redeems something."""
    club = rewards.club()
    club.reward("mug", points=60)
    cards = [club.member(0, customer_id=each.pk) for each in customers]
    for place, card in enumerate(cards, 1):
        club.award(programs.wallet(club.unit, card), 100 * place, expires_on=date(2026, 6 + place, 1))
    assert club.reserve(cards[0]).refused == ""


def points(party_ids: Sequence[int]) -> object:
    """Return what parties have in the club: cards, what they hold, and what was redeemed."""
    program = Program.objects.get()
    found = standing.standing_of(customer_ids=party_ids, program_id=program.pk)
    redeemed = Redemption.objects.filter(customer_id__in=party_ids).order_by("id")
    lots = Lot.objects.filter(account__member__customer_id__in=party_ids).order_by("id")
    return (
        [(each.pk, each.state) for each in found.members],
        [(each.available, each.pending, each.blocked) for each in found.held],
        list(redeemed.values_list("id", "state", "member_id", "points")),
        list(lots.values_list("id", "account_id", "remaining", "expires_on")),
    )


Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(st.sampled_from(["merge", "merge", "separate"]), st.integers(0, PEOPLE - 1), st.integers(0, PEOPLE - 1)),
    max_size=12,
)


@pytest.mark.usefixtures("records")
def test_whatever_is_merged_and_separated_each_party_has_one_customer_and_all_can_be_taken_back() -> None:
    customers = people()
    for place, buyer in enumerate(customers[:3]):
        served.order(buyer, f"{place}", days_ago=10 + place, lines=[{"product": "cup", "net_minor": 500}])
        said(buyer, "withdrawn" if place == 1 else "given")
        leads.lead_open(customer_id=buyer.pk, prospect=leads.Prospect(interest="cups"), now=NOW)
    hands.customer_change(customer_id=customers[2].pk, change=hands.Change({"city": "Vigo"}), now=NOW)
    members_of_a_club(customers[1:4])
    before = state(customers)
    assert [len(happened([each.pk])) for each in customers] == [4, 4, 5, 1, 1, 1]

    @trying(max_examples=25, deadline=None)
    @given(STEPS)
    def tried(steps: list[Step]) -> None:
        with transaction.atomic():
            for kind, one, two in steps:
                step(kind, customers[one], customers[two])
                belonging()
            for made in Merge.objects.filter(kind="merge", undone_by=None).order_by("-id"):
                # Its parties may all have been separated by the undo of a later merge.
                with suppress(InputError):
                    separate(made)
            assert state(customers) == before
            transaction.set_rollback(True)

    tried()


def step(kind: str, one: Customer, two: Customer) -> None:
    """Merge two customers whatever was said of them, or take the last merge of one back; what cannot be is refused."""
    if kind == "merge":
        current = selectors.current_of([one.pk, two.pk])
        if current[one.pk] != current[two.pk]:
            merge(one, two, overrule=True)
        return
    customer_id = selectors.current_of([one.pk])[one.pk]
    undoable = [each.merge for each in selectors.decision_list(customer_id=customer_id) if each.undoable]
    if undoable:
        separate(undoable[0])


def happened(members: Sequence[int]) -> list[tuple[str, int]]:
    """Return all that happened with a customer but what was decided about who it is, which stays known."""
    wanted = [stream for stream in streams.STREAMS if stream != "merge"]
    page = timeline.timeline(customer_ids=members, wanted=wanted, size=50, zone=UTC)
    return [(each.stream, each.id) for each in page.entries]


def state(customers: list[Customer]) -> Mapping[int, object]:
    """Return all that is seen of each customer."""
    current = selectors.current_of([each.pk for each in customers])
    members = selectors.members_by([each.pk for each in customers])
    return {
        each.pk: (
            current[each.pk],
            members[each.pk],
            selectors_hand.fields_of(each),
            [sums.number for sums in selectors_customer.order_sums_of(customer_ids=members[each.pk])],
            consents.answers_of(customer_ids=members[each.pk]),
            happened(members[each.pk]),
            points(members[each.pk]),
        )
        for each in customers
    }
