"""Catalogues: the Spanish of the staff application, read from its `.po` files when the platform starts."""

import gettext
import io
from functools import cache
from importlib.resources import files

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation import trans_real

LANGUAGES = ("es",)


def install() -> None:
    """Add the platform's own sentences to Django's translations, in memory: nothing compiled is kept or shipped."""
    for language in LANGUAGES:
        translation = trans_real.translation(language)
        for compiled in catalogues(language):
            translation.merge(gettext.GNUTranslations(io.BytesIO(compiled)))


@cache
def catalogues(language: str) -> tuple[bytes, ...]:
    """Return the catalogues of a language, compiled."""
    folder = files("vinculo.project") / "locale" / language
    found = sorted(folder.iterdir(), key=lambda each: each.name) if folder.is_dir() else []
    texts = [file.read_bytes() for file in found if file.name.endswith(".po")]
    return tuple(compiled(read_po(io.BytesIO(text), locale=language)) for text in texts)


def compiled(catalogue: Catalog) -> bytes:
    """Compile a catalogue."""
    stream = io.BytesIO()
    write_mo(stream, catalogue)
    return stream.getvalue()
