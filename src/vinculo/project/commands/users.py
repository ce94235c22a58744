"""`vinculo user`: who may sign in."""

import sys
from typing import Annotated

import typer

from vinculo.cli import progress
from vinculo.foundation.errors import InputError
from vinculo.project.commands import start


def user(
    name: Annotated[str, typer.Argument(help="Name to sign in with.")],
    role: Annotated[
        str,
        typer.Option(
            help="administrator, relationship_manager, analyst, agent, team_lead, finance or read_only.",
        ),
    ] = "read_only",
    email: Annotated[str, typer.Option(help="Address to sign in with as well.")] = "",
    language: Annotated[str, typer.Option(help="en or es; without it, that of the browser.")] = "",
) -> None:
    """Make a user; the password is asked for, or read from standard input."""
    start.store()
    from django.contrib.auth import password_validation
    from django.core.exceptions import ValidationError

    from vinculo.foundation import actor
    from vinculo.project.staff import services

    services.role_require(role)
    password = asked()
    try:
        password_validation.validate_password(password)
    except ValidationError as error:
        raise InputError("The password is too weak: {reason}", reason=" ".join(error.messages)) from error
    with actor.acting(start.person()):
        services.user_create(username=name, password=password, role=role, email=email, language=language)
    progress.CONSOLE.print(start.say("{name} can sign in as {role}.", name=name, role=role))


def asked() -> str:
    """Ask for a password twice, or read it from a script."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return str(typer.prompt(start.say("Password"), hide_input=True, confirmation_prompt=True))
