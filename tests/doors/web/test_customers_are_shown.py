"""The page of a customer: all that matters in one glance, in few queries, and no more than the role may see."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.make import served, staff, store

from vinculo.differentiate.records.models import Run
from vinculo.identify.records.models import Address, Customer, Import, SourceRecord

BACKEND = "django.contrib.auth.backends.ModelBackend"
MOST_QUERIES = 40


def page_of(site: Client, customer: Customer, role: str, query: str = "") -> str:
    site.logout()
    site.force_login(staff.User.objects.filter(username=role).first() or staff.user(role), backend=BACKEND)
    answer = site.get(f"/customers/{customer.pk}/?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def maria(records: store.Database) -> Customer:
    made = served.customer("María García", number="C-100", email="maria@example.org", phone="+34600123456")
    Address.objects.create(customer=made, source=served.source(), lines="Calle Mayor 1", city="Oviedo", country="ES")
    for number, days_ago in enumerate((200, 170, 140, 110, 80)):
        served.order(made, f"A{number}", days_ago=days_ago, lines=[{"product": "tea", "net_minor": 20_00}])
    large = served.order(made, "A9", days_ago=60, lines=[{"product": "samovar", "net_minor": 200_00}])
    served.order(
        made,
        "A10",
        days_ago=45,
        lines=[{"product": "samovar", "net_minor": -200_00, "returns": large.lines.get()}],
    )
    return made


@pytest.fixture
def run(maria: Customer) -> Run:
    return served.published(
        [
            {
                "customer_id": maria.pk,
                "value_tier": "high_potential",
                "value_tier_reason": "Worth more to come than so far.",
                "relationship_area": "build_loyalty",
                "relationship_area_reason": "Silent for longer than usual.",
                "contribution_minor": 4_321_00,
                "residual_value_minor": 765_00,
                "residual_value_low_minor": 700_00,
                "residual_value_high_minor": 811_00,
                "total_value_minor": 5_086_00,
                "p_buys": 0.42,
                "since_last_days": 60,
                "expected_purchases": 6.0,
                "expected_spend_minor": 50_00.0,
            }
        ]
    )


def test_worth_and_its_reasons_are_told(site: Client, maria: Customer, run: Run) -> None:
    page = page_of(site, maria, "relationship_manager")

    for words in (
        *("María García", "maria@example.org", "Calle Mayor 1", "High potential", "Worth more to come than so far."),
        *("Build loyalty", "Silent for longer than usual.", "€4,321", "€765", "between €700 and €811", "42%"),
    ):
        assert words in page


def test_the_rhythm_is_told_against_the_silence(site: Client, maria: Customer, run: Run) -> None:
    page = page_of(site, maria, "relationship_manager")

    assert "Bought on 6 days. Usually every 30 days." in page
    assert "Silent for 60 days as of 30 June 2024: 2.0 times the usual interval." in page


def test_a_return_leads_to_what_it_returns(site: Client, maria: Customer, run: Run) -> None:
    page = page_of(site, maria, "relationship_manager")

    assert "returns A9 of 1 May 2024" in page
    assert "Goods returned" in page


def test_a_purchase_unlike_the_others_is_named(site: Client, maria: Customer, run: Run) -> None:
    assert "1 May 2024: €200, 10.0 times the usual purchase" in page_of(site, maria, "relationship_manager")


def test_sales_by_month_are_drawn_with_what_is_expected(site: Client, maria: Customer, run: Run) -> None:
    page = page_of(site, maria, "relationship_manager")

    assert '<svg class="months" viewBox="0 0 720 200"' in page
    assert "December 2023: €20.00" in page
    assert "The dashed line is what the model expects: €25.02 a month." in page


def test_personal_data_is_masked_for_roles_that_do_not_need_it(site: Client, maria: Customer, run: Run) -> None:
    imported = Import.objects.create(
        source=served.source(), kind="customers", content_sha256="0", bytes=1, created_at=served.NOW
    )
    SourceRecord.objects.create(
        source=served.source(),
        kind="customers",
        source_key="C-100",
        payload={"raw": {"Nombre": "María García", "": None}},
        imported=imported,
        recorded_at=served.NOW,
    )
    page = page_of(site, maria, "read_only")

    for secret in ("María", "García", "maria@", "600123456", "Calle Mayor"):
        assert secret not in page
    assert "m•••@•••.org" in page
    assert "•••56" in page
    assert "Oviedo, Spain" in page
    assert "Nombre" in page_of(site, maria, "agent")


def test_costs_and_worth_are_for_those_who_may_see_them(site: Client, maria: Customer, run: Run) -> None:
    agent, finance = page_of(site, maria, "agent"), page_of(site, maria, "finance")

    assert "€4,321" not in agent
    assert ">Cost<" not in agent
    assert "Build loyalty" in agent
    assert ">Cost<" in finance


def test_the_neighbours_are_those_of_the_list_one_came_from(site: Client, maria: Customer) -> None:
    first, last = served.customer("Ana", number="1"), served.customer("Zoe", number="2")
    served.customer("Nadia", number="3", kind="organisation")

    page = page_of(site, maria, "agent", "sort=name&kind=person")

    assert f'rel="prev" href="/customers/{first.pk}/?kind=person&amp;sort=name"' in page
    assert f'rel="next" href="/customers/{last.pk}/?kind=person&amp;sort=name"' in page


def test_a_page_takes_few_queries_however_much_was_bought(site: Client, maria: Customer, run: Run) -> None:
    page_of(site, maria, "relationship_manager")
    with CaptureQueriesContext(connection) as few:
        site.get(f"/customers/{maria.pk}/")
    for number in range(30):
        lines = [{"product": f"p{n}", "net_minor": 5_00} for n in range(5)]
        served.order(maria, f"B{number}", days_ago=number, lines=lines)
    with CaptureQueriesContext(connection) as many:
        site.get(f"/customers/{maria.pk}/")

    assert len(many) <= len(few) <= MOST_QUERIES


def test_a_list_takes_few_queries_however_many_it_shows(site: Client, maria: Customer, run: Run) -> None:
    page_of(site, maria, "relationship_manager")
    site.get("/customers/?q=m")
    with CaptureQueriesContext(connection) as few:
        site.get("/customers/?q=m")
    for number in range(40):
        served.customer(f"M {number}", number=f"m{number}", email=f"m{number}@example.org")
    with CaptureQueriesContext(connection) as many:
        site.get("/customers/?q=m")

    assert len(many) == len(few) <= MOST_QUERIES


def test_a_prospect_without_orders_has_a_page(site: Client, run: Run) -> None:
    prospect = served.customer("Nadie", number="N", standing="prospect")

    page = page_of(site, prospect, "relationship_manager")

    assert "Has not bought yet." in page
    assert "The run of 30 June 2024 does not know this customer" in page


def test_before_the_first_run_the_page_says_so(site: Client, maria: Customer) -> None:
    assert "No run has been published yet" in page_of(site, maria, "relationship_manager")


def test_a_customer_who_is_not_there_is_not_found(site: Client, records: store.Database) -> None:
    site.force_login(staff.user("agent"), backend=BACKEND)

    assert site.get("/customers/12345/").status_code == 404


def test_markup_in_the_data_stays_text(site: Client, records: store.Database) -> None:
    evil = served.customer("<script>alert(1)</script>", number='"><b>')
    served.order(evil, "<i>1</i>", days_ago=1, lines=[{"product": "<img src=x>", "net_minor": 1_00}])

    page = page_of(site, evil, "relationship_manager")

    assert "<script>alert" not in page
    assert "<img src" not in page.lower().replace("&lt;img", "")
    assert "<i>1" not in page
