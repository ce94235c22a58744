"""Start: what a command of the platform does before anything else."""

import gc
import getpass
import os
from collections.abc import Callable
from functools import wraps
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from vinculo.cli import complaints
from vinculo.foundation import language
from vinculo.foundation.errors import VinculoError
from vinculo.foundation.phrases import Phrase

if TYPE_CHECKING:
    from vinculo.project.database.server import Server

NEEDED = ("django", "psycopg", "procrastinate", "platformdirs")


class PlatformMissingError(VinculoError):
    """The platform is not installed: pip install 'vinculo[platform]'."""

    code = "platform.missing"


def installed(command: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse to run a command where the platform is not installed, saying how to install it."""

    @wraps(command)
    def run(*words: Any, **options: Any) -> Any:
        if any(find_spec(name) is None for name in NEEDED):
            raise PlatformMissingError
        return command(*words, **options)

    return run


def django() -> None:
    """Set Django up, without touching the database; repeating changes nothing."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vinculo.project.settings")
    # All that is loaded stays: there is no garbage to look for.
    gc.disable()
    try:
        django.setup()
    finally:
        gc.enable()


def store() -> "Server | None":
    """Set Django up and open the operational store, its tables up to date.

    Return the embedded server where that is the one used; it is let go when the process ends.
    """
    django()
    from vinculo.project.database import opening

    server = opening.open_store()
    if opening.behind():
        opening.migrate()
    return server


def person() -> str:
    """Return who sits at the terminal, for the audit trail."""
    try:
        return f"terminal:{getpass.getuser()}"
    except (KeyError, OSError):
        return "terminal"


def say(template: str, **facts: object) -> str:
    """Say a sentence in the language of the terminal."""
    return language.translator(complaints.terminal(os.environ))(template).format(**facts)


def told(phrase: Phrase | VinculoError) -> str:
    """Say a phrase in the language of the terminal."""
    return phrase.say(language.translator(complaints.terminal(os.environ)))
