"""Changes: who changed what of a customer by hand, as people read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from vinculo.identify.records.models import Identifier
from vinculo.identify.records.selectors_hand import PARTS, HandChange
from vinculo.web.customers.hand.form import HELD, NAMES
from vinculo.web.customers.naming import shown


@dataclass(frozen=True)
class Told:
    """One change: what happened, and field by field what it was and what it became."""

    change: HandChange
    words: str
    fields: list[dict[str, str]]


def told(change: HandChange) -> Told:
    """Say one change."""
    words = _("added") if change.created else _("took a change back") if change.undoes else _("changed")
    fields = [
        {
            "name": named(name),
            "before": shown(name, change.before[name]),
            "after": shown(name, change.after[name]),
        }
        for name in HELD
        if name in change.before
        if (change.created and change.after[name]) or change.before[name] != change.after[name]
        if name != "name" or not any(change.after.get(part) for part in PARTS)
    ]
    if change.created:
        fields = [{**each, "before": ""} for each in fields]
    gone = [{"name": kind_of(each), "before": str(each["value"]), "after": ""} for each in change.removed]
    come = [{"name": kind_of(each), "before": "", "after": str(each["value"])} for each in change.added]
    return Told(change, words, [*fields, *gone, *come])


def named(name: str) -> str:
    """Return the name of a field; a whole name may be that of a person."""
    return _("Name") if name == "name" else str(NAMES[name])


def kind_of(identifier: Mapping[str, Any]) -> str:
    """Return the kind of an identifier in words."""
    kind = str(Identifier.Kind(identifier["kind"]).label)
    return kind[:1].upper() + kind[1:]
