"""Retelling: a sentence that was written down in one language, said again in another with its figures.

Runs and imports keep what they say in the language they were made in. Whoever reads it later may read another: the
sentence is found among the templates of the catalogues, its facts are read off, and both are said anew.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from string import Formatter

from babel.dates import format_date, get_month_names
from babel.numbers import NumberFormatError, format_decimal, get_currency_symbol, parse_decimal

from vinculo.foundation import language, money, phrases

LITERAL = 8
"""A template must have so many letters of its own: fewer would take any text for a sentence of ours."""
_NUMBER = re.compile(r"(?P<sign>[-\u2212]?)(?P<before>\D*?)(?P<number>\d[\d.,]*?)(?P<after>[^\d.,]*)")
_END = re.compile(r"(?<=[.!?]) (?=[A-ZÁÉÍÓÚ¿¡\d])")
_DAY = re.compile(r"(?P<day>\d{1,2}) (?:de )?(?P<month>[^\W\d]+) (?:de )?(?P<year>\d{4})")


@dataclass(frozen=True)
class Template:
    """A sentence with fields as one language writes it, and its English original."""

    english: str
    pattern: re.Pattern[str]
    longest: str
    letters: int


@dataclass(frozen=True)
class Retelling:
    r"""From one language into another; amounts are in a currency.

    >>> spanish = Retelling("en", "es", "GBP")
    >>> spanish("Handling the returns of one day is assumed to cost £5.00.")
    'Se supone que tramitar las devoluciones de un día cuesta 5,00\xa0GBP.'
    >>> spanish("The owner said this.")
    'The owner said this.'
    """

    source: str
    target: str
    currency: str = ""

    def __call__(self, sentence: str) -> str:
        """Say a sentence again; one that no catalogue knows stays as it is."""
        return phrases.bound(sentence) if self.source == self.target else retold(self, sentence)


@lru_cache(10_000)
def retold(told: Retelling, text: str) -> str:
    """Return a text in the target language: as a whole, or sentence by sentence where several were joined."""
    if said := one(told, text):
        return said
    sentences, found, start = _END.split(text), [], 0
    while start < len(sentences):
        for end in range(len(sentences), start, -1):
            joined = " ".join(sentences[start:end])
            said = one(told, joined)
            if said or end == start + 1:
                found.append(said or joined)
                start = end
                break
    return phrases.bound(" ".join(found))


def one(told: Retelling, sentence: str) -> str:
    """Return a sentence of ours in the target language, or nothing when it is none."""
    found = known(told.source, sentence, letters=LITERAL)
    if found is None:
        return ""
    english, facts = found
    said = []
    for text, name, _spec, _conversion in Formatter().parse(language.translator(told.target)(english)):
        said.append(text)
        if name is not None:
            said.append(again(told, facts[name]) if name in facts else f"{{{name}}}")
    return phrases.bound("".join(said))


def known(spoken: str, sentence: str, *, letters: int) -> tuple[str, dict[str, str]] | None:
    """Return the English template of a sentence and its facts, or nothing when it is none of ours."""
    sentence = phrases.loose(sentence)
    if sentence in originals(spoken):
        return originals(spoken)[sentence], {}
    for template in templates(spoken):
        if template.letters >= letters and template.longest in sentence:
            match = template.pattern.fullmatch(sentence)
            if match:
                return template.english, match.groupdict()
    return None


def again(told: Retelling, fact: str) -> str:
    """Return a fact as the target language writes it: words of ours, a span, a day, an amount or a number."""
    found = known(told.source, fact, letters=3)
    if found and all(value.isdecimal() for value in found[1].values()):
        return language.translator(told.target)(found[0]).format(**found[1])
    if day := day_of(told.source, fact):
        return format_date(day, "d MMMM y" if told.target == "en" else "long", locale=told.target)
    match = _NUMBER.fullmatch(fact)
    if match is None:
        return fact
    around = (match["before"] + match["after"]).strip("\u00a0 ")
    try:
        number = parse_decimal(match["number"], locale=told.source)
    except NumberFormatError:
        return fact
    decimals = -int(number.as_tuple().exponent)
    if told.currency and around in (told.currency, get_currency_symbol(told.currency, told.source)):
        minor = int(number * money.minor_per_major(told.currency))
        return match["sign"] + money.words(minor, told.currency, told.target, whole=decimals == 0 and minor != 0)
    grouped = "#,##0" if len(re.findall(r"[.,]", match["number"])) > (decimals > 0) else "0"
    written = format_decimal(number, grouped + ("." + "0" * decimals if decimals else ""), locale=told.target)
    after = match["after"]
    if around == "%":
        after = "%" if told.target == "en" else "\u00a0%"
    return f"{match['sign']}{match['before']}{written}{after}"


def day_of(spoken: str, fact: str) -> date | None:
    """Return the day a text names, if it names one."""
    match = _DAY.fullmatch(fact)
    months = {name: month for month, name in get_month_names("wide", locale=spoken).items()}
    if match is None or match["month"] not in months:
        return None
    try:
        return date(int(match["year"]), months[match["month"]], int(match["day"]))
    except ValueError:
        return None


@cache
def originals(spoken: str) -> dict[str, str]:
    """Return the English sentences by how a language says them; what has two originals is left out."""
    found: dict[str, str] = {}
    for english, said in pairs(spoken):
        found[said] = english if found.get(said, english) == english else ""
    return {said: english for said, english in found.items() if english and "{" not in english}


@cache
def templates(spoken: str) -> tuple[Template, ...]:
    """Return the sentences with fields as a language writes them, those with most words of their own first."""
    found = [made for english, said in pairs(spoken) if "{" in said and (made := template(english, said))]
    return tuple(sorted(found, key=lambda each: -each.letters))


def pairs(spoken: str) -> Iterator[tuple[str, str]]:
    """Yield every English sentence of the catalogues, and how a language says it."""
    for other in language.LANGUAGES:
        for english, said in language.catalogue(other).items():
            if spoken in ("en", other):
                yield english, english if spoken == "en" else said


def template(english: str, said: str) -> Template | None:
    """Return the pattern of a sentence with fields."""
    pattern, literals, seen = "", [], set()
    try:
        parts = list(Formatter().parse(said))
    except ValueError:
        return None
    for text, name, _spec, _conversion in parts:
        pattern += re.escape(text)
        literals.append(text)
        if name is None:
            continue
        if not name.isidentifier():
            return None
        pattern += f"(?P={name})" if name in seen else f"(?P<{name}>.+?)"
        seen.add(name)
    letters = sum(character.isalpha() for text in literals for character in text)
    return Template(english, re.compile(pattern, re.DOTALL), max(literals, key=len), letters)
