"""The whole base is matched: duplicates become one customer, households stay apart, and a repeat is silent."""

from pathlib import Path

import pytest
from django.conf import settings
from tests.make import imports as files
from tests.make import served, store

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.identify.records import facts
from vinculo.identify.records.matching import lookup, policy, publishing, services
from vinculo.identify.records.membership import selectors
from vinculo.identify.records.membership import services as membership
from vinculo.identify.records.models import Identifier, Matching, Merge
from vinculo.identify.records.services import imports

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


def came(*, thorough: bool = False) -> Matching | None:
    with actor.acting("matching"):
        return services.arrivals_make(clock=lambda: NOW, thorough=thorough)


def test_what_comes_later_is_matched_as_the_whole_would_be_and_a_repeat_is_silent() -> None:
    heard: list[object] = []

    def listen(**fact: object) -> None:
        heard.append(fact["customer_id"])

    files.bring(SHOP, name="shop.csv", kind="customers")
    assert came() is None, "a base that nobody has matched is left to a person"
    matched()
    files.bring(TILL, name="till.csv", kind="customers", source="till")

    found = came()

    assert found is not None
    assert (found.kind, found.state, found.counts["records"], found.counts["merges"]) == ("arrivals", "done", 3, 2)
    assert found.published_at is not None
    assert customers() == {frozenset(each) for each in ({"1", "T1"}, {"2"}, {"3", "T2"}, {"4"}, {"T3"})}
    facts.customers_merged.connect(listen)
    try:
        assert (came(), came(thorough=True)) == (None, None)
    finally:
        facts.customers_merged.disconnect(listen)
    assert heard == []
    (merge, _other) = Merge.objects.order_by("id")
    assert merge.evidence["matching"] == found.pk
    membership.merge_undo(merge_id=merge.pk, now=NOW)
    files.bring(TILL.replace("600 11 12 22", "600 11 12 23"), name="till2.csv", kind="customers", source="till")
    assert came() is not None
    assert frozenset({"1"}) in customers(), "what a person took back is not merged again"
    again = matched(publish=False)
    assert (again.counts["merges"], again.counts["separations"]) == (0, 0), "the whole agrees"


def test_what_comes_waits_for_a_person_where_the_company_says_so() -> None:
    files.bring(SHOP, name="shop.csv", kind="customers")
    matched()
    policy.policy_set(arrivals="review", nightly="propose")
    files.bring(TILL, name="till.csv", kind="customers", source="till")
    proposed = came()
    assert proposed is not None
    assert (proposed.published_at, publishing.publishable()) == (None, [proposed.pk])
    files.bring(
        HEADER + "T4;Luis;Quintanilla;Berenguer;;;;;Calle del Olvido, 17;08001;Barcelona\n",
        name="till3.csv",
        kind="customers",
        source="till",
    )
    later = came()
    assert later is not None
    assert (later.counts["records"], publishing.publishable()) == (4, [later.pk])

    publishing.matching_publish(matching_id=later.pk, now=NOW)
    with pytest.raises(InputError, match="has been published since"):
        publishing.matching_publish(matching_id=proposed.pk, now=NOW)

    assert customers() >= {frozenset({"1", "T1"}), frozenset({"3", "T2"}), frozenset({"2", "T4"})}


def test_the_night_finds_what_was_taken_out_and_a_model_that_is_out_of_date() -> None:
    files.bring(SHOP, name="shop.csv", kind="customers")
    brought = files.bring(TILL, name="till.csv", kind="customers", source="till")
    matched()
    with actor.acting("night"):
        assert services.night_make(clock=lambda: NOW) is None
        imports.import_undo(import_id=brought.pk, by="night", now=NOW)
        gone = services.arrivals_make(clock=lambda: NOW)
        assert gone is not None
        assert gone.counts["records"] == 3
        whole = services.night_make(clock=lambda: NOW)

    assert whole is not None, "the base has shrunk"
    assert (whole.kind, whole.published_at, publishing.publishable()) == ("whole", None, [whole.pk])
    with actor.acting("night"):
        assert services.night_make(clock=lambda: NOW) is None, "one waits already"


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
