"""Every address of ours says who may open it, and holds to it for every role."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter
from tests.make import staff, store

from vinculo.project import roles
from vinculo.web import permission

BACKEND = "django.contrib.auth.backends.ModelBackend"
FOREIGN = ("allauth.", "django.contrib.", "django.views.")
"""Views of others, which keep their own doors; that strangers and roles stay out of them is tested with sign-in."""
KNOWN = {f"staff.{code}" for code, _name in roles.PERMISSIONS}


def addresses(
    resolver: URLResolver | None = None, before: str = "", given: tuple[tuple[str, object], ...] = ()
) -> Iterator[tuple[str, Any]]:
    """Return every address with something filled in, and its view."""
    for pattern in (resolver or get_resolver()).url_patterns:
        place = before + str(pattern.pattern)
        converters = (*given, *pattern.pattern.converters.items())
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, place, converters)
        elif isinstance(pattern, URLPattern) and not pattern.callback.__module__.startswith(FOREIGN):
            yield filled(place, dict(converters)), pattern.callback


def filled(place: str, converters: dict[str, object]) -> str:
    for name, converter in converters.items():
        kind = "int" if isinstance(converter, IntConverter) else ""
        for written in (f"<{kind}:{name}>", f"<{name}>", f"<str:{name}>", f"<slug:{name}>"):
            place = place.replace(written, "999999" if kind else "x")
    return f"/{place}"


def ours() -> list[tuple[str, Any]]:
    return sorted(
        ((address, view) for address, view in addresses() if not address.startswith(("/admin/", "/accounts/"))),
        key=lambda found: found[0],
    )


def test_there_are_pages_to_look_at() -> None:
    found = [address for address, _view in ours()]

    assert len(found) > 8
    assert "/customers/999999/" in found


def test_every_view_declares_its_permission() -> None:
    assert [address for address, view in ours() if not getattr(view, "permissions", ())] == []


def test_every_declared_permission_is_one_of_ours() -> None:
    known = KNOWN | {permission.SIGNED_IN, permission.EVERYBODY}

    assert [address for address, view in ours() if not known >= set(getattr(view, "permissions", ()))] == []


def test_strangers_are_sent_to_sign_in(site: Client) -> None:
    guarded = [address for address, view in ours() if permission.EVERYBODY not in view.permissions]

    answers = {address: site.get(address) for address in guarded}

    wrong = {
        address for address, answer in answers.items() if "/accounts/login/" not in answer.headers.get("Location", "")
    }
    assert wrong == set()


@pytest.mark.parametrize("role", [role.code for role in roles.ROLES])
def test_each_role_opens_what_it_may_and_nothing_else(site: Client, records: store.Database, role: str) -> None:
    site.force_login(staff.user(role), backend=BACKEND)
    allowed, refused = set(), set()

    for address, view in ours():
        asked = [each for each in view.permissions if each in KNOWN]
        status = min(site.get(address).status_code, site.post(address).status_code)
        mine = roles.BY_CODE[role]
        (allowed if all(mine.allows(each) for each in asked) else refused).add((address, status == 403))

    assert {address for address, forbidden in allowed if forbidden} == set()
    assert {address for address, forbidden in refused if not forbidden} == set()


def test_a_form_sent_without_its_token_changes_nothing(records: store.Database) -> None:
    strict = Client(enforce_csrf_checks=True)
    user = staff.user("relationship_manager")
    strict.force_login(user, backend=BACKEND)

    answer = strict.post("/language/", {"language": "es"})

    assert answer.status_code == 403
    assert "The page had been open for too long" in answer.content.decode()
    assert staff.User.objects.get(pk=user.pk).language == ""
