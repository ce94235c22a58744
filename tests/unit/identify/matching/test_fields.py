"""What is compared of a record: names, streets and keys, the same in SQL for a million and in Python for one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.make import matching as make

from vinculo.foundation.errors import InputError
from vinculo.identify.cleaning import organisations
from vinculo.identify.matching import comparisons, fields, preparation
from vinculo.identify.matching.scoring import single

TEXTS = st.text(alphabet="aAáÑñüçº ª-'.,/0123579dDeElLsSyYΩωΛЖж", max_size=24)


def derived(rows: list[make.Row], kind: str = "person") -> dict[int, make.Row]:
    with make.engine_of(rows) as (engine, _):
        query = fields.spelled(engine, comparisons.BY_KIND[kind])
        return {row["record_id"]: row for row in engine.rows(query).to_pylist()}


@pytest.mark.parametrize(
    ("one", "other", "field"),
    [
        (("Mª Carmen", "García", None), ("MARICARMEN", "garcia", None), "given"),
        (("Pepe", "De la Fuente", None), ("José", "FUENTE", None), "given"),
        (("Pepe", "De la Fuente", None), ("José", "FUENTE", None), "family"),
        (("Ana", "Ruiz", "Pérez"), ("Ruiz", "Ana", "Perez"), "names"),
        (("Ana", "Ruiz", "Pérez"), ("Ana", "Pérez", "Ruiz"), "by_names"),
    ],
)
def test_names_that_are_the_same_are_compared_as_the_same(
    one: tuple[str, str, str | None], other: tuple[str, str, str | None], field: str
) -> None:
    found = derived([make.person(1, *one), make.person(2, *other)])

    assert found[1][field] == found[2][field] is not None


@pytest.mark.parametrize(
    "street", ["C/ Mayor, nº 5, 3º B", "CALLE MAYOR 5 3B", "c. mayor 5, piso 3 puerta b", "Cl. Mayor núm. 5 - 3ªB"]
)
def test_a_street_has_one_spelling(street: str) -> None:
    (found,) = derived([make.person(1, "Ana", "Ruiz", street=street)]).values()

    assert (found["street"], found["line"]) == ("calle mayor 5 3b", "calle mayor 5")


def test_a_full_name_that_nobody_split_is_compared_by_its_words() -> None:
    found = derived(
        [make.person(1, None, None, full_name="GARCÍA PÉREZ, Ana"), make.person(2, "Ana", "García", "Pérez")]
    )

    assert found[1]["by_names"] == found[2]["by_names"] == "ana garcia perez"


def test_a_placeholder_date_is_no_birth_date() -> None:
    found = derived([make.person(1, "Ana", "Ruiz", birth_date="1900-01-01")])

    assert (found[1]["birth"], found[1]["by_birth_given"]) == (None, None)


def test_what_too_many_share_neither_blocks_nor_agrees() -> None:
    rows = [
        make.person(number, f"Nombre{number}", "Ruiz", email="caja@tienda.es") for number in range(fields.LIMIT + 1)
    ]
    rows.append(make.person(99, "Ana", "Ruiz", email="ana@tienda.es"))

    with make.engine_of(rows) as (engine, scratch):
        prepared = preparation.prepare(engine, "person", scratch)
        query = prepared.usable("person_traits")
        found = engine.rows(f"SELECT DISTINCT email FROM ({query})").column("email").to_pylist()

    assert set(found) == {None, "ana@tienda.es"}


@pytest.mark.parametrize("name", ["Panadería Pérez, S.L.", "ACME SA de CV", "Tools Ltd", "Muebles López SL", "Ana Sa"])
def test_a_company_is_compared_without_its_legal_form(name: str) -> None:
    form = organisations.legal_form(name)
    (found,) = derived([make.company(1, name)], "organisation").values()

    assert found["name"] == single.plain(name.removesuffix(form)) or name == "Ana Sa"


def test_a_provider_for_everybody_is_no_web_domain() -> None:
    found = derived(
        [make.company(1, "Uno", email="uno@gmail.com"), make.company(2, "Dos", email="info@dos.es")], "organisation"
    )

    assert (found[1]["web_domain"], found[2]["web_domain"]) == (None, "dos.es")


@pytest.mark.parametrize("kind", ["person", "organisation"])
def test_one_record_is_derived_as_a_million_are(kind: str) -> None:
    rows, _ = make.base_of(2_000, 31, kind)

    assert derived(rows, kind) == {row["record_id"]: single.traits(row, kind) for row in rows}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS), min_size=1, max_size=40))
def test_one_record_of_any_text_is_derived_as_a_million_are(texts: list[tuple[str, str, str, str]]) -> None:
    rows = [
        make.person(place, given_name, family, second, street=street, city=family, full_name=given_name)
        for place, (given_name, family, second, street) in enumerate(texts)
    ]
    companies = [row | {"kind": "organisation"} for row in rows]

    assert derived(rows) == {row["record_id"]: single.traits(row, "person") for row in rows}
    assert derived(companies, "organisation") == {
        row["record_id"]: single.traits(row, "organisation") for row in companies
    }


def test_records_that_lack_a_column_are_refused() -> None:
    with make.engine_of([]) as (engine, scratch):
        engine.attach("records", make.table([]).drop_columns(["phone", "city"]))

        with pytest.raises(InputError, match="phone, city"):
            preparation.prepare(engine, "person", scratch)
