"""What a newcomer stumbled over: pages say what to do next, and write figures and words one way."""

import pytest
from django.test import Client
from tests.make import served, staff

from vinculo.measure.charts.reader import Reader
from vinculo.web import tags

BACKEND = "django.contrib.auth.backends.ModelBackend"


def page(site: Client, address: str) -> str:
    if "_auth_user_id" not in site.session:
        site.force_login(staff.user("relationship_manager"), backend=BACKEND)
    return site.get(address).content.decode()


@pytest.mark.parametrize(
    ("chance", "english", "spanish"),
    [
        (0.999, ">99%", ">99\xa0%"),
        (0.004, "<1%", "<1\xa0%"),
        (1, ">99%", ">99\xa0%"),
        (0, "0%", "0\xa0%"),
        (0.42, "42%", "42\xa0%"),
    ],
)
def test_what_a_model_expects_is_never_certain(chance: float, english: str, spanish: str) -> None:
    assert (tags.chance(chance, Reader("en", "EUR")), tags.chance(chance, Reader("es", "EUR"))) == (english, spanish)


def test_before_the_first_run_pages_lead_to_where_one_begins(site: Client) -> None:
    for address in ("/cockpit/", "/value/", "/runs/"):
        assert 'class="button" href="/imports/"' in page(site, address)


def test_a_search_that_finds_nobody_says_how_to_find_more(site: Client) -> None:
    buyer = served.customer("Ana Ruiz", number="1")
    served.customer("Eva Mora", number="2")
    served.published([{"customer_id": buyer.pk}])

    among_buyers = page(site, "/customers/?q=mora&sort=total")
    among_all = page(site, "/customers/?q=xyz&sort=name")

    assert "Try fewer letters" in among_buyers
    assert 'href="/customers/?q=mora&amp;sort=name"' in among_buyers
    assert "Eva Mora" in page(site, "/customers/?q=mora&sort=name")
    assert "Look also among" not in among_all


def test_the_first_e_mail_is_not_called_another(site: Client) -> None:
    known = served.customer("Ana Ruiz", number="1", email="ana@example.org")

    assert ">Another e-mail</label>" not in page(site, "/customers/new/")
    edited = page(site, f"/customers/{known.pk}/change/")
    assert ">Another e-mail</label>" in edited
    assert ">Phone</label>" in edited
