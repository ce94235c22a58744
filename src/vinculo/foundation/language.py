"""Language: English is the source, every other language is a set of gettext catalogues (`locale/<language>/*.po`)."""

from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po

from vinculo.foundation import phrases
from vinculo.foundation.errors import SettingsError

LANGUAGES = ("en", "es")

Translate = phrases.Translate


@cache
def catalogue(language: str) -> dict[str, str]:
    """Return the translated sentences of a language, by their English source."""
    if language not in LANGUAGES:
        raise SettingsError(
            "There is no language {found!r}: choose one of {choices}.", found=language, choices=LANGUAGES
        )
    sentences: dict[str, str] = {}
    folder = files("vinculo") / "locale" / language
    if folder.is_dir():
        for file in sorted(folder.iterdir(), key=lambda item: item.name):
            with file.open("rb") as stream:
                sentences |= {str(m.id): str(m.string) for m in read_po(stream, locale=language) if m.id and m.string}
    return sentences


def translator(language: str) -> Translate:
    """Return the function that says an English sentence in a language.

    Sentences with figures are templates in `str.format` style: translate first, format after. Their percentages do not
    break across lines.

    >>> translator("en")("Past profit")
    'Past profit'
    """
    sentences = catalogue(language)

    def translate(sentence: str) -> str:
        return phrases.bound(sentences.get(sentence, sentence))

    return translate
