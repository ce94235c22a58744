"""Start: what a command of the platform does before anything else."""

import atexit
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
SELDOM = (20_000, 20, 20)
"""Things made before the young ones are looked through for garbage, and how often that is before the older ones are."""


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


def settle() -> None:
    """Leave what is loaded alone from now on, and look for garbage less often: for processes that stay.

    Looking through all that is loaded took 150 ms in the middle of a page; what a page or a batch of points makes lives
    until it is done.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    atexit.register(gc.unfreeze)


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
