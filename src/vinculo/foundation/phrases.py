"""Phrases: an English template and its facts, said in any language; translated first, formatted after."""

import re
from collections.abc import Callable, Mapping, Sequence
from string import Formatter
from typing import Any

Translate = Callable[[str], str]
"""Returns an English sentence or template in another language."""

NUMBER = "1,234.5"
"""Shows how numbers are grouped and where their decimals begin; translations write the same number their way."""
_BEFORE_SIGN = re.compile(r"(?<=[\d}])[ \u00a0](?=%)")


def bound(text: str) -> str:
    r"""Return a text, or a template, whose percentages no line breaks: a figure and its sign stay together.

    >>> bound("Among the top 20 % of {share} %.")
    'Among the top 20\xa0% of {share}\xa0%.'
    """
    return _BEFORE_SIGN.sub("\u00a0", text)


def loose(text: str) -> str:
    r"""Return a text with plain spaces before its signs of percentage, as catalogues write it.

    >>> loose("The top 20\xa0%")
    'The top 20 %'
    """
    return _BEFORE_SIGN.sub(" ", text)


class Phrase:
    """A template with named fields in `str.format` style, and the facts that fill them.

    A fact that is a phrase itself is translated with it: so are the words of ours within a sentence. A list is written
    with commas between; `{names!r}` puts quotes around each, `{names!s}` writes the list as Python does. A fact that is
    lacking stays a field: a person who reads an odd sentence is better served than one who reads a `KeyError`.

    >>> spanish = {"{path} is {kind}.": "{path} es {kind}.", "a PNG image": "una imagen PNG"}
    >>> Phrase("{path} is {kind}.", path="sales.csv", kind=Phrase("a PNG image")).say(spanish.__getitem__)
    'sales.csv es una imagen PNG.'
    >>> str(Phrase("There is no {found!r}: choose among {known}.", found="r", known=("R", "F", "M", "T")))
    "There is no 'r': choose among R, F, M, T."
    """

    def __init__(self, template: str, /, **facts: object) -> None:
        self.template = template
        self.facts = facts

    def say(self, translate: Translate = str) -> str:
        """Return the phrase in the language of a translator; in English without one."""
        return _Sentence(translate).vformat(bound(translate(self.template)), (), self.facts)

    def __str__(self) -> str:
        return self.say()

    def __repr__(self) -> str:
        facts = "".join(f", {name}={fact!r}" for name, fact in self.facts.items())
        return f"Phrase({self.template!r}{facts})"


class _Lacking:
    """The place of a fact that nobody gave."""

    def __init__(self, field: object) -> None:
        self.written = f"{{{field}}}"


class _Sentence(Formatter):
    """Formats facts as a person reads them."""

    def __init__(self, translate: Translate) -> None:
        self.translate = translate

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return kwargs.get(key, _Lacking(key)) if isinstance(key, str) else _Lacking(key)

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        if isinstance(value, _Lacking):
            return value
        if isinstance(value, Phrase):
            value = value.say(self.translate)
        elif isinstance(value, list | tuple) and conversion != "s":
            return [self.convert_field(each, conversion) for each in value]
        return super().convert_field(value, conversion)

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, _Lacking):
            return value.written
        if isinstance(value, list):
            return ", ".join(self.format_field(each, format_spec) for each in value)
        written = str(super().format_field(value, format_spec))
        if format_spec and isinstance(value, int | float):
            return written.translate(str.maketrans(NUMBER, self.translate(NUMBER)))
        return written
