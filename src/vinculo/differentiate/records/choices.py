"""Choices: the settings of an analysis as a run keeps them, plain values by name, and as the analysis takes them."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any, TypeVar

from vinculo.differentiate.analysis import run as runner
from vinculo.differentiate.settings import LAST_DAY, Settings
from vinculo.foundation.errors import SettingsError

Group = TypeVar("Group")


def settings_of(chosen: Mapping[str, Any], *, as_of: date | None = None) -> Settings:
    """Return the settings that some choices stand for; groups such as `costs` are mappings themselves.

    >>> settings_of({"horizon_days": 180, "costs": {"margin_share": 0.5}}).costs.margin_share
    0.5
    """
    given = {name: value for name, value in chosen.items() if name != "as_of" and value is not None}
    return replace(overridden(Settings(), given), as_of=as_of or LAST_DAY)


def overridden(group: Group, given: Mapping[str, Any]) -> Group:
    """Return a group of settings with the given values in place; lists become the tuples that settings hold."""
    assert is_dataclass(group)
    assert not isinstance(group, type)
    known = {field.name: getattr(group, field.name) for field in fields(group)}
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise SettingsError("There are no settings {unknown}: choose among {known}.", unknown=unknown, known=[*known])
    values = {}
    for name, value in given.items():
        if is_dataclass(known[name]) and isinstance(value, Mapping):
            value = overridden(known[name], value)
        values[name] = tuple(value) if isinstance(value, list) else value
    return replace(group, **values)


def check(settings: Settings) -> None:
    """Refuse settings that make no sense, before anything waits for them."""
    runner.check(settings)
