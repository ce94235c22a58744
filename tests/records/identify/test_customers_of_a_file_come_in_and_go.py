"""Customers of a file come in, are brought up to date, and go again as if they had never been."""

from typing import Any

import pytest
from tests.make import parties

from vinculo.identify.records import services
from vinculo.identify.records.models import Address, Customer, Identifier, Import, Order, SourceRecord

FIRST = """Código;Nombre;Apellidos;Correo;Teléfono;NIF;Dirección;CP;Ciudad;País;Fecha alta
1;ANA;RUIZ GIL;ana@ruizgil.es;600 12 34 56;12345678Z;C/ Mayor 5;8001;Barcelona;España;31/01/2020
2;;;ventas@muebleslopez.es;932 123 456;B58378431;Av. Diagonal 1;08019;Barcelona;España;13/02/2021
3;Eva;de la Fuente Ruiz;no@tiene.com;000000000;;;;;;
"""
SECOND = """Código;Nombre;Apellidos;Correo;Teléfono
1;Ana María;Ruiz Gil;ana.maria@ruizgil.es;
4;Luis;Peña;luis@pena.es;611223344
"""

pytestmark = pytest.mark.usefixtures("records")


def base() -> dict[str, list[Any]]:
    """Return all that a person would call the customer base, without ids of rows."""
    named = dict(Identifier.objects.filter(kind="source_key").values_list("customer_id", "value"))
    columns = [
        *("kind", "standing", "name", "given_name", "family_name", "second_family_name", "search_text", "language"),
        *("country", "acquisition_channel", "acquired_on", "imported"),
    ]
    place = ["lines", "postcode", "city", "region", "country", "imported"]
    return {
        "customers": sorted(Customer.objects.values_list(*columns, "id")),
        "identifiers": sorted(
            (named.get(row[0], row[0]), *row[1:])
            for row in Identifier.objects.values_list("customer_id", "kind", "value", "normalised", "imported")
        ),
        "addresses": sorted((named[row[0]], *row[1:]) for row in Address.objects.values_list("customer_id", *place)),
    }


