"""Extracts: what a closed period said, as files: its movements row by row, and its reports."""

import gzip
import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, is_dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from vinculo.programs.records.finance import books, breakage, control, journal, lives, owing, selectors
from vinculo.programs.records.finance.books import Window
from vinculo.programs.records.models import Program, Strand

ROOM, MOVEMENTS, REPORTS = "finance", "movements.csv.gz", "reports.json"
_CELL = "CASE WHEN ltrim({0}, '''') ~ '^[-=+@\\t\\r]' THEN '''' || {0} ELSE {0} END AS {0}"
_TEXTS = ", ".join(_CELL.format(name) for name in ("source", "event", "reference", "campaign", "author"))
_ROWS = f"""
COPY (
    SELECT
        posting_id, place, kind, account_id, debit_id, credit_id, t.amount, grant_class, reward_class, refers_to,
        to_char(happened_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS happened_at,
        to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS recorded_at, {_TEXTS}
    FROM programs_posting AS p JOIN programs_transfer AS t ON t.posting_id = p.id
    WHERE p.program_id = %(program)s AND {books.WINDOW}
    ORDER BY posting_id, place
) TO STDOUT (FORMAT csv, HEADER)
"""
"""The transfers of a period, in words no spreadsheet takes for formulas; the same rows make the same bytes."""


@dataclass(frozen=True)
class Made:
    """Where an extract was kept, its hashes (of the movements as they are unpacked), and its count of transfers."""

    folder: str
    movements_sha256: str
    reports_sha256: str
    postings: int


def write(program: Program, days: tuple[date, date], window: Window, *, totals: control.Control, now: datetime) -> Made:
    """Write the extract of a period into a folder of its own; only its owner may read it, nobody change it."""
    until = days[1]
    name = f"{program.pk}/{books.day_before(until).isoformat()}"
    folder = settings.HOME_FOLDER(ROOM, str(program.pk)) / books.day_before(until).isoformat()
    # A close that was not finished may have left one.
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    seen = hashlib.sha256()
    lines = 0
    with (folder / MOVEMENTS).open("wb") as stream, gzip.GzipFile("", "wb", fileobj=stream, mtime=0) as packed:
        for piece in rows(program.pk, window):
            seen.update(piece)
            lines += piece.count(b"\n")
            packed.write(piece)
    text = json.dumps(
        {**reports(program, days, window, now), "control": totals}, default=plain, indent=1, sort_keys=True
    ).encode()
    (folder / REPORTS).write_bytes(text)
    for file in (MOVEMENTS, REPORTS):
        (folder / file).chmod(0o400)
    return Made(name, seen.hexdigest(), hashlib.sha256(text).hexdigest(), lines - 1)


def rows(program_id: int, window: Window) -> Iterator[bytes]:
    """Return the movements of a window as CSV, piece by piece."""
    with connection.cursor() as cursor:
        statement = cursor.cursor.connection
        with statement.cursor().copy(_ROWS, {"program": program_id, **window.parameters()}) as copy:
            for piece in copy:
                yield bytes(piece)


def digest(program_id: int, window: Window) -> tuple[str, int]:
    """Return the hash of the movements of a window as the journal has them now, and how many there are."""
    seen, lines = hashlib.sha256(), 0
    for piece in rows(program_id, window):
        seen.update(piece)
        lines += piece.count(b"\n")
    return seen.hexdigest(), lines - 1


def folder_of(name: str) -> Path:
    """Return where an extract lies."""
    folder: Path = settings.HOME_FOLDER(ROOM) / name
    return folder


def whole(name: str, movements_sha256: str, reports_sha256: str) -> bool:
    """Tell whether the files of an extract are what was written."""
    folder = folder_of(name)
    seen = hashlib.sha256()
    try:
        with gzip.open(folder / MOVEMENTS, "rb") as stream:
            while piece := stream.read(1 << 20):
                seen.update(piece)
        said = hashlib.sha256((folder / REPORTS).read_bytes()).hexdigest()
    except (OSError, EOFError):
        return False
    return (seen.hexdigest(), said) == (movements_sha256, reports_sha256)


def reports(program: Program, days: tuple[date, date], window: Window, now: datetime) -> dict[str, Any]:
    """Return the reports of a period as it is being closed, and where the chains of the ledger ended."""
    since, until = days
    last = window.until.last_posting
    chosen: dict[str, Any] = {"program_id": program.pk, "until": until, "last_posting": last}
    earlier = books.cutoff(program.pk, breakage.a_year_before(until), program.zone, last)
    read = lives.Once([earlier, window.since, window.until])
    return {
        "program": program.code,
        "since": since,
        "until": until,
        "last_posting": last,
        "written_at": now,
        "strands": [
            {"strand": pk, "batches": batches, "hash": bytes(end).hex()}
            for pk, batches, end in Strand.objects.filter(program=program)
            .order_by("pk")
            .values_list("pk", "batches", "hash")
        ],
        "rollforward": selectors.rollforward(since=since, **chosen),
        "liability": owing.liability(read=read, **chosen),
        "ageing": selectors.ageing(now=now, **chosen),
        "journal": journal.journal(since=since, read=read, **chosen),
        "breakage": breakage.triangle(read=read, **chosen),
    }


def plain(value: object) -> object:
    """Return what JSON has no word for."""
    if is_dataclass(value) and not isinstance(value, type):
        return {str(name): content for name, content in vars(value).items()}
    if isinstance(value, Fraction):
        return str(round(float(value), 12))
    return str(value)
