"""What a customer's network is worth stands beside its own value, each person in it counted once."""

from datetime import date

import pytest
from tests.make import bound, served, store

from vinculo.differentiate.records import selectors
from vinculo.identify.records.households import services as households
from vinculo.identify.records.models import Customer

DAY = date(2024, 6, 1)


@pytest.fixture
def people(records: store.Database) -> list[Customer]:
    return [bound.person(name, "Soto") for name in ("Ana", "Luis", "Eva", "Marta")]


def network(*mine: Customer, values: dict[int, int]) -> dict[str, tuple[int, int, int]]:
    run = served.published([{"customer_id": key, "total_value_minor": value} for key, value in values.items()])
    found = selectors.network_of(run_id=run.pk, customer_ids=[each.pk for each in mine], day=DAY)
    return {part.way: (part.people, part.value_minor, part.attributed_minor) for part in found}


def test_several_who_recommended_the_same_one_share_it(people: list[Customer]) -> None:
    ana, luis, eva, marta = people
    bound.bind("referral", ana, eva)
    bound.bind("referral", luis, eva)
    bound.bind("referral", ana, marta, begins_on=date(2024, 6, 2))

    assert network(ana, values={ana.pk: 999, eva.pk: 1000, marta.pk: 4000}) == {"referral": (1, 1000, 250)}


def test_who_is_tied_in_two_ways_counts_once_by_the_larger_share(people: list[Customer]) -> None:
    ana, luis, eva, marta = people
    bound.bind("referral", ana, eva)
    bound.bind("friend", eva, ana)
    bound.bind("friend", luis, ana)
    bound.bind("influence", marta, ana)
    households.household_create(customer_ids=[ana.pk, eva.pk, marta.pk], now=served.NOW)

    found = network(ana, values={eva.pk: 1000, luis.pk: 100})

    assert found == {"referral": (1, 1000, 500), "household": (1, 0, 0), "influence": (1, 100, 10)}


def test_the_rows_of_one_customer_are_no_network_of_their_own(people: list[Customer]) -> None:
    ana, luis, eva, _marta = people
    bound.bind("referral", ana, luis)
    bound.bind("referral", luis, eva)

    assert network(ana, luis, values={luis.pk: 5000, eva.pk: 1000}) == {"referral": (1, 1000, 500)}
