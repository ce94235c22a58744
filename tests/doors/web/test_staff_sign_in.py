"""Signing in: only those who were let in, in their own language, behind the security policy."""

import pytest
from django.test import Client
from tests.make import staff, store

from vinculo.project import security

SIGN_IN = "/accounts/login/"


def test_a_user_signs_in_with_name_and_password(site: Client) -> None:
    staff.user("analyst")

    answer = site.post(SIGN_IN, {"login": "analyst", "password": staff.PASSWORD})

    assert answer.status_code == 302
    assert "_auth_user_id" in site.session


def test_a_wrong_password_is_refused(site: Client) -> None:
    staff.user("analyst")

    site.post(SIGN_IN, {"login": "analyst", "password": "guessed"})

    assert "_auth_user_id" not in site.session


def test_nobody_makes_a_user_of_their_own(site: Client, records: store.Database) -> None:
    fields = {"username": "eve", "password1": staff.PASSWORD, "password2": staff.PASSWORD}

    site.post("/accounts/signup/", fields)

    assert not staff.User.objects.exists()


@pytest.mark.parametrize("page", ["/admin/", "/accounts/password/change/", "/accounts/2fa/"])
def test_a_stranger_is_sent_to_sign_in(site: Client, page: str) -> None:
    answer = site.get(page)

    assert answer.status_code == 302
    assert "login" in answer.headers["Location"]


@pytest.mark.parametrize("role", ["agent", "analyst", "read_only"])
def test_the_back_room_is_for_administrators(site: Client, role: str) -> None:
    site.force_login(staff.user(role))

    assert site.get("/admin/").status_code == 302


def test_an_administrator_sees_the_back_room(site: Client) -> None:
    site.force_login(staff.user("administrator"), backend="django.contrib.auth.backends.ModelBackend")

    assert site.get("/admin/").status_code == 200


def test_every_answer_carries_the_policy(site: Client) -> None:
    answer = site.get(SIGN_IN)

    assert answer.headers["Content-Security-Policy"] == security.POLICY
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_user_is_spoken_to_in_the_chosen_language(site: Client) -> None:
    site.force_login(staff.user("administrator", language="es"), backend="django.contrib.auth.backends.ModelBackend")

    answer = site.get("/admin/", headers={"Accept-Language": "en"})

    assert answer.headers["Content-Language"] == "es"


def test_a_browser_is_spoken_to_in_its_language(site: Client) -> None:
    assert site.get(SIGN_IN, headers={"Accept-Language": "es"}).headers["Content-Language"] == "es"
