"""Complaints: what a command says when it cannot go on, in the language it was asked in."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from string import Formatter

from vinculo.cli import options
from vinculo.foundation.errors import SettingsError
from vinculo.foundation.language import LANGUAGES
from vinculo.foundation.phrases import Phrase

STOPPED = Phrase("stopped; nothing was published.")
LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Variables that say which language a terminal speaks: the first that says anything is heard."""

USAGE = {
    "Missing argument {name}.": "Missing argument {name}.",
    "Missing option {name}.": "Missing option {name}.",
    "Invalid value for {name}: Input should be a valid integer{rest}": "{name} must be a whole number.",
    "Invalid value for {name}: Input should be a valid number{rest}": "{name} must be a number.",
    "Invalid value for {name}: {reason}": "Invalid value for {name}: {reason}",
    "No such option: {name} (Possible options: {choices})": "No such option: {name} (Possible options: {choices})",
    "No such option: {name}": "No such option: {name}",
    "No such command {name}. Did you mean {choices}?": "No such command {name}. Did you mean {choices}?",
    "No such command {name}.": "No such command {name}.",
    "Option {name} requires an argument.": "Option {name} requires an argument.",
    "Option {name} does not take a value.": "Option {name} does not take a value.",
    "Got unexpected extra argument(s) ({found})": "Got unexpected extra argument(s) ({found})",
}
"""What Typer says of a command line it cannot read, most telling first, and how it is said here."""


def usage(message: str) -> Phrase:
    """Return what Typer says of a command line, to be said in any language; words it has not said before stay English.

    >>> usage("Missing option '--out'.").say({"Missing option {name}.": "Falta la opción {name}."}.__getitem__)
    "Falta la opción '--out'."
    """
    for template, ours in USAGE.items():
        if found := re.fullmatch(pattern(template), message, re.DOTALL):
            return Phrase(ours, **found.groupdict())
    return Phrase("{message}", message=message)


def pattern(template: str) -> str:
    """Return the regular expression of the sentences a template can make.

    >>> pattern("{name}: {reason}").count("(?P<")
    2
    """
    parts = Formatter().parse(template)
    return "".join(re.escape(text) + (f"(?P<{field}>.*?)" if field else "") for text, field, _, _ in parts)


def language(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return the language of complaints: that of `--language`, else of the settings file, else of the terminal.

    It is asked of the words of the command line themselves, for a complaint may be about those.

    >>> language(["analyse", "sales.csv"], {"LANG": "es_ES.UTF-8"})
    'es'
    """
    given, file = value(arguments, "--language"), value(arguments, "--settings")
    for asked in (given, set_in(Path(file)) if file else ""):
        if asked in LANGUAGES:
            return asked
    return terminal(environment)


def terminal(environment: Mapping[str, str]) -> str:
    """Return the language that a terminal speaks; English when it is none of ours."""
    spoken = re.split(r"[_.@]", next((environment[name] for name in LOCALE if environment.get(name)), ""))[0]
    return spoken if spoken in LANGUAGES else "en"


def value(arguments: Sequence[str], option: str) -> str:
    """Return the value of an option, the last where it is given twice.

    >>> value(["--language", "en", "--language=es"], "--language")
    'es'
    """
    joined = f"{option}="
    given = [after for word, after in pairwise(arguments) if word == option]
    given += [word.removeprefix(joined) for word in arguments if word.startswith(joined)]
    return given[-1] if given else ""


def set_in(file: Path) -> str:
    """Return the language that a settings file names; nothing where it cannot be read."""
    try:
        return str(options.contents(file).get("language", ""))
    except SettingsError:
        return ""
