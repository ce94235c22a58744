"""What a person changes of a customer stays: through imports that repeat themselves, their undo, and other people."""

import pytest
from tests.make import parties

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.identify.records import selectors_hand, services
from vinculo.identify.records.imports import watch
from vinculo.identify.records.models import Customer, Identifier, SourceRecord

FIRST = """Código;Nombre;Apellidos;Correo;Teléfono;Dirección;CP;Ciudad;Canal;Idioma
1;Ana;Ruiz Gil;ana@ruizgil.es;600 12 34 56;C/ Mayor 5;08001;Barcelona;tienda;español
"""
REPEATED = FIRST.replace("600 12 34 56", "611 22 33 44")
NOW = parties.NOW

pytestmark = pytest.mark.usefixtures("records")


def customer() -> Customer:
    return Identifier.objects.get(kind="source_key", value="1").customer


def fields() -> dict[str, str]:
    return selectors_hand.fields_of(customer())


def reach() -> set[tuple[str, str]]:
    return set(customer().identifiers.exclude(kind="source_key").values_list("kind", "normalised"))


def change(*, seen: dict[str, object] | None = None, by: str = "ana", **asked: object) -> Customer:
    add, remove = asked.pop("add", ()), asked.pop("remove", ())
    wanted = services.Change(asked, add=add, remove=remove, seen=seen)  # type: ignore[arg-type] # as the test wrote it
    with actor.acting(by):
        return services.customer_change(customer_id=customer().pk, change=wanted, now=NOW)


def undo() -> Customer | None:
    made = customer()
    last = selectors_hand.change_undoable(customer_id=made.pk)
    assert last is not None
    return services.customer_change_undo(customer_id=made.pk, record_id=last.pk, now=NOW)


def number_of(kind: str) -> int:
    return customer().identifiers.get(kind=kind).pk


def test_a_file_that_repeats_what_it_said_does_not_overwrite_a_hand() -> None:
    parties.bring(FIRST)
    change(family_name="Ruiz Gómez", language="ca")

    parties.bring(FIRST)
    parties.bring(REPEATED)

    said = fields()
    assert (said["name"], said["family_name"], said["language"]) == ("Ana Ruiz Gómez Gil", "Ruiz Gómez", "ca")
    assert ("phone", "34611223344") in reach()


def test_a_file_that_says_something_new_wins() -> None:
    parties.bring(FIRST)
    change(family_name="Ruiz Gómez", language="ca")

    parties.bring(FIRST.replace("Ana;Ruiz Gil", "Ana María;Ruiz Gil").replace("español", "inglés"))

    said = fields()
    assert (said["name"], said["family_name"], said["language"]) == ("Ana María Ruiz Gil", "Ruiz", "en")


def test_the_undo_of_an_import_leaves_what_a_hand_said() -> None:
    parties.bring(FIRST)
    second, _ = parties.bring(REPEATED)
    change(language="ca", city="Girona")

    parties.take_back(second)

    said = fields()
    assert (said["language"], said["city"], said["lines"]) == ("ca", "Girona", "C/ Mayor 5")
    assert ("phone", "34600123456") in reach()


def test_what_a_hand_emptied_stays_empty() -> None:
    parties.bring(FIRST)
    change(acquisition_channel="", lines="", postcode="", city="", region="", remove=[number_of("email")])

    parties.bring(REPEATED)

    assert {fields()[name] for name in ("acquisition_channel", "lines", "postcode", "city", "region")} == {""}
    assert reach() == {("phone", "34611223344")}


def test_a_policy_that_fills_does_not_take_an_emptied_column_for_news() -> None:
    parties.bring(FIRST)
    change(acquisition_channel="")

    parties.bring(REPEATED, policies={"acquisition_channel": "fill"})
    assert fields()["acquisition_channel"] == ""

    parties.bring(REPEATED.replace("tienda", "feria"), policies={"acquisition_channel": "fill"})
    assert fields()["acquisition_channel"] == "Feria"


def test_an_identifier_a_hand_added_outlives_every_import() -> None:
    parties.bring(FIRST)
    second, _ = parties.bring(REPEATED)
    change(add=[("email", "Ana@Casa.es"), ("phone", "+34 611 223 344")])

    parties.take_back(second)

    assert ("email", "ana@casa.es") in reach()
    assert customer().identifiers.filter(kind="email").count() == 2


