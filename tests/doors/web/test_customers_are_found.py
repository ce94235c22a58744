"""The list of customers: found as one types, filtered, sorted, page by page, telling no more than the role may."""

import re

import pytest
from django.test import Client
from tests.make import served, staff, store

from vinculo.identify.records.models import Customer
from vinculo.measure import selection
from vinculo.measure.records import selectors
from vinculo.measure.records.selectors import Filters

BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in(site: Client, role: str) -> Client:
    site.force_login(staff.user(role), backend=BACKEND)
    return site


def ids(page: selectors.Page) -> list[int]:
    return list(page.ids)


@pytest.fixture
def people(records: store.Database) -> dict[str, Customer]:
    return {
        "maria": served.customer(
            "María García-López", number="C-100", email="maria@example.org", phone="+34 600 123 456", country="ES"
        ),
        "mario": served.customer("Mario Rossi", number="C-101", email="rossi@example.it", country="IT"),
        "acme": served.customer("Acme, S.L.", number="C-200", kind="organisation"),
        "jose": served.customer("José Ángel Muñoz", number="D-300", standing="prospect"),
    }


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("mar", {"maria", "mario"}),
        ("GARCÍA", {"maria"}),
        ("garcia mar", {"maria"}),
        ("lop", {"maria"}),
        ("María García-L", {"maria"}),
        ("munoz jose", {"jose"}),
        ("angel", {"jose"}),
        ("c-10", {"maria", "mario"}),
        ("D-300", {"jose"}),
        ("maria@ex", {"maria"}),
        ("600 123", {"maria"}),
        ("+34600123456", {"maria"}),
        ("0034 600", {"maria"}),
        ("acme, s.l.", {"acme"}),
        ("a", {"acme"}),
        ("' OR 1=1 --", set()),
        (":* & | !", set()),
        ("%", set()),
    ],
)
def test_a_search_finds_words_by_their_beginning(people: dict[str, Customer], text: str, names: set[str]) -> None:
    found = selectors.customer_list(Filters(search=text))

    assert {name for name, each in people.items() if each.pk in found.ids} == names


@pytest.mark.parametrize("text", ["mar", "garcia", "c-1", "600123", "a"])
def test_a_search_with_very_many_answers_finds_the_same(
    people: dict[str, Customer], text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = served.published([{"customer_id": each.pk} for each in people.values()])
    filters = Filters(run_id=run.pk, search=text)
    few = [selectors.customer_list(filters, sort=sort) for sort in ("name", "total")]

    monkeypatch.setattr("vinculo.identify.records.selectors_search.MANY", 0)

    assert [selectors.customer_list(filters, sort=sort) for sort in ("name", "total")] == few


def test_who_may_not_see_persons_finds_them_by_number_alone(people: dict[str, Customer]) -> None:
    def found(text: str) -> list[int]:
        return ids(selectors.customer_list(Filters(search=text, personal=False)))

    assert found("maria") == found("600123") == found("maria@") == []
    assert found("acme") == [people["acme"].pk]
    assert found("C-100") == [people["maria"].pk]


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("sort", list(selectors.SORTS))
def test_pages_follow_one_another_without_gap_or_repeat(records: store.Database, sort: str, backwards: bool) -> None:
    made = [served.customer(f"Name {n % 4}", number=str(n)) for n in range(23)]
    run = served.published(
        [
            {
                "customer_id": each.pk,
                "total_value_minor": n % 5,
                "residual_value_minor": n % 3,
                "since_last_days": None if n % 6 == 0 else n % 4,
            }
            for n, each in enumerate(made)
        ]
    )
    filters = Filters(run_id=run.pk)
    whole = ids(selectors.customer_list(filters, sort=sort, backwards=backwards, size=100))

    forth: list[int] = []
    page = selectors.customer_list(filters, sort=sort, backwards=backwards, size=5)
    while True:
        forth += page.ids
        if not page.more_after:
            break
        page = selectors.customer_list(filters, sort=sort, backwards=backwards, size=5, after=page.last)
    back = list(page.ids)
    while page.more_before:
        page = selectors.customer_list(filters, sort=sort, backwards=backwards, size=5, before=page.first)
        back = [*page.ids, *back]

    assert sorted(whole) == sorted(each.pk for each in made)
    assert forth == whole
    assert back == whole
    turned = ids(selectors.customer_list(filters, sort=sort, backwards=not backwards, size=100))
    assert turned == whole[::-1]


def test_a_selection_of_a_chart_holds_exactly_its_customers(people: dict[str, Customer]) -> None:
    run = served.published(
        [
            {"customer_id": people["maria"].pk, "value_tier": "high_performance", "country": "ES"},
            {"customer_id": people["mario"].pk, "value_tier": "high_performance", "country": None},
            {"customer_id": people["acme"].pk, "country": "ES", "contribution_minor": 5},
        ]
    )

    def found(**terms: object) -> set[int]:
        filters = Filters(run_id=run.pk, chosen=selection.of(str(run.pk), **terms))
        assert selectors.customer_count(filters).number == len(selectors.customer_list(filters, sort="total").ids)
        assert set(selectors.customer_list(filters).ids) == set(selectors.customer_list(filters, sort="total").ids)
        return set(selectors.customer_list(filters).ids)

    assert found(tier="high_performance") == {people["maria"].pk, people["mario"].pk}
    assert found(tier="high_performance", country="ES") == {people["maria"].pk}
    assert found(country="unknown") == {people["mario"].pk}
    assert found(rank_to=1) == {people["acme"].pk}
    assert found(contribution_below=5) == {people["maria"].pk, people["mario"].pk}


def test_the_page_shows_names_only_to_those_who_may_see_them(site: Client, people: dict[str, Customer]) -> None:
    named = signed_in(site, "agent").get("/customers/").content.decode()
    site.logout()
    masked = signed_in(site, "read_only").get("/customers/").content.decode()

    assert "María" in named
    assert "María" not in masked
    assert "Customer C-100" in masked
    assert "Acme, S.L." in masked


def test_what_customers_are_worth_is_shown_to_those_who_may_see_it(site: Client, people: dict[str, Customer]) -> None:
    run = served.published([{"customer_id": people["maria"].pk, "total_value_minor": 123_456_00}])
    signed_in(site, "agent")

    assert "123,456" not in site.get("/customers/").content.decode()
    assert site.get("/customers/?sort=total").status_code == 403
    assert site.get("/customers/?total_from=1").status_code == 403
    assert site.get(f"/customers/?run={run.pk}&rank_to=1").status_code == 403
    site.logout()
    assert "€123,456" in signed_in(site, "analyst").get("/customers/").content.decode()


def test_typing_brings_only_the_people(site: Client, people: dict[str, Customer]) -> None:
    signed_in(site, "agent")

    answer = site.get("/customers/?q=ross&tier=&kind=", headers={"HX-Request": "true", "HX-Target": "people"})

    assert answer.headers["HX-Push-Url"] == "?q=ross&sort=name"
    assert answer.content.decode().lstrip().startswith('<section id="people"')
    assert "Mario Rossi" in answer.content.decode()
    assert "María" not in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["sort=salary", "kind=dog", "since_last_from=soon", "worth_from=much", "worth_from=inf", "standing=x"]
)
def test_a_query_that_makes_no_sense_is_answered_in_plain_words(
    site: Client, people: dict[str, Customer], query: str
) -> None:
    served.published([{"customer_id": people["maria"].pk}])

    answer = signed_in(site, "analyst").get(f"/customers/?{query}")

    assert answer.status_code == 400
    assert "This request could not be understood" in answer.content.decode()


