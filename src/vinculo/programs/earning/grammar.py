"""Grammar: the text of a condition becomes a condition, or an error that says where and what would be right.

    condition   = both { "or" both }
    both        = single { "and" single }
    single      = "not" single | "(" condition ")" | comparison
    comparison  = flag
                | attribute ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value
                | attribute [ "not" ] "in" "(" value { "," value } ")"
                | attribute [ "not" ] "between" value "and" value
                | attribute [ "not" ] "within" text

An attribute is one of the list (`attributes`); a value is a text in quotes or one word, a number, or a date. Nothing of
it is ever run: it is compiled to comparisons of columns.
"""

import difflib
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from vinculo.foundation.errors import InputError
from vinculo.foundation.phrases import Phrase
from vinculo.programs.earning.attributes import ATTRIBUTES, Attribute
from vinculo.programs.earning.conditions import All, Comparison, Condition, Either, Negation, Value

LONGEST, DEEPEST, GREATEST = 4_000, 40, 10**12
SIGNS = ("=", "!=", "<", "<=", ">", ">=")
OPERATORS = {
    "text": ("=", "!=", "in", "within"),
    "flag": (),
    **dict.fromkeys(("number", "pieces", "money", "date"), (*SIGNS, "in", "between")),
}
"""What an attribute of each kind may be compared by."""
RESERVED = ("and", "or", "not", "in", "between", "within")
_TOKEN = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2}\b)|(?P<number>-?\d+(?:\.\d+)?\b)|(?P<text>'(?:[^']|'')*')"
    r"|(?P<word>[A-Za-z_]\w*)|(?P<sign><=|>=|!=|[=<>(),])"
)


class ConditionError(InputError):
    """The condition cannot be read."""

    code = "rule.condition"


@dataclass(frozen=True)
class Token:
    """One word or sign of a condition, and where it begins, from 1."""

    kind: str
    text: str
    at: int


def read(text: str) -> Condition:
    """Read a condition; an empty one always holds.

    Raises
    ------
    ConditionError
        It cannot be read; `at` says where.

    >>> read("category within 'Toys' and order_net >= 50")
    ... # doctest: +ELLIPSIS
    All(parts=(Comparison(attribute=Attribute(name='category', ...
    >>> read("levl = gold")
    Traceback (most recent call last):
    vinculo.programs.earning.grammar.ConditionError: At character 1, 'levl' is no attribute: did you mean level?
    """
    if len(text) > LONGEST:
        raise ConditionError(
            "A condition has {most} characters at most: this one has {long}.", most=LONGEST, long=len(text)
        )
    tokens = split(text)
    if not tokens:
        return All()
    reading = Reading(tokens, end=len(text) + 1)
    found = reading.condition(0)
    left = reading.next
    if left is not None:
        raise ConditionError(
            "At character {at}, {found!r} follows a condition that is complete: join conditions by and, or.",
            at=left.at,
            found=left.text,
        )
    return found


def split(text: str) -> list[Token]:
    """Return the words and signs of a text."""
    found, at = [], 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _TOKEN.match(text, at)
        if match is None:
            raise ConditionError(
                "At character {at}, {found!r} cannot be read: put texts in single quotes, write numbers as 12.50.",
                at=at + 1,
                found=text[at : at + 12],
            )
        found.append(Token(str(match.lastgroup), match.group(), at + 1))
        at = match.end()
    return found


