"""Damage: what happens to a value when it is typed a second time."""

import random

from benchmarks.matching import names

_NEAR = {"a": "sq", "e": "wr", "i": "uo", "o": "ip", "s": "ad", "n": "mb", "r": "te", "l": "k", "t": "ry", "m": "n"}
_ACCENTED = str.maketrans("aeiou", "áéíóú")
PLACEHOLDER_EMAILS = ("no@tiene.com", "sincorreo@sincorreo.com", "na@na.com", "cliente@tienda-sin.es")
PLACEHOLDER_PHONES = ("000000000", "666666666", "600000001", "123456789")


def typo(text: str, chance: random.Random) -> str:
    """Return a text with one slip: a letter lost, doubled, swapped or hit beside its key."""
    if len(text) < 3:
        return text
    at = chance.randrange(1, len(text) - 1)
    kind = chance.random()
    if kind < 0.25:
        return text[:at] + text[at + 1 :]
    if kind < 0.45:
        return text[:at] + text[at] + text[at:]
    if kind < 0.7:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    near = _NEAR.get(text[at], "x") if text[at].isalpha() else "0123456789"
    return text[:at] + chance.choice(near) + text[at + 1 :]


def given(text: str, chance: random.Random) -> str:
    """Return a given name as it is written the next time: whole, by a nickname, an initial, half of it, with a slip."""
    kind = chance.random()
    first, _, rest = text.partition(" ")
    if kind < 0.09:
        return " ".join(filter(None, (chance.choice(names.NICKNAMES.get(first, (first,))), rest)))
    if kind < 0.12:
        return f"{first[0]}."
    if kind < 0.20 and rest:
        return first if chance.random() < 0.7 else rest
    return typo(text, chance) if kind > 0.94 else text


def written(text: str, chance: random.Random) -> str:
    """Return a text in one of the ways people write: in capitals, small, with accents, doubled spaces."""
    kind = chance.random()
    if kind < 0.2:
        return text.upper()
    if kind < 0.3:
        return text
    if kind < 0.4:
        at = chance.randrange(len(text)) if text else 0
        return text[:at].title() + text[at : at + 1].translate(_ACCENTED) + text[at + 1 :]
    return text.title() + (" " if kind > 0.97 else "")


def phone(digits: str, chance: random.Random) -> str:
    """Return nine digits in one of eight formats."""
    a, b, c, d = digits[:3], digits[3:5], digits[5:7], digits[7:]
    return chance.choice(
        (
            digits,
            f"{a} {b} {c} {d}",
            f"{a}-{digits[3:6]}-{digits[6:]}",
            f"+34 {digits}",
            f"0034{digits}",
            f"(+34) {a}.{digits[3:6]}.{digits[6:]}",
            f"34{digits}",
            f"{a} {digits[3:6]} {digits[6:]}",
        )
    )


def street(text: str, chance: random.Random) -> str:
    """Return a street line as it is written the next time."""
    kind = chance.random()
    for long, short in (("Calle ", "C/ "), ("Avenida ", "Avda. "), ("Plaza ", "Pza. "), ("Paseo ", "Pº ")):
        if text.startswith(long) and kind < 0.5:
            text = short + text[len(long) :]
    if kind > 0.9:
        text = typo(text, chance)
    if 0.3 < kind < 0.45:
        text = text.rsplit(",", 1)[0] if text.count(",") > 1 else text
    return text.upper() if chance.random() < 0.2 else text
