"""The list of customers against a list worked out by hand, whichever side is read first and whoever is asked next."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.make import served, store

from vinculo.differentiate.records import readers
from vinculo.differentiate.records.models import Run
from vinculo.identify.records.models import Customer
from vinculo.measure import selection
from vinculo.measure.records import named, places, scored, selectors
from vinculo.measure.records.selectors import Filters

pytestmark = pytest.mark.slow

NAMES = ("Ana Ma", "Mar Ana", "Maria López", "Li Wei", "Wei Li", "Lina Mar", "Óscar Gil", "Acme, S.L.")
TIERS = ("standard", "high_potential", "high_performance")
WAYS: dict[str, dict[Any, int]] = {
    "few are asked for first": {},
    "a page is looked for among many": {(named, "FEW"): 0, (scored, "FEW"): 0},
    "hardly any passes": {(named, "FEW"): 0, (scored, "FEW"): 0, (places, "BATCH"): 2},
    "a search finds very many": {("search", "MANY"): 0, (scored, "FEW"): 0, (places, "BATCH"): 3},
}
ASKED: dict[str, tuple[dict[str, Any], Callable[[Any], bool]]] = {
    "everybody": ({}, lambda each: True),
    "a tier": ({"tier": "high_potential"}, lambda each: each["tier"] == "high_potential"),
    "organisations": ({"kind": "organisation"}, lambda each: each["kind"] == "organisation"),
    "prospects of a tier": (
        {"standing": "prospect", "tier": "standard"},
        lambda each: each["standing"] == "prospect" and each["tier"] == "standard",
    ),
    "a search": ({"search": "mar"}, lambda each: "mar" in each["name"].casefold()),
    "two letters": (
        {"search": "li"},
        lambda each: {"li"} & set(each["name"].casefold().split()) or each["begins"]("li"),
    ),
    "a search in a tier": (
        {"search": "ana", "tier": "standard", "kind": "person"},
        lambda each: (
            "ana" in each["name"].casefold().split() and each["tier"] == "standard" and each["kind"] == "person"
        ),
    ),
    "numbers in a tier": (
        {"search": "n-1", "tier": "standard"},
        lambda each: each["number"].startswith("N-1") and each["tier"] == "standard",
    ),
}


@pytest.fixture
def shop(records: store.Database) -> tuple[Run, list[dict[str, Any]]]:
    """Make 40 customers, all but every fifth with values in a run."""
    people: list[dict[str, Any]] = []
    for n in range(40):
        name, kind = NAMES[n % 8], "organisation" if n % 8 == 7 else "person"
        standing = "prospect" if n % 6 == 0 else "actual"
        made = served.customer(name, number=f"N-{n}", kind=kind, standing=standing)
        people.append({"pk": made.pk, "name": made.search_text, "kind": kind, "standing": standing, "number": f"N-{n}"})
        people[-1] |= {"tier": TIERS[n % 3] if n % 5 else None, "total": n % 7, "begins": made.search_text.startswith}
    run = served.published(
        [
            {"customer_id": each["pk"], "value_tier": each["tier"], "total_value_minor": each["total"]}
            for each in people
            if each["tier"]
        ]
    )
    return run, people


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("sort", ["name", "number", "total"])
@pytest.mark.parametrize("asked", list(ASKED))
@pytest.mark.parametrize("way", list(WAYS))
def test_pages_hold_whom_they_should_in_order_and_count_them(
    shop: tuple[Run, list[dict[str, Any]]],
    monkeypatch: pytest.MonkeyPatch,
    way: str,
    asked: str,
    sort: str,
    backwards: bool,
) -> None:
    run, people = shop
    for (module, limit), value in WAYS[way].items():
        monkeypatch.setattr(
            "vinculo.identify.records.selectors_search.MANY" if module == "search" else f"{module.__name__}.{limit}",
            value,
        )
    terms, passes = ASKED[asked]
    chosen = selection.of(str(run.pk), **({"tier": terms["tier"]} if "tier" in terms else {}))
    key = {"name": lambda each: (each["name"], each["pk"]), "number": lambda each: each["pk"]}
    key["total"] = lambda each: (-each["total"], each["pk"])
    expected = [each["pk"] for each in sorted(people, key=key[sort], reverse=backwards) if passes(each)]
    if sort == "total":
        expected = [pk for pk in expected if next(each for each in people if each["pk"] == pk)["tier"]]

    def filters() -> Filters:
        return Filters(run_id=run.pk, chosen=chosen, **{name: text for name, text in terms.items() if name != "tier"})

    forth: list[int] = []
    page = selectors.customer_list(filters(), sort=sort, backwards=backwards, size=3)
    while page.more_after:
        forth += page.ids
        page = selectors.customer_list(filters(), sort=sort, backwards=backwards, size=3, after=page.last)
    forth += page.ids
    back = list(page.ids)
    while page.more_before:
        page = selectors.customer_list(filters(), sort=sort, backwards=backwards, size=3, before=page.first)
        back = [*page.ids, *back]

    assert forth == expected
    assert back == expected
    count = selectors.customer_count(filters(), sort=sort)
    assert not count.exact or count.number == len(expected)
    assert selectors.customer_count(filters(), sort=sort, exactly=True) == selectors.Count(len(expected), exact=True)


def test_letters_that_begin_very_many_names_are_looked_for_in_names_alone(
    records: store.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    named_so = served.customer("Maria Gil", number="1")
    written_so = served.customer("Rosa Gil", number="2", email="maria@example.org")
    pages = [selectors.customer_list(Filters(search=text)).ids for text in ("mar", "maria@e")]

    monkeypatch.setattr("vinculo.identify.records.selectors_search.MANY_NAMES", 0)

    assert pages == [(named_so.pk, written_so.pk), (written_so.pk,)]
    assert selectors.customer_list(Filters(search="mar")).ids == (named_so.pk,)
    assert selectors.customer_list(Filters(search="maria@e")).ids == (written_so.pk,)


def test_customers_who_bear_several_such_identifiers_hide_no_other(
    records: store.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [served.customer(f"Ana {n}", number=f"x-{n}", email=f"x-{n}@example.org") for n in range(4)]
    monkeypatch.setattr("vinculo.identify.records.selectors_search.MANY", 4)

    assert selectors.customer_list(Filters(search="x-")).ids == tuple(each.pk for each in made)
    assert selectors.customer_count(Filters(search="x-"), exactly=True).number == 4


def test_a_customer_knows_its_neighbours_only_inside_the_list(shop: tuple[Run, list[dict[str, Any]]]) -> None:
    run, people = shop
    inside = next(each for each in people if each["tier"] == "standard")
    outside = next(each for each in people if each["tier"] == "high_potential")
    filters = Filters(run_id=run.pk, chosen=selection.of(str(run.pk), tier="standard"))

    for sort in ("name", "number", "total"):
        assert selectors.customer_place(filters, customer_id=inside["pk"], sort=sort, inside=True) is not None
        assert selectors.customer_place(filters, customer_id=outside["pk"], sort=sort, inside=True) is None
        assert selectors.customer_place(filters, customer_id=outside["pk"], sort=sort) is not None


def test_the_file_of_served_values_says_what_the_store_says(records: store.Database) -> None:
    made = [served.customer(f"Customer {n}", number=str(n)) for n in range(3)]
    given = [
        {"customer_id": made[0].pk, "country": 'A "quoted", text\nof two lines', "p_buys": 0.1 + 0.2, "channel": ""},
        {
            "customer_id": made[1].pk,
            "country": None,
            "residual_value_minor": -(2**60),
            "last_purchase_on": "2024-02-29",
        },
        {"customer_id": made[2].pk, "country": "unknown", "since_last_days": 7},
    ]
    run = served.published(given)

    file = readers.values_file(run_id=run.pk)
    with readers.values_reader(file) as engine:
        rows = {row["customer_id"]: row for row in engine.rows("FROM listed").to_pylist()}

    kept = {each.customer_id: each for each in readers.CustomerValue.objects.filter(run_id=run.pk)}
    assert {key: {name: getattr(kept[key], name) for name in row} for key, row in rows.items()} == rows
    assert list(rows) == [each.pk for each in made]
    assert readers.values_file(run_id=run.pk + 1) is None


def test_a_run_that_is_forgotten_leaves_no_file(records: store.Database) -> None:
    run = served.published([{"customer_id": served.customer("Ana", number="1").pk}])
    file = readers.values_file(run_id=run.pk)
    assert file is not None
    assert file.exists()

    readers.values_forget(run_id=run.pk)

    assert not file.exists()
    assert selectors.customer_count(Filters(run_id=run.pk), sort="total").number == 1


def test_customers_added_after_the_run_are_found_by_name(shop: tuple[Run, list[dict[str, Any]]]) -> None:
    run, people = shop
    late = served.customer("Zoe Last", number="late")

    assert selectors.customer_list(Filters(run_id=run.pk), backwards=True, size=1).ids == (late.pk,)
    assert late.pk not in selectors.customer_list(Filters(run_id=run.pk), sort="total", size=100).ids
    assert Customer.objects.count() == len(people) + 1 == selectors.customer_count(Filters(run_id=run.pk)).number
