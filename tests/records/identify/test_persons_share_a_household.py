"""Households are suggested by a rule, decided once, and link persons without making one of two."""

from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from tests.make import proposals, served, store

from vinculo.foundation import actor
from vinculo.identify.records.households import selectors, services, suggestions
from vinculo.identify.records.matching import publishing
from vinculo.identify.records.membership import services as membership
from vinculo.identify.records.models import Address, Customer, HouseholdMembership, HouseholdPair, LinkChange
from vinculo.identify.records.relations import changes
from vinculo.identify.records.relations.changes import RelationError

NOW, DAY = served.NOW, date(2024, 6, 1)
HOME = "C/ Mayor, 5, 3º B"


def person(given: str, family: str, second: str = "", *, home: str = "", phone: str = "") -> Customer:
    made = served.customer(
        f"{given} {family} {second}".strip(),
        number=f"N{Customer.objects.count()}",
        phone=phone,
        given_name=given,
        family_name=family,
        second_family_name=second,
    )
    if home:
        Address.objects.create(customer=made, lines=home, postcode="28013", city="Madrid", source=served.source())
    return made


@pytest.fixture
def family(records: store.Database) -> list[Customer]:
    """A couple that keeps its surnames, and the child that carries one of each."""
    return [
        person("Ana", "García", "López", home=HOME),
        person("Luis", "Pérez", "Ruiz", home="CALLE MAYOR 5 3B"),
        person("Eva", "Pérez", "García", home=HOME),
    ]


def test_a_couple_and_its_child_are_suggested_as_one_family(family: list[Customer]) -> None:
    suggestions.households_suggest(now=NOW)

    (found,) = selectors.suggestion_list()
    assert ({each.pk for each in found.people}, found.kind) == ({each.pk for each in family}, "family")
    assert found.evidence == ("address", "child", "surname")
    assert Customer.objects.count() == 3


@pytest.mark.parametrize("people", [11, 10])
def test_a_residence_is_left_out(records: store.Database, people: int) -> None:
    for number in range(people):
        person(f"Given{number}", "García", home=HOME)

    found = suggestions.households_suggest(now=NOW)

    assert found == (45 if people == 10 else 0)


def test_one_person_twice_and_a_company_are_no_household(records: store.Database) -> None:
    person("Ana", "García", "López", home=HOME, phone="600111222")
    person("Ana", "García", "López", home=HOME, phone="600111222")
    shop = served.customer("Muebles García", number="X", kind="organisation", phone="600111222")
    Address.objects.create(customer=shop, lines=HOME, postcode="28013", city="Madrid", source=served.source())

    assert suggestions.households_suggest(now=NOW) == 0


def test_those_who_were_chosen_become_a_household_and_nobody_is_asked_again(family: list[Customer]) -> None:
    suggestions.households_suggest(now=NOW)
    (found,) = selectors.suggestion_list()
    ana, _luis, eva = family

    with actor.acting("marta"):
        made = services.suggestion_accept(group_id=found.group_id, customer_ids=[ana.pk, eva.pk], now=NOW)
    suggestions.households_suggest(now=NOW)

    assert [each.customer for each in selectors.member_list(household_id=made.pk, day=DAY)] == [ana, eva]
    assert selectors.suggestion_list() == []
    states = dict(HouseholdPair.objects.values_list("state", "decided_by").distinct())
    assert states == {"accepted": "marta", "refused": "marta"}


def test_what_was_refused_is_not_suggested_again(family: list[Customer]) -> None:
    suggestions.households_suggest(now=NOW)
    (found,) = selectors.suggestion_list()

    services.suggestion_refuse(group_id=found.group_id, now=NOW)

    assert suggestions.households_suggest(now=NOW) == 0


def test_a_suggestion_that_nothing_speaks_for_any_more_goes(family: list[Customer]) -> None:
    suggestions.households_suggest(now=NOW)
    Address.objects.filter(customer=family[0]).update(lines="Otra calle 9")

    suggestions.households_suggest(now=NOW)

    (found,) = selectors.suggestion_list()
    assert {each.pk for each in found.people} == {family[1].pk, family[2].pk}


def test_one_joins_leaves_and_comes_back_by_an_undo(family: list[Customer]) -> None:
    ana, luis, _eva = family
    home = services.household_create(customer_ids=[ana.pk, luis.pk], now=NOW)
    services.membership_add(household_id=home.pk, customer_id=luis.pk, now=NOW)
    his = HouseholdMembership.objects.get(customer=luis)

    services.membership_end(membership_id=his.pk, on=DAY, now=NOW)
    assert selectors.others_of(customer_ids=[ana.pk], day=DAY) == set()
    changes.change_undo(change_id=LinkChange.objects.latest("id").pk, now=NOW)

    assert selectors.others_of(customer_ids=[ana.pk], day=DAY) == {luis.pk}
    assert list(selectors.customers_in_a_household(day=DAY)) == [ana.pk, luis.pk]


def test_a_household_is_made_of_persons(records: store.Database) -> None:
    shop = served.customer("Muebles", number="X", kind="organisation")

    with pytest.raises(RelationError, match="made of persons"):
        services.household_create(customer_ids=[shop.pk], now=NOW)


def test_who_was_kept_apart_by_a_matching_is_suggested_and_a_refusal_outlives_merges(
    records: store.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VINCULO_HOME", str(tmp_path))
    ana, luis = person("Ana", "García", home=HOME), person("Luis", "García", home="C/ Mayro, 5, 3º B")
    near, twin = person("Eva", "García", home="C/ Mayro, 7, 3º B"), person("Luis", "García")
    apart = {"band": "separate", "decided_by": "guardrail", "rules": ["given_name"], "weights": {"address": 7.0}}
    edges = [proposals.edge(ana, other, **apart) for other in (luis, near)]

    publishing.matching_publish(matching_id=proposals.made(edges=edges).pk, now=NOW)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'identify.households_suggest'")
        assert cursor.fetchone() == (1,)
    assert suggestions.households_suggest(now=NOW) == 1
    (found,) = selectors.suggestion_list()
    assert ({each.pk for each in found.people}, found.evidence) == ({ana.pk, luis.pk}, ("address", "surname"))
    services.suggestion_refuse(group_id=found.group_id, now=NOW)
    membership.customers_merge(customer_ids=[luis.pk, twin.pk], survivor=twin.pk, now=NOW)
    assert suggestions.households_suggest(now=NOW) == 0
    assert Customer.objects.filter(merged_into=None).count() == 3
