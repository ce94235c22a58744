"""Options: settings from a TOML file and from the command line, each mistake named with what would be right."""

import tomllib
from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from vinculo.differentiate.settings import Settings
from vinculo.foundation.errors import SettingsError
from vinculo.foundation.phrases import Phrase

Group = TypeVar("Group")
_WORDS = {
    bool: Phrase("true or false"),
    int: Phrase("a whole number"),
    float: Phrase("a number"),
    str: Phrase("a text in quotes"),
    date: Phrase("a day written 2011-06-09, without quotes"),
}
MUST_BE = "{where} must be {wanted}; found {found}."


def settings_from(file: Path | None, *, terminal: str = "en", **given: object) -> Settings:
    """Return the settings of a TOML file, overridden by what was given on the command line (None is not given).

    Where neither says which language, it is that of the terminal. The file has the names of `Settings`, with a section
    for each group:

    >>> settings_from(None, horizon_days=180).horizon_days
    180
    """
    settings = Settings(language=terminal)
    if file is not None:
        settings = overridden(settings, contents(file), where=str(file))
    return replace(settings, **{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]


def contents(file: Path) -> dict[str, Any]:
    """Return what a TOML file holds."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise SettingsError("There is no settings file {file}.", file=str(file)) from None
    except OSError as error:
        reason = Phrase(error.strerror or "unknown reason")
        raise SettingsError(
            "The settings file {file} cannot be read: {reason}.", file=str(file), reason=reason
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError("{file} is not valid TOML: it is not text in UTF-8.", file=str(file)) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError("{file} is not valid TOML: {reason}.", file=str(file), reason=str(error)) from error


def overridden(group: Group, found: dict[str, Any], *, where: str) -> Group:
    """Return a group of settings with the found values in place."""
    assert is_dataclass(group)
    assert not isinstance(group, type)
    known = {field.name: getattr(group, field.name) for field in fields(group)}
    unknown = sorted(set(found) - set(known))
    if unknown:
        raise SettingsError(
            "{where} sets {unknown}, which is not a setting: there are {known}.",
            where=where,
            unknown=unknown,
            known=sorted(known),
        )
    kinds = get_type_hints(type(group))
    values: dict[str, Any] = {}
    for name, value in found.items():
        if not is_dataclass(known[name]):
            values[name] = converted(value, kinds[name], where=f"{where}: {name}")
        elif isinstance(value, dict):
            values[name] = overridden(known[name], value, where=f"{where} [{name}]")
        else:
            raise SettingsError(
                "{where}: {name} must be a section, [{name}]; found {found}.", where=where, name=name, found=repr(value)
            )
    return replace(group, **values)


def converted(value: Any, kind: Any, *, where: str) -> Any:
    """Return a TOML value as the kind of a setting.

    >>> converted([1, 2], tuple[float, float], where="weights")
    (1.0, 2.0)
    """
    if isinstance(kind, UnionType):
        (kind,) = [each for each in get_args(kind) if each is not type(None)]
    inner = get_args(kind)
    if get_origin(kind) is tuple:
        items = [inner[0]] * len(value) if inner[-1] is ... and isinstance(value, list) else list(inner)
        if not isinstance(value, list) or len(value) != len(items):
            wanted = Phrase("a list") if inner[-1] is ... else Phrase("a list of {length}", length=len(items))
            raise SettingsError(MUST_BE, where=where, wanted=wanted, found=repr(value))
        return tuple(converted(item, each, where=where) for item, each in zip(value, items, strict=True))
    if get_origin(kind) is dict:
        if not isinstance(value, dict):
            raise SettingsError(MUST_BE, where=where, wanted=Phrase("a section of names"), found=repr(value))
        return {name: converted(item, inner[1], where=f"{where}.{name}") for name, item in value.items()}
    if kind is Any:
        return value  # what it may be is for the room to judge
    if kind is float and type(value) is int:
        return float(value)
    # A bool is an int and a moment is a date: the very kind is wanted.
    if type(value) is not kind:
        raise SettingsError(MUST_BE, where=where, wanted=_WORDS[kind], found=repr(value))
    return value


def day(text: str | None, *, option: str) -> date | None:
    """Read a day written as ISO 8601, None where none is given.

    >>> day("2011-06-09", option="--as-of")
    datetime.date(2011, 6, 9)
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SettingsError(
            "{option} {found} is not a day: write it as 2011-06-09.", option=option, found=text
        ) from None


def pairs(given: list[str], *, option: str) -> dict[str, str]:
    """Read options written as NAME=VALUE.

    >>> pairs(["customer_id=Client no."], option="--map")
    {'customer_id': 'Client no.'}
    """
    found: dict[str, str] = {}
    for item in given:
        name, sign, value = item.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise SettingsError("{option} is written NAME=VALUE; found {found!r}.", option=option, found=item)
        found[name.strip()] = value.strip()
    return found
