"""Evidence that two persons belong to one household: a link between them, never a reason to take them for one.

Spouses keep their surnames and children carry one of each, so one shared surname of two is evidence of a family where
a home or a telephone is shared too. Two of the same name at one address are rather one person twice, and are left to
matching. Addresses of more than about ten persons are residences, offices and care homes, and are left out.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from vinculo.identify.cleaning import places, texts
from vinculo.identify.matching.scoring import similarity

FEW = 10
"""Persons at one address, or with one telephone or e-mail, beyond whom it speaks for nothing."""
NEAR = 0.94
"""So alike two streets are one, as for the matching."""
_NUMBERS = re.compile(r"[0-9]+[a-z]?")
FAMILY, ADDRESS, CONTACT = "family", "address", "contact"


@dataclass(frozen=True)
class Person:
    """What a rule knows of a person: the given name and the surnames, in plain letters."""

    given: str
    surnames: frozenset[str]
    ordered: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """Why two persons belong together, and all that speaks for it."""

    kind: str
    evidence: tuple[str, ...]


def person(given: str, family: str, second: str = "") -> Person:
    """Return a person as the rule sees him.

    >>> sorted(person("José", "de la Fuente", "Ruiz").surnames)
    ['fuente', 'ruiz']
    """
    surnames = tuple(bare for each in (family, second) if (bare := without_particles(each)))
    return Person(texts.plain(given), frozenset(surnames), surnames)


def without_particles(surname: str) -> str:
    """Return a surname in plain letters without its small words."""
    return " ".join(word for word in texts.plain(surname).split() if word not in texts.PARTICLES)


def home_key(lines: str, postcode: str, city: str) -> str:
    """Return what a home is told by, floor and door included; empty where the street or the place is not known.

    >>> home_key("C/ Mayor, nº 5, 3º B", "28013", "Madrid"), home_key("Calle Mayor", "28013", ""), home_key("", "1", "")
    ('calle mayor 5 3b|28013', '', '')
    """
    street, place = places.street_key(lines), texts.plain(postcode) or texts.plain(city)
    if not place or not any(character.isdigit() for character in street):
        return ""
    return f"{street}|{place}"


def near_home(one: str, other: str) -> bool:
    """Tell whether two keys of homes are of one home, letters mistaken but for no number.

    >>> near_home("calle mayor 5|28013", "cale mayor 5|28013"), near_home("calle sol 5|28013", "calle sol 7|28013")
    (True, False)
    """
    if not one or not other or one.rpartition("|")[2] != other.rpartition("|")[2]:
        return False
    return _NUMBERS.findall(one) == _NUMBERS.findall(other) and similarity.jaro_winkler_similarity(one, other) >= NEAR


def judge(one: Person, other: Person, shared: Collection[str]) -> Finding | None:
    """Judge two persons who share a home (`address`), a `phone` or an `email`; nothing when that is no household.

    >>> judge(person("Ana", "García", "López"), person("Luis", "Pérez", "García"), ["address"])
    Finding(kind='family', evidence=('address', 'surname'))
    >>> judge(person("Ana", "García", "López"), person("Ana", "García", "López"), ["address"]) is None
    True
    >>> judge(person("Ana", "García"), person("Luis", "Soto"), ["phone"])
    Finding(kind='contact', evidence=('phone',))
    """
    if not shared or (one.given == other.given and (one.surnames == other.surnames or not one.given)):
        return None
    surname = bool(one.surnames & other.surnames)
    evidence = tuple(each for each in ("address", "phone", "email") if each in shared)
    if surname:
        return Finding(FAMILY, (*evidence, "surname"))
    reached = "phone" in shared or "email" in shared
    if "address" in shared and reached:
        # A home and a telephone: what a couple without a common surname shares.
        return Finding(FAMILY, evidence)
    return Finding(CONTACT if reached else ADDRESS, evidence)


def findings(
    persons: Mapping[int, Person], sharing: Iterable[tuple[str, Sequence[int]]]
) -> dict[tuple[int, int], Finding]:
    """Judge all who share something; return the pairs that are taken for a household, the lower customer first.

    `sharing` names what is shared and who shares it. Where two of one address have a child in common there, one
    surname of each, they are its parents: a family, though they share no surname.
    """
    shared: dict[tuple[int, int], set[str]] = {}
    for what, members in sharing:
        known = sorted({each for each in members if each in persons})
        if 2 <= len(known) <= FEW:
            for pair in combinations(known, 2):
                shared.setdefault(pair, set()).add(what)
    found = {}
    for pair, whats in sorted(shared.items()):
        finding = judge(persons[pair[0]], persons[pair[1]], whats)
        if finding:
            found[pair] = finding
    return parents(persons, found)


def parents(persons: Mapping[int, Person], found: dict[tuple[int, int], Finding]) -> dict[tuple[int, int], Finding]:
    """Return the pairs, those who share a home and a child taken for a family."""
    near: dict[int, set[int]] = {}
    for (one, other), finding in found.items():
        if "address" in finding.evidence:
            near.setdefault(one, set()).add(other)
            near.setdefault(other, set()).add(one)
    made = dict(found)
    for (one, other), finding in found.items():
        if finding.kind == ADDRESS and any(
            child_of(persons[child], persons[one], persons[other]) for child in near[one] & near[other]
        ):
            made[(one, other)] = Finding(FAMILY, (*finding.evidence, "child"))
    return made


def child_of(child: Person, one: Person, other: Person) -> bool:
    """Tell whether a person carries the first surname of each of two others.

    >>> ana, luis = person("Ana", "García", "López"), person("Luis", "Pérez", "Ruiz")
    >>> child_of(person("Eva", "Pérez", "García"), ana, luis), child_of(person("Eva", "Pérez", "Soto"), ana, luis)
    (True, False)
    """
    if not one.ordered or not other.ordered or len(child.ordered) < 2:
        return False
    return {one.ordered[0], other.ordered[0]} == set(child.ordered[:2])


def groups(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return for every customer the lowest of all who hang together by pairs.

    >>> groups([(1, 2), (2, 5), (7, 9)])
    {1: 1, 2: 1, 5: 1, 7: 7, 9: 7}
    """
    lowest: dict[int, int] = {}

    def root(each: int) -> int:
        lowest.setdefault(each, each)
        while lowest[each] != each:
            lowest[each] = lowest[lowest[each]]
            each = lowest[each]
        return each

    for one, other in pairs:
        first, second = sorted((root(one), root(other)))
        lowest[second] = first
    return {each: root(each) for each in sorted(lowest)}
