"""A token opens what its scopes say, for as long as it is valid, at the pace it has; every operation says its scope."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ninja.operation import Operation
from tests.make import store
from tests.make.integrations import EVERYTHING, NOW, Program

from vinculo.api.v1 import door
from vinculo.api.v1.declared import Bearer
from vinculo.exchange import scopes
from vinculo.exchange.records import tokens
from vinculo.exchange.records.models import Token
from vinculo.foundation.errors import InputError
from vinculo.identify.records.models import Source
from vinculo.project import roles
from vinculo.project.audit import selectors

FREE = {"/me"}
"""Operations that any token may call."""


def operations() -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (method, re.sub(r"\{[^}]+\}", "999999", place), scopes_of(operation) or ())
        for place, operation in door.operations()
        for method in operation.methods
    ]


def scopes_of(operation: Operation) -> tuple[str, ...] | None:
    bearers = [each for each in operation.auth_callbacks if isinstance(each, Bearer)]
    return bearers[0].scopes if bearers else None


def test_every_operation_declares_its_scope() -> None:
    silent = [place for place, each in door.operations() if scopes_of(each) is None]
    free = {place for place, each in door.operations() if scopes_of(each) == ()}

    assert silent == []
    assert free == FREE
    assert {scope for _m, _p, asked in operations() for scope in asked} <= set(EVERYTHING)
    assert len(operations()) > 15


def test_every_scope_stands_for_permissions_that_roles_have() -> None:
    known = {f"staff.{code}" for code, _name in roles.PERMISSIONS}

    assert {each for scope in scopes.SCOPES for each in scope.permissions} <= known


def test_strangers_are_shown_nothing(records: store.Database) -> None:
    program = Program()
    answers = [
        program.call(method, place, {}, Authorization=shown)
        for method, place, _asked in operations()
        for shown in ("", "Bearer x", f"Bearer {tokens.PREFIX}x", f"Basic {program.text}")
    ]

    assert {each.status_code for each in answers} == {401}
    assert {each.json()["code"] for each in answers} == {"token.invalid"}
    assert {each.headers["WWW-Authenticate"] for each in answers} == {'Bearer realm="Vinculo"'}


def test_a_token_without_the_scope_is_refused_everywhere(records: store.Database) -> None:
    for number, scope in enumerate(EVERYTHING):
        lacking = Program(*(set(EVERYTHING) - {scope}), name=f"lacks {number}")
        for method, place, asked in operations():
            answer = lacking.call(method, place, {})

            refused = answer.status_code == 403
            assert refused == (scope in asked), (method, place, scope, answer.content)
            if refused:
                assert (answer.json()["code"], answer.json()["scope"]) == ("token.scope", scope)


def test_a_token_with_the_scope_alone_comes_in(records: store.Database) -> None:
    for number, (method, place, asked) in enumerate(operations()):
        program = Program(*(asked or EVERYTHING[:1]), name=f"only {number}")

        assert program.call(method, place, {}).status_code not in (401, 403)


def test_a_token_is_kept_as_a_digest_and_leaves_its_use_behind(records: store.Database) -> None:
    program = Program()

    program.get("/me")

    token = Token.objects.get()
    assert program.text not in str(Token.objects.values().get())
    assert token.last_used_at is not None
    entry = selectors.entry_list(table="exchange_token").get()
    assert "digest" not in entry.after


@pytest.mark.parametrize("state", ["expired", "revoked"])
def test_a_token_that_ended_opens_nothing(records: store.Database, state: str) -> None:
    program = Program()
    if state == "revoked":
        tokens.token_revoke(token_id=program.token.pk, now=NOW)
    else:
        Token.objects.update(expires_at=datetime.now(tz=UTC) - timedelta(seconds=1))

    assert program.get("/me").status_code == 401
    assert Token.objects.get().state(datetime.now(tz=UTC)) == state


def test_a_name_is_never_used_twice(records: store.Database) -> None:
    program = Program()
    tokens.token_revoke(token_id=program.token.pk, now=NOW)

    with pytest.raises(InputError):
        Program()
    Program(name="shop 2")
    assert Source.objects.filter(kind="api").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"name": " "}, {"integration": "!"}, {"scopes": []}, {"scopes": ["all"]}, {"expires_at": NOW}, {"per_minute": 0}],
)
def test_a_token_that_makes_no_sense_is_not_made(records: store.Database, wrong: dict[str, Any]) -> None:
    given: dict[str, Any] = {"name": "a", "integration": "A", "scopes": ["money"], "now": NOW, **wrong}

    with pytest.raises(InputError):
        tokens.token_create(**given)


def test_who_calls_too_often_is_told_when_to_come_again(records: store.Database) -> None:
    program = Program(per_minute=6)
    other = Program(name="other")
    program = Program(per_minute=6, name="slow")

    answers = [program.get("/me")]
    # On a slow machine some come back meanwhile.
    while answers[-1].status_code == 200 and len(answers) < 60:
        answers.append(program.get("/me"))
    refused = answers[-1]

    assert len(answers) > 6
    assert [each.status_code for each in answers] == [200] * (len(answers) - 1) + [429]
    assert refused.json()["code"] == "limit.calls"
    assert 1 <= int(refused.headers["Retry-After"]) <= 10
    assert other.get("/me").status_code == 200
    assert program.get("/me", Authorization=f"Bearer {other.text}").headers["RateLimit-Remaining"].isdigit()


def test_the_document_is_open_and_so_is_the_page_that_shows_it(records: store.Database) -> None:
    client = Program().client

    document, page = client.get("/api/v1/openapi.json"), client.get("/api/v1/reference")

    assert document.json()["openapi"] == "3.1.0"
    assert "://" not in page.content.decode().replace("http://www.w3.org", "")
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
