"""Catalogues: the Spanish of the staff application, read from its `.po` files when a process first speaks it."""

import gettext
import io
from functools import cache
from importlib.resources import files

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation import trans_real


class Translation(trans_real.DjangoTranslation):
    """Django's translation into a language and the platform's own sentences."""

    def __init__(self, language: str, domain: str | None = None, localedirs: list[str] | None = None) -> None:
        super().__init__(language, domain, localedirs)
        for compiled in catalogues(language) if domain is None else ():
            self.merge(gettext.GNUTranslations(io.BytesIO(compiled)))


def install() -> None:
    """Add the platform's own sentences to Django's translations, in memory: nothing compiled is kept or shipped."""
    trans_real.DjangoTranslation = Translation  # type: ignore[misc] # there is no other way in


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
