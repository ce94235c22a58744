"""Relations hold from a day until a day, never in a circle, and can be taken back."""

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from tests.make import served, store

from vinculo.foundation import actor
from vinculo.identify.records import services as customers
from vinculo.identify.records.models import Customer, LinkChange, Relation, RelationKind
from vinculo.identify.records.relations import changes, hierarchies, selectors, services, sums
from vinculo.identify.records.relations.changes import CircleError, RelationError, WholeError
from vinculo.identify.records.relations.services import Details

NOW, DAY = served.NOW, date(2024, 6, 1)


def person(name: str) -> Customer:
    return served.customer(name, number=f"N{name}")


def company(name: str) -> Customer:
    return served.customer(name, number=f"N{name}", kind="organisation")


def bind(kind: str, first: Customer, second: Customer, **said: object) -> Relation:
    return services.relation_add(
        kind=kind,
        first_id=first.pk,
        second_id=second.pk,
        details=Details(**said),
        now=NOW,  # type: ignore[arg-type]
    )


def test_a_relation_is_read_both_ways(records: store.Database) -> None:
    ana, acme = person("Ana"), company("Acme")
    bind("post", ana, acme, post="Purchasing", decision="buyer", main_contact=True)

    (mine,) = selectors.bond_list(customer_ids=[ana.pk], day=DAY)
    (theirs,) = selectors.bond_list(customer_ids=[acme.pk], day=DAY)

    assert (mine.words, mine.other, theirs.words, theirs.other) == (
        "holds a post at",
        acme,
        "is represented by",
        ana,
    )


def test_saying_it_twice_changes_nothing(records: store.Database) -> None:
    ana, luis = person("Ana"), person("Luis")

    bind("friend", ana, luis)
    bind("friend", luis, ana)

    assert (Relation.objects.count(), LinkChange.objects.count()) == (1, 1)


def test_several_posts_at_once_and_one_main_contact(records: store.Database) -> None:
    ana, luis, acme = person("Ana"), person("Luis"), company("Acme")
    first = bind("post", ana, acme, post="Buyer", main_contact=True)
    bind("post", ana, acme, post="Site manager")
    bind("post", luis, acme, post="Director", main_contact=True)

    with pytest.raises(RelationError, match="It is there already"):
        services.relation_change(relation_id=first.pk, details=Details(post="Site manager"), now=NOW)

    first.refresh_from_db()
    assert Relation.objects.count() == 3
    assert not first.main_contact
    assert next(bond.other for bond in selectors.bond_list(customer_ids=[acme.pk], day=DAY)) == luis


@pytest.mark.parametrize(
    ("kind", "said", "sentence"),
    [
        ("post", {"begins_on": DAY, "ends_on": DAY - timedelta(days=1)}, "It cannot end before it begins."),
        ("friend", {}, "This relation needs a person where an organisation was given."),
        ("post", {"share_percent": Decimal(5)}, "Only a hierarchy has shares."),
        ("employee", {"decision": "king"}, "Value 'king' is not a valid choice."),
        ("enemy", {}, "There is no kind of relation enemy."),
    ],
)
def test_what_cannot_be_is_refused(records: store.Database, kind: str, said: dict[str, object], sentence: str) -> None:
    with pytest.raises(RelationError) as refused:
        bind(kind, person("Ana"), company("Acme"), **said)

    assert str(refused.value) == sentence
    assert not Relation.objects.exists()


def test_a_circle_is_refused_but_not_one_of_different_days(records: store.Database) -> None:
    one, two, three = company("One"), company("Two"), company("Three")
    bind("legal", two, one, ends_on=date(2020, 1, 1))
    bind("legal", three, two)

    bind("legal", one, three, begins_on=date(2020, 1, 1))
    bind("billing", one, two)
    with pytest.raises(CircleError):
        bind("legal", two, one, begins_on=date(2023, 1, 1))

    assert Relation.objects.count() == 4


def test_shares_of_one_organisation_stay_within_the_whole(records: store.Database) -> None:
    joint, one, two = company("Joint"), company("One"), company("Two")
    held = bind("legal", joint, one, share_percent=Decimal(60), ends_on=date(2024, 1, 1))
    bind("legal", joint, two, share_percent=Decimal(40))

    bind("legal", joint, one, share_percent=Decimal(55), begins_on=date(2024, 1, 1))
    with pytest.raises(WholeError):
        services.relation_change(
            relation_id=held.pk, details=Details(share_percent=Decimal(61), ends_on=held.ends_on), now=NOW
        )

    found = hierarchies.hierarchy_of(
        customer_ids=[joint.pk], kind=RelationKind.objects.get(code="legal"), day=date(2023, 12, 31)
    )
    assert found.root == one.pk