@pytest.mark.parametrize("query", ["run=999", "run=x", "run=99999999999999999999"])
def test_a_run_that_is_not_there_is_not_found(site: Client, records: store.Database, query: str) -> None:
    assert signed_in(site, "analyst").get(f"/customers/?{query}").status_code == 404


@pytest.mark.parametrize("query", ["after=x", "after=999", "before=99999999999999999999", "q=%00", "q=" + "x" * 5000])
def test_odd_places_and_searches_show_a_page(site: Client, people: dict[str, Customer], query: str) -> None:
    assert signed_in(site, "agent").get(f"/customers/?{query}").status_code == 200


def test_the_form_takes_amounts_in_whole_units(site: Client, people: dict[str, Customer]) -> None:
    served.published(
        [
            {"customer_id": people["maria"].pk, "total_value_minor": 100_00},
            {"customer_id": people["mario"].pk, "total_value_minor": 99_99},
        ]
    )

    page = signed_in(site, "relationship_manager").get("/customers/?worth_from=100").content.decode()

    assert "María" in page
    assert "Mario" not in page
    assert re.search(r'name="worth_from" value="100"', page)


def test_a_saved_view_is_ones_own_unless_shared(site: Client, people: dict[str, Customer]) -> None:
    signed_in(site, "relationship_manager")
    site.post("/customers/views/", {"name": "  Mine ", "query": "q=mar"})
    site.post("/customers/views/", {"name": "Ours", "query": "q=acme", "shared": "1"})
    site.logout()
    page = signed_in(site, "agent").get("/customers/").content.decode()

    assert "Ours" in page
    assert "Mine" not in page
    assert "?q=acme" in page


def test_nobody_removes_or_shares_beyond_the_role(site: Client, people: dict[str, Customer]) -> None:
    signed_in(site, "relationship_manager")
    site.post("/customers/views/", {"name": "Ours", "query": "", "shared": "1"})
    view = selectors.view_list(owner_id=staff.User.objects.get().pk).get()
    site.logout()
    signed_in(site, "agent")

    assert site.post(f"/customers/views/{view.pk}/remove/").status_code == 404
    site.post("/customers/views/", {"name": "Everybody's", "query": "", "shared": "1"})
    assert not selectors.view_list(owner_id=0).filter(name="Everybody's").exists()
    assert site.post("/customers/views/", {"name": " "}).status_code == 400
    site.logout()
    assert signed_in(site, "read_only").post("/customers/views/", {"name": "x"}).status_code == 403


def test_a_list_that_costs_much_to_count_is_estimated_and_then_counted(
    site: Client, people: dict[str, Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vinculo.measure.records.selectors.CHEAP", -1.0)
    page = signed_in(site, "agent").get("/customers/").content.decode()

    assert "counting…" in page
    assert "4 customers." in site.get("/customers/count/?sort=name").content.decode()
