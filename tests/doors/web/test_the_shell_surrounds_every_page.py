"""The shell: where one may go, in which language, light or dark, and what is said when something fails."""

import pytest
from django.test import Client
from tests.make import staff

from vinculo.web import permission

BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in(site: Client, role: str, *, language: str = "") -> Client:
    site.force_login(staff.user(role, language=language), backend=BACKEND)
    return site


def test_a_stranger_is_sent_to_sign_in_and_back(site: Client) -> None:
    assert site.get("/").headers["Location"] == "/accounts/login/?next=/"
    assert b'name="login"' in site.get("/accounts/login/").content


def test_the_start_is_the_first_place_a_role_may_see(site: Client) -> None:
    answer = signed_in(site, "agent").get("/")

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/customers/"


def test_a_chosen_language_stays_with_the_user(site: Client) -> None:
    signed_in(site, "agent")

    site.post("/language/", {"language": "es", "next": "/customers/"})

    assert staff.User.objects.get(username="agent").language == "es"
    assert '<html lang="es"' in site.get("/customers/").content.decode()


def test_a_chosen_language_is_kept_before_signing_in(site: Client) -> None:
    site.post("/language/", {"language": "es"})

    assert "Iniciar sesión" in site.get("/accounts/login/").content.decode()


def test_a_language_nobody_speaks_changes_nothing(site: Client) -> None:
    signed_in(site, "agent")

    site.post("/language/", {"language": "xx"})

    assert staff.User.objects.get(username="agent").language == ""


@pytest.mark.parametrize("theme", ["light", "dark", "system"])
def test_a_chosen_theme_is_kept(site: Client, theme: str) -> None:
    site.post("/theme/", {"theme": theme})

    assert f'data-theme="{theme}"' in site.get("/accounts/login/").content.decode()


def test_choosing_never_leads_to_another_site(site: Client) -> None:
    assert site.post("/theme/", {"theme": "dark", "next": "https://example.org/"}).headers["Location"] == "/"
    assert site.post("/theme/", {"theme": "dark", "next": "//example.org/"}).headers["Location"] == "/"


def test_an_unknown_address_is_said_in_plain_words(site: Client) -> None:
    answer = signed_in(site, "agent").get("/nowhere/")

    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.content.decode()


def test_a_page_the_role_does_not_allow_is_said_in_plain_words(site: Client) -> None:
    answer = signed_in(site, "agent").get("/customers/export.csv")

    assert answer.status_code == 403
    assert "Your role does not allow this" in answer.content.decode()


def test_pages_of_ours_allow_no_script_inside_them(site: Client) -> None:
    answer = signed_in(site, "agent").get("/customers/")

    assert answer.headers["Content-Security-Policy"] == permission.POLICY
    assert b"<script>" not in answer.content
    assert b"<style" not in answer.content


def test_dark_marks_of_charts_follow_the_page(site: Client) -> None:
    answer = site.get("/charts.css")

    assert answer.headers["Content-Type"].startswith("text/css")
    assert b"light-dark(#1f6f78, #70c6ca)" in answer.content
