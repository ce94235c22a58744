"""The whole base is matched: duplicates become one customer, households stay apart, and a repeat is silent."""

from pathlib import Path

import pytest
from django.conf import settings
from tests.make import imports as files
from tests.make import served, store

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.identify.records.matching import lookup, publishing, services
from vinculo.identify.records.membership import selectors
from vinculo.identify.records.membership import services as membership
from vinculo.identify.records.models import Identifier, Matching, Merge

NOW = served.NOW
HEADER = "Código;Nombre;Primer apellido;Segundo apellido;Fecha nacimiento;Correo;Teléfono;NIF;Dirección;CP;Ciudad\n"
SHOP = HEADER + "".join(
    f"{row}\n"
    for row in (
        "1;Zoraida;Quintanilla;Berenguer;04/05/1971;zoraida@quintanilla.es;611223344;;C/ del Olvido 17;08001;Barcelona",
        "2;Luis;Quintanilla;Berenguer;;;;;Calle del Olvido 17;08001;Barcelona",
        "3;María Carmen;Ruipérez;Onaindia;12/11/1980;mc@ruiperez.es;600111222;12345678Z;Avenida Sol 3;28001;Madrid",
        "4;Jorge;Arizmendi;Luaces;01/02/1990;jorge@arizmendi.es;;;;;",
    )
)
TILL = HEADER + "".join(
    f"{row}\n"
    for row in (
        "T1;ZORAIDA;QUINTANILLA;;04/05/1971;zoraida@quintanilla.es;+34 611223344;;;;",
        "T2;Mª Carmen;Ruiperez;Onaindia;12/11/1980;;600 11 12 22;12345678-Z;Avda. Sol, 3;28001;Madrid",
        "T3;Estefanía;Zubizarreta;Pol;;e@zubizarreta.es;;;;;",
    )
)

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def own_home(own_records: store.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VINCULO_HOME", str(tmp_path))
    monkeypatch.setattr(settings, "IMPORTS_FOLDER", tmp_path / "imports")


def matched(*, publish: bool = True) -> Matching:
    with actor.acting("ana"):
        asked = services.matching_ask(now=NOW)
        made = services.matching_make(matching_id=asked.pk, clock=lambda: NOW)
        if publish:
            publishing.matching_publish(matching_id=made.pk, now=NOW)
    return made


def customers() -> set[frozenset[str]]:
    """Return the numbers under which sources know each customer."""
    numbers = dict(Identifier.objects.filter(kind="source_key").values_list("customer_id", "value"))
    current = selectors.current_of(numbers)
    return {
        frozenset(numbers[party] for party in numbers if current[party] == customer) for customer in current.values()
    }


def party(number: str) -> int:
    return Identifier.objects.get(kind="source_key", value=number).customer_id


def test_duplicates_become_one_and_households_stay_apart() -> None:
    files.bring(SHOP, name="shop.csv", kind="customers")
    files.bring(TILL, name="till.csv", kind="customers", source="till")
    proposed = matched(publish=False)

    assert (proposed.counts["records"], proposed.counts["merges"], proposed.counts["customers_fewer"]) == (7, 2, 2)
    assert not Merge.objects.exists(), "nothing is in force before it is published"

    publishing.matching_publish(matching_id=proposed.pk, now=NOW)
    assert customers() == {frozenset(each) for each in ({"1", "T1"}, {"2"}, {"3", "T2"}, {"4"}, {"T3"})}
    again = matched()
    assert (again.counts["merges"], again.counts["separations"]) == (0, 0)
    assert Merge.objects.count() == 2


def test_what_a_person_has_decided_beats_every_later_matching() -> None:
    files.bring(SHOP, name="shop.csv", kind="customers")
    files.bring(TILL, name="till.csv", kind="customers", source="till")
    matched()
    wrong = Merge.objects.get(begun__party_id__in=[party("1"), party("T1")])
    membership.merge_undo(merge_id=wrong.pk, now=NOW)
    membership.customers_merge(customer_ids=[party("4"), party("T3")], now=NOW)

    matched()

    assert customers() == {frozenset(each) for each in ({"1"}, {"T1"}, {"2"}, {"3", "T2"}, {"4", "T3"})}


def test_what_the_model_joined_comes_apart_when_the_records_say_otherwise() -> None:
    files.bring(SHOP, name="shop.csv", kind="customers")
    files.bring(TILL, name="till.csv", kind="customers", source="till")
    matched()
    files.bring(
        HEADER + "T1;Remedios;Altamirano;Ces;01/01/1950;r@altamirano.es;+34 699887766;;;;\n",
        name="till2.csv",
        kind="customers",
        source="till",
    )

    found = matched()

    assert found.counts["separations"] == 1
    assert customers() >= {frozenset({"1"}), frozenset({"T1"})}


def test_who_is_typed_in_is_found_with_the_reason() -> None:
    files.bring(SHOP, name="shop.csv", kind="customers")

    typed = {"given_name": "Zoraida", "family_name": "Quintanilla", "phone": "34611223344"}
    (found,) = lookup.customers_like(typed)

    assert found.customer_id == party("1")
    assert "the same phone" in str(found.sentence)
    assert lookup.customers_like({"given_name": "Luis", "family_name": "Otero", "email": "luis@otero.es"}) == []


def test_an_empty_base_and_a_process_that_died_are_said_in_a_sentence() -> None:
    with pytest.raises(InputError, match="nothing to match"):
        matched()
    assert Matching.objects.get().state == "failed"
    died = Matching.objects.create(state="running", asked_at=NOW)
    files.bring(SHOP, name="shop.csv", kind="customers")

    matched()

    died.refresh_from_db()
    assert (died.state, died.error) == ("failed", "The process that matched died: match again.")