def without_ids(found: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {**found, "customers": sorted(row[:-2] for row in found["customers"])}


def customer(key: str) -> Customer:
    return Identifier.objects.get(kind="source_key", value=key).customer


def by_hand(key: str, **fields: str) -> None:
    services.customer_change(customer_id=customer(key).pk, change=services.Change(fields), now=parties.NOW)


def test_a_row_becomes_a_customer_with_identifiers_and_an_address() -> None:
    _, counts = parties.bring(FIRST)

    ana = customer("1")
    assert counts == {"new": 3, "updated": 0, "unchanged": 0}
    assert (ana.name, ana.given_name, ana.family_name, ana.second_family_name) == ("Ana Ruiz Gil", "Ana", "Ruiz", "Gil")
    assert (ana.search_text, ana.country, str(ana.acquired_on)) == ("ana ruiz gil", "ES", "2020-01-31")
    assert sorted(ana.identifiers.values_list("kind", "normalised")) == [
        ("email", "ana@ruizgil.es"),
        ("phone", "34600123456"),
        ("source_key", "1"),
        ("tax_id", "12345678z"),
    ]
    assert ana.addresses.values_list("lines", "postcode", "region").get() == ("C/ Mayor 5", "08001", "Barcelona")


def test_a_tax_number_tells_an_organisation_and_a_placeholder_is_no_identifier() -> None:
    parties.bring(FIRST)

    assert customer("2").kind == "organisation"
    assert customer("2").name == "ventas@muebleslopez.es"
    assert list(customer("3").identifiers.values_list("kind", flat=True)) == ["source_key"]
    assert customer("3").family_name == "de la Fuente"


def test_the_same_rows_again_change_nothing() -> None:
    parties.bring(FIRST)
    before = base()

    _, counts = parties.bring(FIRST)

    assert counts == {"new": 0, "updated": 0, "unchanged": 3}
    assert base() == before
    assert SourceRecord.objects.count() == 3


def test_a_newer_row_overwrites_and_an_empty_cell_deletes_nothing() -> None:
    parties.bring(FIRST)

    _, counts = parties.bring(SECOND)

    ana = customer("1")
    assert counts == {"new": 1, "updated": 1, "unchanged": 0}
    assert ana.name == "Ana María Ruiz Gil"
    assert sorted(ana.identifiers.filter(kind__in=["email", "phone"]).values_list("value", flat=True)) == [
        "+34600123456",
        "ana.maria@ruizgil.es",
    ]
    assert ana.addresses.count() == 1
    assert list(SourceRecord.objects.filter(source_key="1").values_list("version", flat=True).order_by("id")) == [1, 2]


@pytest.mark.parametrize(
    ("policy", "email", "phone"),
    [
        ("overwrite", "b@x-shop.es", "+34611223344"),
        ("fill", "a@x-shop.es", "+34611223344"),
        ("never", "a@x-shop.es", ""),
    ],
)
def test_a_column_is_overwritten_filled_or_left_alone(policy: str, email: str, phone: str) -> None:
    parties.bring("code;email;phone\n1;a@x-shop.es;\n")

    parties.bring("code;email;phone\n1;b@x-shop.es;611223344\n", policies={"email": policy, "phone": policy})

    found = dict(customer("1").identifiers.exclude(kind="source_key").values_list("kind", "value"))
    assert (found["email"], found.get("phone", "")) == (email, phone)


def test_an_undo_leaves_the_state_before() -> None:
    parties.bring(FIRST)
    before = base()

    second, _ = parties.bring(SECOND)
    counts = parties.take_back(second)

    assert counts == {"removed": 1, "restored": 1, "kept": 0}
    assert base() == before


def test_an_undo_after_later_imports_leaves_the_state_as_if_it_had_never_been() -> None:
    parties.bring(FIRST)
    parties.bring("Código;Correo;Ciudad\n1;otra@ruizgil.es;Lugo\n4;luisa@pena.es;Vigo\n")
    expected = without_ids(base())
    for one in Import.objects.order_by("-id"):
        parties.take_back(one)
    assert Customer.objects.count() == 0

    parties.bring(FIRST)
    second, _ = parties.bring(SECOND)
    parties.bring("Código;Correo;Ciudad\n1;otra@ruizgil.es;Lugo\n4;luisa@pena.es;Vigo\n")
    parties.take_back(second)

    found = without_ids(base())
    assert found["customers"] == expected["customers"]
    assert [row[:-1] for row in found["identifiers"]] == [row[:-1] for row in expected["identifiers"]]
    assert [row[:-1] for row in found["addresses"]] == [row[:-1] for row in expected["addresses"]]
    assert not Customer.objects.filter(imported=second).exists()
    assert not Identifier.objects.filter(imported=second).exists()


def test_all_undone_in_any_order_leaves_nothing() -> None:
    first, _ = parties.bring(FIRST)
    second, _ = parties.bring(SECOND)
    third, _ = parties.bring("Código;Correo\n1;c@ruizgil.es\n4;d@pena.es\n")

    for imported in (first, third, second):
        parties.take_back(imported)

    assert base() == {"customers": [], "identifiers": [], "addresses": []}
    assert SourceRecord.objects.count() == 0


def test_a_customer_with_orders_stays_under_its_number_when_its_file_is_undone() -> None:
    first, _ = parties.bring(FIRST)
    orders = Import.objects.create(
        source=first.source, kind="orders", file_name="o", content_sha256="o", bytes=1, created_at=parties.NOW
    )
    Order.objects.create(
        source=first.source,
        number="7",
        customer=customer("1"),
        happened_at=parties.NOW,
        currency="EUR",
        imported=orders,
    )

    counts = parties.take_back(first)

    kept = Customer.objects.get()
    assert counts == {"removed": 2, "restored": 0, "kept": 1}
    assert (kept.name, kept.country, kept.imported) == ("1", "", orders)
    assert list(kept.identifiers.values_list("kind", "value", "imported")) == [("source_key", "1", orders.pk)]
    assert kept.addresses.count() == 0


def test_what_an_import_of_orders_knew_comes_back_when_the_file_of_customers_is_undone() -> None:
    source = services.source_ensure(code="shop")
    orders = Import.objects.create(
        source=source, kind="orders", file_name="o", content_sha256="o", bytes=1, created_at=parties.NOW
    )
    known = Customer.objects.create(name="1", country="GB", created_at=parties.NOW, imported=orders)
    Identifier.objects.create(
        customer=known, kind="source_key", value="1", normalised="1", source=source, imported=orders
    )
    before = base()

    first, counts = parties.bring(FIRST)
    assert (counts["new"], customer("1").country) == (2, "ES")
    parties.take_back(first)

    assert base() == before


def test_a_change_by_hand_outlives_the_undo_of_an_import() -> None:
    parties.bring(FIRST)
    by_hand("1", language="ca")
    second, _ = parties.bring(SECOND)
    by_hand("1", acquisition_channel="fair")

    parties.take_back(second)

    ana = customer("1")
    assert (ana.name, ana.language, ana.acquisition_channel) == ("Ana Ruiz Gil", "ca", "fair")


def test_rows_without_a_number_are_matched_by_their_e_mail() -> None:
    parties.bring("Nombre completo;Correo\nAna Ruiz Gil;ana@ruizgil.es\nEva Peña;\n")

    _, counts = parties.bring("Nombre completo;Correo;Ciudad\nAna Ruiz Gil;ANA@ruizgil.es;Lugo\nEva Peña;;\n")

    assert counts == {"new": 0, "updated": 1, "unchanged": 1} or counts == {"new": 0, "updated": 2, "unchanged": 0}
    assert Customer.objects.count() == 2


def test_two_sources_know_two_customers_by_one_number() -> None:
    parties.bring(FIRST)

    _, counts = parties.bring(FIRST, source="till")

    assert counts["new"] == 3
    assert Customer.objects.count() == 6


def reached(kind: str) -> list[str]:
    return sorted(customer("1").identifiers.filter(kind=kind).values_list("value", flat=True))


def test_what_is_appended_stands_beside_what_is_there() -> None:
    appended = {"email": "append", "phone": "append"}
    parties.bring("code;email;mobile\n1;a@x-shop.es;600123456\n")
    before = base()

    added = [
        parties.bring(f"code;email\n1;{email}\n", policies=appended)[0]
        for email in ("b@x-shop.es", "A@x-shop.es", "c@x-shop.es", "d@x-shop.es")
    ]

    assert reached("email") == ["a@x-shop.es", "b@x-shop.es", "c@x-shop.es", "d@x-shop.es"]
    services.customer_change(
        customer_id=customer("1").pk,
        change=services.Change({}, remove=[customer("1").identifiers.get(value="d@x-shop.es").pk]),
        now=parties.NOW,
    )
    parties.bring("code;email\n1;e@x-shop.es\n", policies=appended)
    assert reached("email") == ["a@x-shop.es", "b@x-shop.es", "c@x-shop.es", "e@x-shop.es"]
    for one in Import.objects.order_by("-id")[: len(added) + 1]:
        parties.take_back(one)
    assert base() == before


def test_an_empty_cell_empties_only_when_asked_and_never_what_a_hand_has_put_there() -> None:
    parties.bring(FIRST)
    mirrored = dict.fromkeys(("email", "phone", "lines", "city", "acquired_on"), "mirror")
    text = "Código;Correo;Teléfono;Dirección;Ciudad;Fecha alta\n1;;x;;;\n3;;;;;\n"
    services.customer_change(
        customer_id=customer("3").pk,
        change=services.Change({"city": "Lugo"}, add=[("email", "eva@x.es")]),
        now=parties.NOW,
    )

    imported, counts = parties.bring(text, policies=mirrored)

    ana = customer("1")
    assert counts == {"new": 0, "updated": 1, "unchanged": 1}
    assert (reached("email"), reached("phone"), ana.acquired_on) == ([], ["+34600123456"], None)
    assert list(ana.addresses.values_list("lines", "postcode", "city")) == []
    assert customer("3").addresses.get().city == "Lugo"
    assert customer("3").identifiers.filter(kind="email").exists()
    parties.take_back(imported)
    assert reached("email") == ["ana@ruizgil.es"]


def test_a_part_of_a_name_that_is_left_alone_leaves_the_name_alone() -> None:
    parties.bring(FIRST)

    parties.bring("Código;Nombre;Apellidos\n1;Otra;Persona\n", policies={"given_name": "never", "family_names": "fill"})

    ana = customer("1")
    assert (ana.name, ana.given_name, ana.family_name) == ("Ana Ruiz Gil", "Ana", "Ruiz")
