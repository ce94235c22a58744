"""Every sentence of the staff application is said in Spanish too."""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract
from babel.messages.pofile import read_po
from tests.make import store

SOURCE = Path(__file__).parents[2] / "src" / "vinculo"
CATALOGUES = SOURCE / "project" / "locale" / "es"
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
}


def sentences() -> Iterator[tuple[str, str]]:
    from django.utils.translation.template import templatize

    for path in sorted(SOURCE.rglob("*")):
        if path.suffix not in (".py", ".html") or not {"web", "records", "project"} & set(path.parts):
            continue
        text = path.read_text("utf-8")
        source = text if path.suffix == ".py" else templatize(text)
        for _line, message, _comments, _context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
            for each in message if isinstance(message, tuple) else (message,):
                if each:
                    yield path.name, each


def spanish() -> dict[str, bool]:
    """Return the sentences that are in Spanish, of the platform or of Django and its companions."""
    found: dict[str, bool] = {}
    for file in sorted(CATALOGUES.glob("*.po")):
        with file.open("rb") as stream:
            for message in read_po(stream, locale="es"):
                said = message.string if isinstance(message.string, tuple) else (message.string,)
                for each in message.id if isinstance(message.id, tuple) else (message.id,):
                    found[each] = all(said) and not message.fuzzy
    return found


def test_every_sentence_of_the_pages_is_in_a_spanish_catalogue() -> None:
    store.set_up_django()
    known = spanish()

    assert sorted({(place, each) for place, each in sentences() if not known.get(each)}) == []


def test_the_search_finds_the_sentences_of_pages() -> None:
    store.set_up_django()
    found = {each for _place, each in sentences()}

    assert {"Skip to content", "Customers", "Export CSV"} <= found
