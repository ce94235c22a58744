"""Headers: what a kind of file is known by when it comes again."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from vinculo.identify.cards import opening
from vinculo.identify.cleaning import texts
from vinculo.identify.parties.report import PartyOptions
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.reading.columns import synonyms
from vinculo.warehouse.reading.sources import opening as files
from vinculo.warehouse.reading.sources import text as texts_of_files

OPTIONS = (
    *("delimiter", "decimal", "date_order", "encoding", "sheet", "country", "currency", "match_key"),
    *("complete_orders", "policies"),
)
"""Options of a reading that a template keeps."""


def fingerprint(headers: Iterable[str]) -> str:
    """Return what tells headers from others; their order, case, accents and punctuation do not.

    >>> fingerprint(["Código", "E-mail"]) == fingerprint(["e_mail", "CODIGO"]) != fingerprint(["Código"])
    True
    """
    written = sorted(texts.plain(header) or header.strip() for header in headers)
    return hashlib.sha256("\n".join(written).encode()).hexdigest()


def of_file(file: Path, folder: Path, options: Mapping[str, Any] | None = None) -> tuple[str, ...]:
    """Return the headers of a file, as options say, or as they are found when nothing is known of it."""
    asked = {name: options[name] for name in ("encoding", "delimiter", "sheet") if options.get(name)} if options else {}
    with DuckEngine(folder / "spill") as engine:
        settings = PartyOptions(**asked).reading()
        return opening.open_source(beginning(file, folder), engine, settings, folder / "source").headers


def beginning(file: Path, folder: Path) -> Path:
    """Return a file that begins as another, all of it unless it is a long text."""
    start = files.first_bytes(files.open_file(file))
    if start.startswith((files.PARQUET, files.COMPOUND, files.ZIP)) or opening.is_card(start):
        return file
    with texts_of_files.damage(file), texts_of_files.opened(file) as stream:
        head = stream.read(texts_of_files.HEAD)
        if not stream.read(1):
            return file
    short = folder / f"beginning-{file.name.removesuffix('.gz')}"
    folder.mkdir(parents=True, exist_ok=True)
    short.write_bytes(head[: head.rfind(b"\n") + 1] or head)
    return short


def fitting(mapping: Mapping[str, str], headers: Sequence[str]) -> dict[str, str]:
    """Return what of a mapping names columns that are there; what was left out stays left out."""
    known = {tuple(synonyms.words(header)) for header in headers}
    return {
        target: header
        for target, header in mapping.items()
        if not header or header in headers or tuple(synonyms.words(header)) in known
    }
