"""Scores: how many customers fail what, and which share passes, from how often each pair of sets occurs.

| measure | of | passes |
|---|---|---|
| complete | the customers of the source | there is a usable value; placeholders such as no@tiene.com are none |
| valid | those of whom something was written | it could be read, its control digit and its provider are right |
| sure | those with a value | nobody had to guess: names split by the source, phones known to be in use |
| unique | those with a value | no other customer of the base bears it |
| fresh | those with a value | the source said it within the shelf life of the field (`freshness`) |
| consistent | those with a value | nothing else that is known of the customer contradicts it |

The *score* of a field is the share of all customers of the source of whom nothing is wrong with it. Customers taken
into another count once, with all that their parties hold; erased ones do not count.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vinculo.identify.quality import faults
from vinculo.identify.quality.faults import COMPLETE, FIELDS, HELD, MEASURES, RECORD, VALID

Pair = tuple[int, int, int]
"""Fields held, marks, and the number of customers who have exactly these."""


@dataclass(frozen=True)
class Measured:
    """One measure of one field: of how many customers, and how many fail, by kind."""

    measure: str
    of: int
    kinds: Mapping[str, int] = dataclasses.field(default_factory=dict)

    @property
    def failing(self) -> int:
        """Return how many fail."""
        return sum(self.kinds.values())

    @property
    def share(self) -> float | None:
        """Return the share that passes; nothing where there is nobody to ask about.

        >>> Measured("valid", 4, {"typo": 1}).share, Measured("valid", 0).share
        (0.75, None)
        """
        return 1 - self.failing / self.of if self.of else None


@dataclass(frozen=True)
class FieldScore:
    """What was measured of one field, as it is kept: counts only, from which every measure follows."""

    field: str
    customers: int = 0
    held: int = 0
    """Customers with a usable value."""
    sound: int = 0
    """Customers of whom nothing is wrong with the field."""
    kinds: Mapping[str, int] = dataclasses.field(default_factory=dict)
    """How many have each fault."""

    @property
    def score(self) -> float | None:
        """Return the share of all customers of whom nothing is wrong with the field."""
        return self.sound / self.customers if self.customers else None

    @property
    def measures(self) -> dict[str, Measured]:
        """Return the measures that this field has, in their order."""
        found = {}
        for measure in MEASURES:
            kinds = [
                each.kind for each in faults.FAULTS.values() if (each.field, each.measure) == (self.field, measure)
            ]
            if kinds:
                counts = {kind: self.kinds[kind] for kind in kinds if self.kinds.get(kind)}
                found[measure] = Measured(measure, self.asked(measure), counts)
        return found

    def asked(self, measure: str) -> int:
        """Return how many customers a measure asks about."""
        if measure == COMPLETE or self.field == RECORD:
            return self.customers
        aside = sum(self.kinds.get(kind, 0) for kind in ("unreadable", "rounded")) if measure == VALID else 0
        return self.held + aside


def scores(pairs: Iterable[Pair]) -> dict[str, FieldScore]:
    """Return the score of every field.

    >>> known, typo = HELD["email"], faults.MARKS["email", "typo"]
    >>> email = scores([(known, 0, 6), (known, typo, 2), (0, 0, 2)])["email"]
    >>> email.score, email.measures["complete"].share, email.measures["valid"].share, dict(email.kinds)
    (0.6, 0.8, 0.75, {'typo': 2, 'missing': 2})
    """
    customers, held, flawed = Counter[str](), Counter[str](), Counter[str]()
    kinds: dict[str, Counter[str]] = {name: Counter() for name in (RECORD, *FIELDS)}
    for fields, marks, count in pairs:
        wrong = faults.found(fields, marks)
        customers.update({name: count for name in kinds if faults.asked(name, fields, marks)})
        for name, bit in HELD.items():
            held[name] += count if fields & bit else 0
        held[RECORD] += count if fields & faults.REACHED else 0
        for each in wrong:
            kinds[each.field][each.kind] += count
        for name in {each.field for each in wrong}:
            flawed[name] += count
    return {
        name: FieldScore(name, customers[name], held[name], customers[name] - flawed[name], dict(kinds[name]))
        for name in (RECORD, *FIELDS)
    }
