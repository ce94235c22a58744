"""Faults: what may be wrong with a field of a customer, and which of the six measures it fails.

What a source knows of a customer is written as two sets of bits: the fields it *holds* a usable value of, and *marks*,
what was noted about them. A fault is a condition on both. So the same rule counts a million customers, of whom only the
few thousand different pairs of sets are looked at, finds the customers behind a figure in the store, and tells of one
customer what is wrong with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from vinculo.identify.cleaning import cleaned

RECORD = "record"
"""The field that stands for all of a customer: whether it can be reached, and how long ago it was heard of."""
ROLE = "role"
"""What a person is in a company: most have none, so it is asked of those alone who have one."""
FIELDS = ("name", "email", "phone", "tax_id", "birth_on", "lines", "postcode", "city", "country", "language", ROLE)
COMPLETE, VALID, SURE, UNIQUE, FRESH, CONSISTENT = "complete", "valid", "sure", "unique", "fresh", "consistent"
MEASURES = (COMPLETE, VALID, SURE, UNIQUE, FRESH, CONSISTENT)

MISSING, UNREACHABLE, SHARED, OLD, CONTRADICTED = "missing", "unreachable", "shared", "old", "contradicted"
ORGANISATION = "organisation"
"""A mark that is no fault: of an organisation nobody asks when it was born."""
PERSONAL = ("birth_on",)
_NOTED = {
    "name": (cleaned.GUESSED,),
    "email": (cleaned.PLACEHOLDER, cleaned.UNREADABLE, cleaned.TYPO),
    "phone": (cleaned.PLACEHOLDER, cleaned.UNREADABLE, cleaned.ROUNDED, cleaned.UNUSUAL),
    "tax_id": (cleaned.PLACEHOLDER, cleaned.UNREADABLE, cleaned.CHECKSUM),
    "birth_on": (cleaned.PLACEHOLDER, cleaned.UNREADABLE),
    "postcode": (cleaned.PLACEHOLDER, cleaned.UNREADABLE),
    "country": (cleaned.PLACEHOLDER, cleaned.UNREADABLE),
    "language": (cleaned.UNREADABLE,),
}
"""What cleaning notes of a value and quality asks about."""
_SHAREABLE = ("email", "phone", "tax_id")
_COMPARABLE = ("tax_id", "birth_on", "postcode", "country")
HELD = {name: 1 << place for place, name in enumerate(FIELDS)}
"""The bit of each field that has a usable value."""
MARKS = {
    each: 1 << place
    for place, each in enumerate(
        (
            (RECORD, OLD),
            *((name, kind) for name, kinds in _NOTED.items() for kind in kinds),
            *((name, SHARED) for name in _SHAREABLE),
            *((name, CONTRADICTED) for name in _COMPARABLE),
            (RECORD, ORGANISATION),
            *((name, OLD) for name in FIELDS),
        )
    )
}
"""The bit of each mark, by field and kind; those of what is old follow each other as the fields do."""
AGED = sum(MARKS[name, OLD] for name in (RECORD, *FIELDS))
"""The marks of what is old. A source that does not hold a field bears its mark too: only what all say is old is."""
REACHED = HELD["email"] | HELD["phone"] | HELD["lines"]
_ASIDE = (cleaned.UNREADABLE, cleaned.ROUNDED)


@dataclass(frozen=True)
class Fault:
    """One thing that may be wrong with a field: fields that must be held or not, marks that must be there or not."""

    field: str
    kind: str
    measure: str
    needs: int = 0
    """Fields of which one must be held."""
    lacks: int = 0
    """Fields of which none may be held."""
    shows: int = 0
    """Marks of which one must be there."""
    hides: int = 0
    """Marks of which none may be there: something more telling is said of the value."""

    def of(self, held: int, marks: int) -> bool:
        """Tell whether a customer has it.

        >>> FAULTS["email", "typo"].of(HELD["email"], MARKS["email", "typo"])
        True
        """
        return (
            bool(not self.needs or held & self.needs)
            and not held & self.lacks
            and bool(not self.shows or marks & self.shows)
            and not marks & self.hides
        )


def noted(name: str, kind: str) -> Fault:
    """Return the fault that a note of cleaning is."""
    bit, held = MARKS[name, kind], HELD[name]
    if kind == cleaned.PLACEHOLDER:
        return Fault(name, kind, COMPLETE, lacks=held, shows=bit, hides=aside(name))
    if kind in _ASIDE:
        # Of two that could not be read, the first that is listed counts.
        earlier = sum(MARKS[name, each] for each in _ASIDE[: _ASIDE.index(kind)])
        return Fault(name, kind, VALID, lacks=held, shows=bit, hides=earlier)
    return Fault(name, kind, SURE if kind in (cleaned.GUESSED, cleaned.UNUSUAL) else VALID, needs=held, shows=bit)


def aside(name: str) -> int:
    """Return the marks of a field that something was written and could not be taken in."""
    return sum(MARKS[name, kind] for kind in _NOTED.get(name, ()) if kind in _ASIDE)


def of_field(name: str) -> list[Fault]:
    """Return the faults of one field, those of completeness first."""
    held = HELD[name]
    hides = aside(name) | MARKS.get((name, cleaned.PLACEHOLDER), 0)
    hides |= MARKS[RECORD, ORGANISATION] if name in PERSONAL else 0
    found = [] if name == ROLE else [Fault(name, MISSING, COMPLETE, lacks=held, hides=hides)]
    found += [noted(name, kind) for kind in _NOTED.get(name, ())]
    if name in _SHAREABLE:
        found.append(Fault(name, SHARED, UNIQUE, needs=held, shows=MARKS[name, SHARED]))
    found.append(Fault(name, OLD, FRESH, needs=held, shows=MARKS[name, OLD]))
    if name in _COMPARABLE:
        found.append(Fault(name, CONTRADICTED, CONSISTENT, needs=held, shows=MARKS[name, CONTRADICTED]))
    return found


FAULTS = {
    (each.field, each.kind): each
    for each in (
        Fault(RECORD, UNREACHABLE, COMPLETE, lacks=REACHED),
        Fault(RECORD, OLD, FRESH, shows=MARKS[RECORD, OLD]),
        *(fault for name in FIELDS for fault in of_field(name)),
    )
}
"""Every fault, by field and kind."""


def of(name: str) -> list[Fault]:
    """Return the faults that a field may have, none of a field that is not measured."""
    return [each for each in FAULTS.values() if each.field == name]


def marks_of_notes() -> dict[tuple[str, str], int]:
    """Return the marks that notes of cleaning stand for, by column and note; a second e-mail or phone counts alike.

    >>> marks_of_notes()["email_2", "unreadable"] == MARKS["email", "unreadable"]
    True
    """
    found = {(name, kind): MARKS[name, kind] for name, kinds in _NOTED.items() for kind in kinds}
    found |= {
        (f"{name}_2", kind): bit
        for (name, kind), bit in found.items()
        # A placeholder beside a first one that is right leaves nothing out.
        if name in ("email", "phone") and kind != cleaned.PLACEHOLDER
    }
    long = {name: MARKS[name, cleaned.UNREADABLE] for name, kinds in _NOTED.items() if cleaned.UNREADABLE in kinds}
    return found | {(name, cleaned.LONG): bit for name, bit in long.items()}


def asked(name: str, held: int, marks: int) -> bool:
    """Tell whether a field is asked about of a customer."""
    if name == ROLE:
        return bool(held & HELD[ROLE])
    return not (name in PERSONAL and marks & MARKS[RECORD, ORGANISATION])


def together(units: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """Return what several sources together hold and note of a customer: what one has said lately is fresh.

    >>> old = MARKS["email", "old"]
    >>> together([(HELD["email"], old), (HELD["email"], 0)]) == (HELD["email"], 0)
    True
    """
    held, marks, old = 0, 0, AGED
    for holds, noted in units:
        held, marks, old = held | holds, marks | noted & ~AGED, old & noted
    return held, marks | old


def found(held: int, marks: int) -> list[Fault]:
    """Return what is wrong with a customer.

    >>> [each.kind for each in found(HELD["name"], MARKS["name", "guessed"]) if each.field == "name"]
    ['guessed']
    """
    return [each for each in FAULTS.values() if each.of(held, marks)]
