"""Delimited text: the delimiter, the row of the header, and the relation the engine reads, all cells as text."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from vinculo.foundation.errors import InputError
from vinculo.foundation.phrases import Phrase
from vinculo.warehouse.reading.columns import synonyms
from vinculo.warehouse.reading.sources import mending
from vinculo.warehouse.reading.sources import source as sources
from vinculo.warehouse.reading.sources import text as texts
from vinculo.warehouse.reading.sources.source import Source

DELIMITERS = (";", "\t", ",", "|")
TWICE = "The header names {name!r} more than once; the first column of that name is used."
LOOKED_AT = 200
"""Records looked at to find the delimiter and the header."""
Record = tuple[int, list[str]]
"""The physical lines before a record, and its cells."""


def open_text(path: Path, folder: Path, *, encoding: str = "", delimiter: str = "") -> Source:
    """Open a file of delimited text."""
    text = texts.prepare(path, folder, encoding=encoding)
    head = text.head.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.whole and "\n" in head:
        head = head[: head.rindex("\n") + 1]
    declared = head[4] if head[:4].lower() == "sep=" and head[5:6] == "\n" else ""
    chosen = delimiter or declared or likeliest_delimiter(head)
    records = parse(head, chosen)
    place = header_place([cells for _, cells in records[bool(declared) :]]) + bool(declared)
    skipped, header = records[place]
    width = table_width(header, [cells for _, cells in records[place + 1 :]])
    headers = sources.unique_headers(sources.few((header + [""] * width)[:width]))
    blanks = blank_records(text.path, after=place + 1) if text.blank_lines else []
    relation = numbered_reader(text.path, chosen, skipped, width)
    opened = Source(
        description=str(path),
        text=text.path,
        format="delimited text",
        headers=headers,
        types=("VARCHAR",) * width,
        relation=relation.format(errors="ignore_errors = true"),
        recording=relation.format(
            errors=f"store_rejects = true, rejects_table = '{sources.REJECTS}', rejects_scan = '{sources.SCANS}'"
        ),
        first_line=place + 2,
        encoding=text.encoding,
        delimiter=chosen,
        blank_rows=blanks,
        warnings=(*text.warnings, *header_warnings(header)),
    )
    broken = mending.misquoted(head, delimiter=chosen, width=width, whole=text.whole)
    return mended(opened, folder) if broken else opened


def mended(source: Source, folder: Path) -> Source:
    """Return a text without the quotes that nobody closed, each such line set aside alone."""
    if source.text is None or source.misquoted is not None:
        return source
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{source.text.name}.mended.csv"
    found = mending.mend(source.text, target, delimiter=source.delimiter, width=len(source.headers))
    before, after = sources.literal(str(source.text)), sources.literal(str(target))
    return replace(
        source,
        text=target,
        misquoted=found,
        relation=source.relation.replace(before, after),
        recording=source.recording.replace(before, after),
        blank_rows=blank_records(target, after=source.first_line - 1),
    )


def numbered_reader(path: Path, delimiter: str, skipped: int, width: int) -> str:
    """Return the SELECT that reads every cell as text; what to do with errors is left open."""
    columns = ", ".join(f"c{place}: 'VARCHAR'" for place in range(width))
    file = sources.literal(str(path)).replace("{", "{{").replace("}", "}}")
    mark = sources.literal(delimiter).replace("{", "{{").replace("}", "}}")
    return (
        f"SELECT * FROM read_csv({file}, auto_detect = false, header = true, skip = {skipped}, delim = {mark}, "
        f"quote = '\"', escape = '\"', columns = {{{{{columns}}}}}, strict_mode = true, compression = 'none', "
        "{errors})"
    )


def parse(head: str, delimiter: str) -> list[Record]:
    """Return the first records of a text, each with the physical lines before it."""
    records: list[Record] = []
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    before = 0
    try:
        for cells in reader:
            records.append((before, cells))
            before = reader.line_num
            if len(records) == LOOKED_AT:
                break
    except csv.Error:
        pass  # a cell without end: what was read so far must do, the engine will name the row
    if not records:
        raise InputError("The first line of the file cannot be read: its quotes are not balanced.")
    return records


def likeliest_delimiter(head: str) -> str:
    r"""Return the delimiter that gives most records the same, larger number of cells.

    >>> likeliest_delimiter("a;b;c\n1,5;2;3\n1,7;4;5\n"), likeliest_delimiter("a,b\n1,2\n")
    (';', ',')
    """
    scores = []
    for delimiter in DELIMITERS:
        widths = Counter(len(cells) for _, cells in parse(head, delimiter) if any(cell.strip() for cell in cells))
        width, times = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        agreement = times / max(1, sum(widths.values()))
        scores.append((agreement * min(width - 1, 10) if width > 1 else 0.0, delimiter))
    best = max(score for score, _ in scores)
    return next((delimiter for score, delimiter in scores if score == best and score > 0), ",")


def header_place(records: Sequence[Sequence[str]]) -> int:
    """Return the place of the header among the first records: the first in which most columns are named as known.

    >>> header_place([["Informe de ventas"], [], ["Cliente", "Fecha", "Importe"], ["7", "2021-03-04", "9"]])
    2
    """
    known = cache(synonyms.known)
    hits = [sum(known(cell) for cell in cells) for cells in records[:30]]
    best = max(hits, default=0)
    if best >= 2:
        return hits.index(best)
    filled = [sum(bool(cell.strip()) for cell in cells) for cells in records[:30]]
    usual = Counter(count for count in filled if count).most_common(1)
    return next((place for place, count in enumerate(filled) if usual and count >= 0.6 * usual[0][0]), 0)


def table_width(header: Sequence[str], records: Sequence[Sequence[str]]) -> int:
    """Return the number of cells a row should have: the header's, unless the lines agree on another."""
    widths = Counter(len(cells) for cells in records if any(cell.strip() for cell in cells))
    if not widths or widths[len(header)] >= 0.2 * sum(widths.values()):
        return len(header)
    usual = widths.most_common(1)[0][0]
    unnamed = all(not cell.strip() for cell in header[usual:])
    return usual if usual > len(header) or unnamed else len(header)


def blank_records(path: Path, *, after: int) -> list[int]:
    """Return the rows, as a spreadsheet counts, that hold no cell and stand between others after a row."""
    blanks: list[int] = []
    row, inside, between = 1, False, 0
    with path.open(encoding="utf-8-sig", newline=None) as stream:
        for line in stream:
            if line == "\n" and not inside and row > after:
                blanks.append(row)
            else:
                between = len(blanks)
            inside ^= bool(line.count('"') & 1)
            row += not inside
    return blanks[:between]


def header_warnings(header: Sequence[str]) -> tuple[Phrase, ...]:
    """Say which header names repeat."""
    counts = Counter(" ".join(cell.split()) for cell in header if cell.strip())
    repeated = sorted(name for name, count in counts.items() if count > 1)
    return tuple(Phrase(TWICE, name=name) for name in repeated)
