"""Survivorship: of what several parties say of one customer, which value stands, and why.

Values that belong together are chosen together: the parts of a name, of an address. In order: what a person wrote by
hand, the source that is trusted more, what was said most recently, what most parties say, what says most, the party
that was there first. A customer of a single party shows what it says. (Peers keep one winner a record; Reltio chooses
by field, as here.)
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

GROUPS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "given_name", "family_name", "second_family_name", "kind"),
    "address": ("lines", "postcode", "city", "region"),
    "language": ("language",),
    "country": ("country",),
    "acquisition": ("acquired_on", "acquisition_channel"),
    "standing": ("standing",),
}
"""Fields chosen together, by what they say; the first of a group must say something for the group to count."""


class Rule(StrEnum):
    """Why a value stands."""

    ONLY = "only"
    BY_HAND = "by_hand"
    TRUSTED = "trusted"
    RECENT = "recent"
    FREQUENT = "frequent"
    COMPLETE = "complete"
    FIRST = "first"
    EARLIEST = "earliest"
    BOUGHT = "bought"


@dataclass(frozen=True)
class Said:
    """What one party says: its fields, since when, and which of them a person wrote by hand and when."""

    party_id: int
    source: str
    recorded_at: datetime
    fields: Mapping[str, str]
    by_hand: Mapping[str, datetime] = field(default_factory=dict)
    trust: int = 0
    """Of its source; the higher wins."""


@dataclass(frozen=True)
class Golden:
    """What stands for one group of fields, whose it is, and by which rule."""

    group: str
    values: Mapping[str, str]
    party_id: int
    source: str
    recorded_at: datetime
    rule: Rule


def golden(said: Sequence[Said]) -> list[Golden]:
    """Return what stands of a customer, group by group; groups of which nobody says anything are left out.

    Examples
    --------
    >>> at = datetime(2024, 1, 1)
    >>> shop = Said(1, "shop", at, {"name": "A. Gil", "language": "es"})
    >>> crm = Said(2, "crm", at.replace(year=2025), {"name": "Ana Gil"})
    >>> [(each.group, each.values[each.group], each.source, each.rule.value) for each in golden([shop, crm])]
    [('name', 'Ana Gil', 'crm', 'recent'), ('language', 'es', 'shop', 'only')]
    """
    found = (chosen(group, said) for group in GROUPS)
    return [each for each in found if each is not None]


def chosen(group: str, said: Sequence[Said]) -> Golden | None:
    """Return what stands for one group of fields."""
    names = GROUPS[group]
    speaking = [each for each in said if each.fields.get(names[0])]
    if not speaking:
        return None
    values = {each.party_id: tuple(each.fields.get(name, "") for name in names) for each in speaking}
    if len(set(values.values())) == 1:
        best, rule = min(speaking, key=lambda each: (each.recorded_at, each.party_id)), Rule.ONLY
    elif group == "acquisition":
        best, rule = min(speaking, key=lambda each: (each.fields["acquired_on"], each.party_id)), Rule.EARLIEST
    elif group == "standing":
        best, rule = min(speaking, key=lambda each: (each.fields["standing"] != "actual", each.party_id)), Rule.BOUGHT
    else:
        best, rule = by_rules(names, speaking, values)
    written = {name: best.fields.get(name, "") for name in names}
    return Golden(group, written, best.party_id, best.source, best.recorded_at, rule)


def by_rules(names: Sequence[str], said: Sequence[Said], values: Mapping[int, tuple[str, ...]]) -> tuple[Said, Rule]:
    """Return whose values stand, and the first rule that told them from the others."""
    times = Counter(values.values())
    tests: dict[Rule, Callable[[Said], float]] = {
        Rule.BY_HAND: lambda each: max(
            (at.timestamp() for name, at in each.by_hand.items() if name in names), default=0.0
        ),
        Rule.TRUSTED: lambda each: each.trust,
        Rule.RECENT: lambda each: each.recorded_at.timestamp(),
        Rule.FREQUENT: lambda each: times[values[each.party_id]],
        Rule.COMPLETE: lambda each: sum(len(text) > 0 for text in values[each.party_id]),
        Rule.FIRST: lambda each: -each.party_id,
    }
    left = list(said)
    for rule, test in tests.items():
        most = max(map(test, left))
        left = [each for each in left if test(each) == most]
        if len({values[each.party_id] for each in left}) == 1:
            return left[0], rule
    raise AssertionError("parties have numbers of their own")