@dataclass
class Reading:
    """The reading of one condition, token by token."""

    tokens: list[Token]
    end: int
    place: int = 0

    @property
    def next(self) -> Token | None:
        """Return the token that comes, or nothing at the end."""
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def taken(self, *words: str) -> bool:
        """Take the next token if it is one of these words or signs."""
        here = self.next
        fits = here is not None and here.kind in ("word", "sign") and here.text.lower() in words
        self.place += fits
        return fits

    def expected(self, what: Phrase) -> Token:
        """Take the next token, whatever it is."""
        here = self.next
        if here is None:
            raise ConditionError(
                "At character {at} the condition ends too early: {expected} is missing.", at=self.end, expected=what
            )
        self.place += 1
        return here

    def require(self, sign: str) -> None:
        """Take the sign or word that has to come."""
        here = self.next
        if not self.taken(sign):
            raise ConditionError(
                "At character {at}, {expected!r} is missing.", at=here.at if here else self.end, expected=sign
            )

    def condition(self, depth: int) -> Condition:
        """Read conditions joined by `or`."""
        parts = [self.both(depth)]
        while self.taken("or"):
            parts.append(self.both(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def both(self, depth: int) -> Condition:
        """Read conditions joined by `and`."""
        parts = [self.single(depth)]
        while self.taken("and"):
            parts.append(self.single(depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def single(self, depth: int) -> Condition:
        """Read one condition, perhaps turned round or in brackets."""
        if depth > DEEPEST:
            at = self.tokens[min(self.place, len(self.tokens) - 1)].at
            raise ConditionError("At character {at}, brackets and not go deeper than {most}.", at=at, most=DEEPEST)
        if self.taken("not"):
            return Negation(self.single(depth + 1))
        if self.taken("("):
            found = self.condition(depth + 1)
            self.require(")")
            return found
        return self.comparison()

    def comparison(self) -> Condition:
        """Read an attribute and what it is compared with."""
        here = self.expected(Phrase("an attribute"))
        attribute = attribute_of(here)
        if attribute.kind == "flag":
            return Comparison(attribute, "flag", at=here.at)
        turned = self.taken("not")
        sign = self.expected(Phrase("a comparison"))
        operator = sign.text.lower()
        if operator not in OPERATORS[attribute.kind] or (turned and operator in SIGNS):
            raise ConditionError(
                "At character {at}, {name} cannot be compared by {found!r}: choose among {known}.",
                at=sign.at,
                name=attribute.name,
                found=sign.text,
                known=OPERATORS[attribute.kind],
            )
        found = Comparison(attribute, operator, self.values(attribute, operator), at=here.at)
        return Negation(found) if turned else found

    def values(self, attribute: Attribute, operator: str) -> tuple[Value, ...]:
        """Read what an attribute is compared with."""
        if operator == "between":
            lowest = self.value(attribute)
            self.require("and")
            return lowest, self.value(attribute)
        if operator != "in":
            return (self.value(attribute),)
        self.require("(")
        found = [self.value(attribute)]
        while self.taken(","):
            found.append(self.value(attribute))
        self.require(")")
        return tuple(found)

    def value(self, attribute: Attribute) -> Value:
        """Read one value that fits an attribute."""
        here = self.expected(Phrase("a value"))
        found = value_of(here, attribute.kind)
        if found is None:
            raise ConditionError(
                "At character {at}, {name} is compared with {expected}, not with {found!r}.",
                at=here.at,
                name=attribute.name,
                expected=expectation(attribute.kind),
                found=here.text,
            )
        if attribute.choices and found not in attribute.choices:
            raise ConditionError(
                "At character {at}, {name} is never {found!r}: choose among {known}.",
                at=here.at,
                name=attribute.name,
                found=found,
                known=attribute.choices,
            )
        return found


def attribute_of(here: Token) -> Attribute:
    """Return the attribute a word names."""
    found = ATTRIBUTES.get(here.text)
    if found is not None:
        return found
    close = difflib.get_close_matches(here.text.lower(), ATTRIBUTES, n=1)
    if close:
        raise ConditionError(
            "At character {at}, {found!r} is no attribute: did you mean {close}?",
            at=here.at,
            found=here.text,
            close=close[0],
        )
    raise ConditionError(
        "At character {at}, {found!r} is no attribute: choose among {known}.",
        at=here.at,
        found=here.text,
        known=tuple(ATTRIBUTES),
    )


def value_of(here: Token, kind: str) -> Value | None:
    """Return the value of a token as a kind of attribute takes it, or nothing when it does not fit."""
    if kind == "text":
        if here.kind == "text":
            return here.text[1:-1].replace("''", "'")
        return here.text if here.kind == "word" and here.text.lower() not in RESERVED else None
    if kind == "date":
        try:
            return date.fromisoformat(here.text) if here.kind == "date" else None
        except ValueError:
            return None
    return Decimal(here.text) if here.kind == "number" and abs(Decimal(here.text)) < GREATEST else None


def expectation(kind: str) -> Phrase:
    """Return what an attribute of a kind is compared with."""
    if kind == "text":
        return Phrase("a text in quotes")
    return Phrase("a date as 2026-11-27") if kind == "date" else Phrase("a number as 12.50")