def test_the_last_change_is_taken_back_and_only_the_last(records: store.Database) -> None:
    ana, acme = person("Ana"), company("Acme")
    with actor.acting("eva"):
        held = bind("post", ana, acme, post="Buyer")
        services.relation_end(relation_id=held.pk, on=DAY, now=NOW)
    ended, added = selectors.change_list(customer_ids=[ana.pk])

    with pytest.raises(changes.LinkChangedMeanwhileError):
        changes.change_undo(change_id=added.pk, now=NOW)
    changes.change_undo(change_id=ended.pk, now=NOW)
    held.refresh_from_db()
    assert (ended.by, held.ends_on) == ("eva", None)
    changes.change_undo(change_id=added.pk, now=NOW)

    assert not Relation.objects.exists()
    assert LinkChange.objects.count() == 4
    with pytest.raises(changes.LinkChangedMeanwhileError):
        changes.change_undo(change_id=added.pk, now=NOW)


def test_whom_something_binds_is_not_removed(records: store.Database) -> None:
    made = customers.customer_create(change=customers.Change({"name": "Ana"}), now=NOW)
    bind("post", made, company("Acme"))
    record = customers.customers.selectors_hand.change_undoable(customer_id=made.pk)
    assert record is not None

    with pytest.raises(customers.ChangedMeanwhileError, match="relations or leads"):
        customers.customer_change_undo(customer_id=made.pk, record_id=record.pk, now=NOW)


def test_two_writers_at_once_do_not_close_a_circle(own_records: store.Database) -> None:
    one, two, three, four = (company(name) for name in ("One", "Two", "Three", "Four"))
    bind("legal", one, two)
    bind("legal", three, four)
    told: list[str] = []

    def write() -> None:
        try:
            bind("legal", four, one)
            told.append("bound")
        except CircleError:
            told.append("refused")
        finally:
            connection.close()

    other = threading.Thread(target=write)
    with transaction.atomic():
        bind("legal", two, three)
        other.start()
        while not waiting():
            assert other.is_alive()
    other.join(timeout=60)

    assert told == ["refused"]
    assert Relation.objects.count() == 3


def waiting() -> bool:
    """Tell whether a writer waits for another."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return bool(cursor.fetchone()[0])


PERIODS = some.tuples(some.none() | some.integers(0, 6), some.none() | some.integers(0, 6))
EDGES = some.lists(some.tuples(some.integers(0, 4), some.integers(0, 4), PERIODS), min_size=1, max_size=14)


@given(edges=EDGES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_no_day_has_a_circle_and_sums_count_each_member_once(
    records: store.Database, edges: list[tuple[int, int, tuple[int | None, int | None]]]
) -> None:
    Relation.objects.all().delete()
    firms = list(Customer.objects.filter(kind="organisation").order_by("pk")) or [company(f"C{n}") for n in range(5)]
    legal = RelationKind.objects.get(code="legal")
    days = [DAY + timedelta(days=number) for number in range(7)]
    for child, parent, (begins, ends) in edges:
        said = {"begins_on": None if begins is None else days[begins], "ends_on": None if ends is None else days[ends]}
        try:
            bind("legal", firms[child], firms[parent], **said)
        except RelationError:
            continue

    child, parent, (begins, ends) = edges[0]
    fit = child != parent and (begins is None or ends is None or begins <= ends)
    assert Relation.objects.filter(first=firms[child], second=firms[parent]).exists() == fit or len(edges) > 1
    amounts = {firm.pk: 10**place for place, firm in enumerate(firms)}
    for row in Relation.objects.all():
        assert row.ends_on is None or row.begins_on is None or row.ends_on >= row.begins_on
    for day in days:
        held = [row for row in Relation.objects.all() if selectors.holds(row, day)]
        for firm in firms:
            found = hierarchies.hierarchy_of(customer_ids=[firm.pk], kind=legal, day=day)
            below, waiting = {firm.pk}, [firm.pk]
            while waiting:
                upper = waiting.pop()
                lower = [row.first_id for row in held if row.second_id == upper]
                assert firm.pk not in lower
                waiting += [each for each in lower if each not in below]
                below |= set(lower)
            assert found.tree.total(firm.pk, amounts) == sum(amounts[each] for each in below)


def test_orders_of_a_tree_are_added_up_once_as_of_a_day(records: store.Database) -> None:
    top, left, right, shop = (company(name) for name in ("Top", "Left", "Right", "Shop"))
    for child, parent in ((left, top), (right, top), (shop, left), (shop, right)):
        bind("sales", child, parent)
    served.order(shop, "1", days_ago=10, lines=[{"product": "a", "net_minor": 100}])
    served.order(shop, "2", days_ago=0, lines=[{"product": "a", "net_minor": 1000}])
    served.order(left, "3", days_ago=10, lines=[{"product": "a", "net_minor": 10}, {"product": "b", "net_minor": 5}])
    tree = hierarchies.hierarchy_of(customer_ids=[shop.pk], kind=RelationKind.objects.get(code="sales"), day=DAY)
    members = tree.tree.members(tree.root)

    known = sums.sums_of(customer_ids=members, day=served.AS_OF - timedelta(days=1))
    (total,) = sums.added(known, members)

    assert (tree.root, len(members), total.orders, total.net_minor) == (top.pk, 4, 2, 115)
    assert total.known_margin_minor is None
