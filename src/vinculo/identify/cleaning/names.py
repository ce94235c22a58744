"""Names of persons: two surnames, particles, commas and capitals. A split nobody gave is marked as guessed.

No library splits Spanish names rightly, so a file should have a column for each part. Where there is only the full name
it is split by a list of frequent given names and by particles; a wrong split costs little, because the full name is
kept and search looks at every word.
"""

from functools import cache
from importlib.resources import files
from typing import NamedTuple

from vinculo.identify.cleaning import texts

TWO_SURNAMES = texts.listed("ES MX AR CO CL PE VE EC UY PY BO CR CU DO GT HN NI PA PR SV GQ AD PT BR")
"""Countries where a name usually ends in two surnames."""
_TITLES = texts.listed("sr sra srta d dna dona don dr dra mr mrs ms miss prof ing lic")


class PersonName(NamedTuple):
    """The parts of a person's name; empty where not known."""

    given: str
    family: str
    second_family: str
    guessed: bool = False


@cache
def frequent_given_names() -> frozenset[str]:
    """Return frequent given names, Spanish and English, in plain letters."""
    return frozenset((files("vinculo.identify.cleaning") / "given_names.txt").read_text(encoding="utf-8").split())


def split(full: str, *, two_surnames: bool = True) -> PersonName:
    """Split a full name into its parts.

    Right as long as given names come first, or after a comma. With two surnames the last two blocks are surnames.

    >>> split("José Luis García Pérez")
    PersonName(given='José Luis', family='García', second_family='Pérez', guessed=True)
    >>> split("DE LA FUENTE RUIZ, ANA MARÍA")
    PersonName(given='Ana María', family='De la Fuente', second_family='Ruiz', guessed=False)
    >>> split("John Michael Smith", two_surnames=False)
    PersonName(given='John Michael', family='Smith', second_family='', guessed=True)
    """
    name = texts.cased(texts.tidy(full))
    if name.count(",") == 1:
        surnames, given = (texts.cased(part.strip()) for part in name.split(","))
        family, second = split_surnames(surnames) if two_surnames else (surnames, "")
        return PersonName(given, family, second)
    parts = [part for part in blocks(name.replace(",", " ")) if texts.plain(part) not in _TITLES]
    if len(parts) < 2:
        return PersonName(" ".join(parts), "", "", guessed=bool(parts))
    cut = given_blocks(parts, two_surnames=two_surnames)
    rest = parts[cut:]
    if not two_surnames:
        return PersonName(" ".join(parts[:cut]), " ".join(rest), "", guessed=True)
    return PersonName(" ".join(parts[:cut]), " ".join(rest[:1]), " ".join(rest[1:]), guessed=True)


def given_blocks(parts: list[str], *, two_surnames: bool) -> int:
    """Return how many of the blocks of a name are given names: at least one, and one is left for the surname."""
    if not two_surnames:
        return len(parts) - 1
    known = 0
    while known < len(parts) - 1 and texts.plain(parts[known].split()[-1]) in frequent_given_names():
        known += 1
    if len(parts) > 3:
        return max(known if known < 3 else len(parts) - 2, len(parts) - 2)
    return max(1, min(known, len(parts) - 1)) if len(parts) == 3 else 1


def split_surnames(surnames: str) -> tuple[str, str]:
    """Split surnames into the first and the second, particles kept with what follows them.

    >>> split_surnames("García Pérez"), split_surnames("de la Fuente y Ruiz"), split_surnames("López-Ibor")
    (('García', 'Pérez'), ('de la Fuente', 'y Ruiz'), ('López-Ibor', ''))
    """
    parts = blocks(texts.tidy(surnames))
    return (parts[0], " ".join(parts[1:])) if parts else ("", "")


def blocks(name: str) -> list[str]:
    """Return the words of a name, particles joined to the word after them.

    >>> blocks("María de los Ángeles del Río")
    ['María', 'de los Ángeles', 'del Río']
    """
    found: list[str] = []
    held: list[str] = []
    for word in name.split():
        held.append(word)
        if texts.plain(word) not in texts.PARTICLES:
            found.append(" ".join(held))
            held = []
    if held:
        found = [*found[:-1], " ".join([*found[-1:], *held])]
    return found