def test_a_change_says_who_made_it_and_what_it_was() -> None:
    parties.bring(FIRST)
    change(by="eva", language="ca", remove=[number_of("email")])

    (record,) = selectors_hand.change_records(customer_id=customer().pk)
    made = selectors_hand.change_of(record)

    assert (made.by, made.before) == ("eva", {"language": "es"})
    assert selectors_hand.change_undoable(customer_id=customer().pk) == record
    assert made.after["language"] == "ca"
    assert [each["value"] for each in made.removed] == ["ana@ruizgil.es"]


def test_the_last_change_can_be_undone_and_then_the_one_before() -> None:
    parties.bring(FIRST)
    before, reached = fields(), reach()
    change(given_name="Eva", city="Girona")
    change(language="ca", remove=[number_of("email")], add=[("tax_id", "12345678Z")])

    undo()
    assert (fields()["language"], fields()["given_name"]) == ("es", "Eva")
    assert reach() == reached
    undo()

    assert (fields(), reach()) == (before, reached)
    assert selectors_hand.change_undoable(customer_id=customer().pk) is None
    parties.bring(REPEATED)
    assert fields() == before
    assert ("email", "ana@ruizgil.es") in reach()


def test_an_undo_does_not_overwrite_what_an_import_said_since() -> None:
    parties.bring(FIRST)
    change(language="ca")
    parties.bring(FIRST.replace("español", "inglés"))

    with pytest.raises(services.ChangedMeanwhileError):
        undo()

    assert fields()["language"] == "en"


def test_two_people_do_not_overwrite_each_other() -> None:
    parties.bring(FIRST)
    seen = fields()
    change(by="eva", language="ca", given_name="Eva")

    with pytest.raises(services.ChangedMeanwhileError) as refused:
        change(seen=seen, family_name="Soto")
    change(seen=seen, acquisition_channel="feria")

    assert set(refused.value.facts["fields"]) == {"name", "given_name"}
    assert (fields()["name"], fields()["acquisition_channel"]) == ("Eva Ruiz Gil", "feria")


def test_a_change_that_changes_nothing_leaves_no_record() -> None:
    parties.bring(FIRST)

    change(**{name: value for name, value in fields().items() if name != "name"})

    assert not SourceRecord.objects.filter(payload__has_key="by_hand").exists()


def test_a_name_as_a_whole_leaves_no_part_of_the_old_one() -> None:
    parties.bring(FIRST)

    change(kind="organisation", name="Muebles Ruiz, S.L.")

    assert [fields()[part] for part in selectors_hand.NAME] == ["Muebles Ruiz, S.L.", "", "", ""]


def test_nobody_is_left_without_a_name() -> None:
    parties.bring(FIRST)

    with pytest.raises(InputError):
        change(given_name="", family_name="", second_family_name="")

    assert fields()["name"] == "Ana Ruiz Gil"


def test_a_customer_added_by_hand_has_a_number_and_can_be_taken_back() -> None:
    made = services.customer_create(
        change=services.Change(
            {"given_name": "Luz", "family_name": "Soto", "language": "es", "city": "Lugo"},
            add=[("email", "luz@soto.es")],
        ),
        now=NOW,
    )
    assert (made.name, selectors_hand.fields_of(made)["city"]) == ("Luz Soto", "Lugo")
    assert set(made.identifiers.values_list("kind", "value")) == {
        ("source_key", f"H{made.pk}"),
        ("email", "luz@soto.es"),
    }
    (record,) = selectors_hand.change_records(customer_id=made.pk)

    gone = services.customer_change_undo(customer_id=made.pk, record_id=record.pk, now=NOW)

    assert gone is None
    assert not Customer.objects.exists()
    assert not Identifier.objects.exists()


def test_others_with_the_same_address_are_found() -> None:
    parties.bring(FIRST)

    found = selectors_hand.customers_with(identifiers=[("email", "ANA@ruizgil.es"), ("phone", "999")])

    assert [each.customer.name for each in found] == ["Ana Ruiz Gil"]
    assert selectors_hand.customers_with(identifiers=[("email", "ana@ruizgil.es")], but=[customer().pk]) == []


def test_a_hand_does_not_write_into_an_import_that_is_being_written(monkeypatch: pytest.MonkeyPatch) -> None:
    parties.bring(FIRST)
    monkeypatch.setattr(watch, "PATIENCE", "50ms")

    with watch.opened(0) as importing:
        importing.ask("SELECT pg_advisory_lock(%s, 0) IS NULL", [watch.LOCKS])
        with pytest.raises(InputError, match="An import is being written"):
            change(language="ca")
    change(language="ca")

    assert fields()["language"] == "ca"
