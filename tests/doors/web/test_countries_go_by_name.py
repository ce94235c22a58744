"""Countries are read by their names, in the language of the reader; codes stay in the data."""

import csv
import io

import pytest
from django.test import Client
from tests.make import served, staff

from vinculo.identify.records.models import Customer

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def people(site: Client) -> dict[str, Customer]:
    made = {
        code: served.customer(f"Customer in {place}", number=f"N{place}", country=code if len(code) == 2 else "")
        for place, code in enumerate(("ES", "DE", "Utopia"))
    }
    served.published([{"customer_id": each.pk, "country": code} for code, each in made.items()])
    return made


def page(site: Client, address: str, language: str = "en") -> str:
    user = staff.User.objects.filter(username="relationship_manager").first() or staff.user("relationship_manager")
    user.language = language
    user.save()
    site.force_login(user, backend=BACKEND)
    answer = site.get(address)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()


def found(site: Client, query: str, language: str = "en") -> set[str]:
    text = page(site, f"/customers/?{query}", language)
    return {f"N{place}" for place in range(3) if f"Customer in {place}" in text}


@pytest.mark.parametrize(("language", "german", "spanish"), [("en", "Germany", "Spain"), ("es", "Alemania", "España")])
def test_list_filter_page_and_chips_say_names(
    site: Client, people: dict[str, Customer], language: str, german: str, spanish: str
) -> None:
    listed = page(site, "/customers/?country=DE", language)
    shown = page(site, f"/customers/{people['DE'].pk}/", language)

    assert f"<td>{german}</td>" in listed
    assert f'<option value="DE" selected>{german}</option>' in listed
    assert f'<option value="ES">{spanish}</option>' in listed
    assert '<option value="Utopia">Utopia</option>' in listed
    assert f": {german}</a>" in listed
    assert f"· {german}" in shown


@pytest.mark.parametrize("asked", ["ES", "Spain", "España", "espana", "ESP"])
def test_a_country_is_asked_for_by_any_of_its_names(site: Client, people: dict[str, Customer], asked: str) -> None:
    assert found(site, f"country={asked}") == {"N0"}


def test_what_is_no_country_stays_as_written(site: Client, people: dict[str, Customer]) -> None:
    assert found(site, "country=Utopia") == {"N2"}
    assert found(site, "country=Nowhere") == set()


@pytest.mark.parametrize("typed", ["Alemania", "germany", "DE"])
def test_a_country_typed_into_the_search_is_offered(site: Client, people: dict[str, Customer], typed: str) -> None:
    offered = page(site, f"/customers/?q={typed}", "es")

    assert "Todos los clientes de Alemania" in offered
    assert '<a href="/customers/?sort=total&amp;country=DE">' in offered
    assert "Todos los clientes" not in page(site, "/customers/?q=France", "es")


def test_exports_have_a_column_for_each(site: Client, people: dict[str, Customer]) -> None:
    rows = list(csv.DictReader(io.StringIO(page(site, "/customers/export.csv?sort=name", "es").lstrip("\ufeff"))))

    assert [(row["País"], row["Código del país"]) for row in rows] == [
        ("España", "ES"),
        ("Alemania", "DE"),
        ("Utopia", "Utopia"),
    ]
    assert {row["Probabilidad de compra"] for row in rows} == {"0.0"}
