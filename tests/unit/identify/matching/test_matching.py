"""Small bases matched with the shipped model: who is one person, who is not, and what a steward decides."""

import pytest
from tests.make import matching as make

from vinculo.foundation.errors import InputError

ANA = {"birth_date": "1970-03-04", "email": "ana.ruiz@casa.es", "phone": "+34600111222"}
HOME = {"street": "C/ Mayor, 5, 3º B", "postcode": "28001", "city": "Madrid"}


@pytest.mark.parametrize(
    "again",
    [
        make.person(2, "Mª Ana", "RUIZ", email="ana.ruiz@casa.es", **HOME),
        make.person(2, "A.", "Ruiz", "Pérez", phone="+34600111222", **HOME),
        make.person(2, "Ruiz", "Ana", email="ana.ruiz@casa.es", phone="+34600111222"),
        make.person(2, "Ana", "Pérez", "Ruiz", birth_date="1970-04-03", email="ana.ruiz@casa.es"),
        make.person(2, "Aan", "Ruiz", "Perez", birth_date="1970-03-04", street="CALLE MAYOR 5 3B", postcode="28001"),
        make.person(2, None, None, full_name="RUIZ PEREZ, ANA", email="ana.ruiz@casa.es", phone="+34600111222"),
    ],
    ids=["two given names", "initial", "swapped", "surnames swapped", "slip", "unsplit"],
)
def test_one_person_written_twice_is_one(again: make.Row) -> None:
    found = make.match([make.person(1, "Ana", "Ruiz", "Pérez", **ANA, **HOME), again])

    assert found.together(1, 2)


@pytest.mark.parametrize(
    ("other", "rules"),
    [
        (make.person(2, "Luis", "Ruiz", "Pérez", email=ANA["email"], phone=ANA["phone"], **HOME), ["given_name"]),
        (make.person(2, "Antonia", "Ruiz", "Pérez", phone=ANA["phone"], **HOME), ["given_name"]),
        (make.person(2, "Ana", "Ruiz", "Soto", email=ANA["email"], phone=ANA["phone"], **HOME), ["second_surname"]),
        (make.person(2, "Ana", "Ruiz", "Pérez", phone=ANA["phone"], birth_date="2001-11-30", **HOME), ["birth_date"]),
        (make.person(2, "Ana", "Ruiz", "Pérez", phone=ANA["phone"], tax_id="87654321X", **HOME), ["tax_id"]),
    ],
    ids=["spouse", "sister", "cousin", "daughter", "another tax number"],
)
def test_people_of_one_home_stay_apart_and_say_why(other: make.Row, rules: list[str]) -> None:
    found = make.match([make.person(1, "Ana", "Ruiz", "Pérez", tax_id="12345678Z", **ANA, **HOME), other])

    assert not found.together(1, 2)
    edge = found.edges[1, 2]
    assert (edge["rules"], edge["decided_by"]) == (rules, "guardrail")
    assert edge["band"] == ("separate" if rules == ["given_name"] else "steward")


@pytest.mark.parametrize(
    ("names", "records", "more", "one"),
    [
        (("María", "García"), 20_000, {}, False),
        (("María", "García"), 100, {}, True),
        (("Zuriñe", "Arrizubieta"), 20_000, {}, True),
        (("María", "García"), 20_000, {"phone": "+34600111222"}, True),
    ],
    ids=["many bear it", "in a small base", "hardly anybody bears it", "with a phone"],
)
def test_namesakes_with_one_birthday_are_one_only_where_chance_would_hardly_make_them(
    names: tuple[str, str], records: int, more: dict[str, str], one: bool
) -> None:
    rows = [make.person(place, *names, birth_date="1970-03-04", **more) for place in (1, 2)]

    found = make.match(rows, make.shipped(records=records))

    assert found.together(1, 2) is one
    assert found.edges[1, 2]["band"] == ("auto" if one else "steward")


def test_an_edge_adds_up_and_names_its_model() -> None:
    found = make.match([make.person(1, "Ana", "Ruiz", **ANA), make.person(2, "Ana", "Ruiz", **ANA)])

    edge = found.edges[1, 2]
    assert (edge["band"], edge["decided_by"], edge["model_version"]) == ("auto", "model", make.shipped().version)
    chance = make.shipped().settings["probability_two_random_records_match"]
    assert 2 ** (edge["match_weight"] - sum(dict(edge["weights"]).values())) == pytest.approx(chance / (1 - chance))


