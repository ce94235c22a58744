"""Integrity of the common customer base lives in the database."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from tests.make import store

from vinculo.foundation.errors import InputError
from vinculo.identify import folding
from vinculo.identify.records import facts, selectors, services
from vinculo.identify.records.models import Customer, Identifier, Import, Order, OrderLine, Source, SourceRecord

NOW = datetime(2011, 12, 9, 12, 0, tzinfo=UTC)


@pytest.fixture
def source(records: store.Database) -> Source:
    return services.source_ensure(code="shop", name="Shop")


def an_import(source: Source, **fields: Any) -> Import:
    given = {"kind": "orders", "file_name": "a.csv", "content_sha256": "0" * 64, "bytes": 1, "created_at": NOW}
    return Import.objects.create(source=source, **{**given, **fields})


def a_line(order: Order, **fields: Any) -> OrderLine:
    given = {"happened_at": NOW, "line_key": "1", "line_kind": "sale", "quantity": 1, "gross_minor": 1, "net_minor": 1}
    return OrderLine.objects.create(order=order, **{**given, **fields})


def test_the_same_file_comes_once(source: Source) -> None:
    an_import(source, state="done")

    with pytest.raises(IntegrityError, match="same_file_once"), transaction.atomic():
        an_import(source, state="uploaded")


@pytest.mark.parametrize("state", Import.GONE)
def test_a_file_that_left_nothing_may_come_again(source: Source, state: str) -> None:
    an_import(source, state=state)

    assert an_import(source).pk


def test_a_source_record_is_never_changed(source: Source) -> None:
    SourceRecord.objects.create(source=source, kind="customers", source_key="1", payload={}, recorded_at=NOW)

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        SourceRecord.objects.update(payload={"name": "x"})
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        SourceRecord.objects.all().delete()


def test_the_undo_of_its_import_removes_a_source_record(source: Source) -> None:
    one, two = an_import(source), an_import(source, content_sha256="1" * 64)
    for key, imported in (("1", one), ("2", two)):
        SourceRecord.objects.create(
            source=source, kind="customers", source_key=key, payload={}, recorded_at=NOW, imported=imported
        )

    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('vinculo.undoing', %s, true)", [str(one.pk)])
    SourceRecord.objects.filter(imported=one).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        SourceRecord.objects.filter(imported=two).delete()

    assert [record.source_key for record in SourceRecord.objects.all()] == ["2"]


def test_a_source_knows_a_customer_by_one_key(source: Source) -> None:
    one, two = (services.customer_create(change=services.Change({"name": name}), now=NOW) for name in ("Ana", "Eva"))
    services.identifier_add(customer_id=one.pk, kind=Identifier.Kind.SOURCE_KEY, value="12346", source=source)

    with pytest.raises(IntegrityError), transaction.atomic():
        services.identifier_add(customer_id=two.pk, kind=Identifier.Kind.SOURCE_KEY, value="12346", source=source)

    assert selectors.customer_find(source="shop", key="12346") == one
    assert selectors.customer_find(source="shop", key="12347") is None


def test_two_customers_may_share_a_phone(source: Source) -> None:
    for name in ("Ana", "Eva"):
        customer = services.customer_create(change=services.Change({"name": name}), now=NOW)
        services.identifier_add(customer_id=customer.pk, kind="phone", value="+34 600 123 456", source=source)

    assert Identifier.objects.filter(normalised="34600123456").count() == 2


def test_one_line_in_force_for_each_key_of_an_order(source: Source) -> None:
    order = Order.objects.create(source=source, number="536365", happened_at=NOW, currency="GBP")
    later = an_import(source)
    first = a_line(order)

    with pytest.raises(IntegrityError, match="in_force"), transaction.atomic():
        a_line(order)
    first.superseded_by = later
    first.save()

    assert a_line(order, imported=later).pk


def test_a_number_names_one_order_of_a_source(source: Source) -> None:
    for number in ("536365", "536365x"):
        Order.objects.create(source=source, number=number, happened_at=NOW, currency="GBP")

    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.create(source=source, number="536365", happened_at=NOW, currency="GBP")


def test_a_customer_is_announced_inside_the_transaction(records: store.Database) -> None:
    def fail(**_fact: object) -> None:
        raise ZeroDivisionError

    facts.customer_created.connect(fail)
    try:
        with pytest.raises(ZeroDivisionError):
            services.customer_create(change=services.Change({"name": "Ana"}), now=NOW)
    finally:
        facts.customer_created.disconnect(fail)

    assert not Customer.objects.exists()


def test_a_changed_name_is_found_under_its_new_form(records: store.Database) -> None:
    customer = services.customer_create(change=services.Change({"name": "Ana"}), now=NOW)

    services.customer_change(customer_id=customer.pk, change=services.Change({"name": "Ángela  MUÑOZ"}), now=NOW)

    assert selectors.customer_get(customer_id=customer.pk).search_text == "angela munoz"


@pytest.mark.parametrize("field", ["id", "created_at", "imported", "search_text"])
def test_what_is_not_for_hands_is_refused(records: store.Database, field: str) -> None:
    customer = services.customer_create(change=services.Change({"name": "Ana"}), now=NOW)

    with pytest.raises(InputError):
        services.customer_change(customer_id=customer.pk, change=services.Change({field: "x"}), now=NOW)


def test_a_customer_without_a_name_is_refused(records: store.Database) -> None:
    with pytest.raises(InputError):
        services.customer_create(change=services.Change({"name": "  "}), now=NOW)


def test_a_name_folds_in_sql_as_in_python(records: store.Database) -> None:
    alphabet = st.characters(min_codepoint=32, max_codepoint=0x24F) | st.sampled_from("ΣΟς\u0301\u00a0\t Ññ\u2009")

    @given(st.text(alphabet, max_size=12))
    def law(text: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT identify_fold(%s)", [text])
            assert cursor.fetchone() == (folding.fold(text),)

    law()


def test_customers_are_listed_by_their_folded_names(records: store.Database) -> None:
    for name in ("zoe", "Óscar", "Oscar B", "ana"):
        services.customer_create(change=services.Change({"name": name}), now=NOW)

    assert [customer.name for customer in selectors.customer_list()] == ["ana", "Óscar", "Oscar B", "zoe"]