def test_a_stranger_in_a_chain_is_cut_off_at_the_weakest_edge_and_shown_to_a_steward() -> None:
    rows = [
        make.person(1, "María", "Soler", "Gil", email="soler@casa.es", **HOME),
        make.person(2, "M.", "Soler", phone="+34600333444", email="soler@casa.es", **HOME),
        make.person(3, "Manuel", "Soler", "Gil", phone="+34600333444", **HOME),
    ]

    found = make.match(rows)

    assert not found.together(1, 3)
    assert found.component[1] == found.component[3] == 1
    assert [edge["decided_by"] for edge in found.edges.values() if edge["band"] == "steward"] == ["cluster"]


def test_what_a_steward_says_beats_the_model() -> None:
    rows = [
        make.person(1, "Ana", "Ruiz", **ANA),
        make.person(2, "Ana", "Ruiz", **ANA),
        make.person(3, "Luis", "Gil"),
        make.person(4, "Berta", "Sanz"),
    ]

    found = make.match(rows, said=make.assertions((2, 1, "different"), (3, 4, "same"), (3, 99, "same")))

    assert not found.together(1, 2)
    assert found.together(3, 4)
    assert {pair: edge["decided_by"] for pair, edge in found.edges.items()} == {
        (1, 2): "assertion",
        (3, 4): "assertion",
    }


def test_a_pair_said_to_be_both_is_refused() -> None:
    rows = [make.person(1, "Ana", "Ruiz"), make.person(2, "Ana", "Ruiz")]

    with pytest.raises(InputError, match="both the same and different"):
        make.match(rows, said=make.assertions((1, 2, "same"), (2, 1, "different")))


@pytest.mark.parametrize(
    ("other", "one"),
    [
        (make.company(2, "FERRETERIA SOLER SL", tax_id="B58378431", city="Lugo"), True),
        (make.company(2, "Ferretería Soler", email="info@soler.es", phone="+34911222333"), True),
        (make.company(2, "Ferretería Soler", tax_id="B58378431", street="Calle Real 9", postcode="28001"), False),
        (make.company(2, "Muebles Soler", email="info@soler.es", phone="+34911222333"), False),
    ],
    ids=["legal form", "same contact", "branch", "same switchboard"],
)
def test_a_company_is_one_but_a_branch_is_not(other: make.Row, one: bool) -> None:
    soler = {"tax_id": "B58378431", "email": "info@soler.es", "phone": "+34911222333", "city": "Lugo"}

    found = make.match(
        [make.company(1, "Ferretería Soler, S.L.", street="Rúa Nova, 3", postcode="27001", **soler), other]
    )

    assert found.together(1, 2) is one


def test_no_two_people_of_a_made_up_base_share_a_customer_but_not_a_name_a_birth_date_or_a_tax_number() -> None:
    rows, person = make.base_of(3_000, 23)

    found = make.match(rows, make.shipped(records=3_000))

    known = {row["record_id"]: make.traits(row) for row in rows}
    by_cluster: dict[int, list[int]] = {}
    for record, cluster in found.cluster.items():
        by_cluster.setdefault(cluster, []).append(record)
    pairs = [(one, other) for members in by_cluster.values() for one in members for other in members if one < other]
    assert len(pairs) > 500
    assert [pair for pair in pairs if strangers(*(known[record] for record in pair))] == []
    assert sum(person[one] == person[other] for one, other in pairs) / len(pairs) > 0.97


def strangers(one: make.Row, other: make.Row) -> bool:
    """Tell whether two records have familiar given names without a word in common, and nothing else that counts."""
    swapped = one["given"] == other["family"] or one["family"] == other["given"] or one["names"] == other["names"]
    same = any(one[field] and one[field] == other[field] for field in ("birth", "tax_id"))
    named = one["given_familiar"] and other["given_familiar"]
    return bool(named and not swapped and not same and not set(one["given"].split()) & set(other["given"].split()))
