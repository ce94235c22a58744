"""Readers: the tables of runs, and the values they serve, in DuckDB, opened once and kept while they are in use."""

import atexit
import os
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from vinculo.differentiate.records import selectors
from vinculo.differentiate.records.models import CustomerValue, Run
from vinculo.warehouse import runs
from vinculo.warehouse.duck import COPY_OPTIONS, DuckEngine, disk_errors, quote

KEPT = 6
"""Readers kept open: a page looks at one run, or at two."""
MEMORY = "1GB"
TYPES = {"BigIntegerField": "BIGINT", "FloatField": "DOUBLE", "TextField": "VARCHAR", "DateField": "DATE"}
SENTENCES = ("value_tier_reason", "relationship_area_reason")
"""Columns that nobody filters or sorts by."""
_PARTITION = """
SELECT inhrelid::bigint FROM pg_inherits
WHERE inhparent = 'differentiate_customervalue'::regclass AND inhrelid = to_regclass(%s)
"""
_Key = tuple[str, str, str]
_OPEN: "OrderedDict[_Key, DuckEngine]" = OrderedDict()
_LOCK = threading.Lock()


@contextmanager
def run_reader(*, run: Run, earlier: Run | None = None, later: Run | None = None) -> Iterator[DuckEngine]:
    """Give an engine over the tables of a run, for one thread; views only: nothing that is read can be changed.

    The tables of an earlier and of a later run are there as `earlier_value`, `later_value` and so on.
    """
    folders = tuple(str(selectors.run_folder(run=each)) if each else "" for each in (run, earlier, later))
    with beside(folders) as engine:  # type: ignore[arg-type] # three of them
        yield engine


@contextmanager
def values_reader(file: Path | None) -> Iterator[DuckEngine]:
    """Give an engine over `listed`, the values that a run serves without their sentences; see `values_file`.

    A page that asks for any customers in any order reads the columns it names of all of them: a fiftieth of a second
    for a million, where an index serves only the questions it was made for.
    """
    with beside((str(file or ""), "", "")) as engine:
        yield engine


def values_file(*, run_id: int) -> Path | None:
    """Return the file with the values that a run serves, written when it is not there; none when it serves none.

    It is a copy: whoever deletes it, or restores the store elsewhere, loses nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PARTITION, [f"public.differentiate_customervalue_{run_id}"])
        found = cursor.fetchone()
    if found is None:
        return None
    # A partition never changes, and its number is never given again.
    file = values_folder() / f"{run_id}-{found[0]}.parquet"
    if not file.exists():
        values_write(file, run_id=run_id)
    return file


def values_folder() -> Path:
    """Return where the files of served values are."""
    return Path(settings.HOME_FOLDER("served"))


def values_write(file: Path, *, run_id: int) -> None:
    """Write the values that a run serves into a file, seen only when whole."""
    names = ", ".join(listed())
    asked = (
        f"COPY (SELECT {names} FROM differentiate_customervalue WHERE run_id = {int(run_id)}) TO STDOUT (FORMAT csv)"
    )
    with disk_errors(), tempfile.TemporaryDirectory(dir=file.parent, prefix=".writing-") as aside:
        copied, written = Path(aside) / "values.csv", Path(aside) / "values.parquet"
        with connection.cursor() as cursor, cursor.copy(asked) as rows, copied.open("wb") as stream:
            for each in rows:
                stream.write(each)
        with DuckEngine(Path(aside), memory=MEMORY) as engine:
            engine.run(f"COPY ({from_csv(copied)}) TO {quote(str(written))} ({COPY_OPTIONS})")
        os.replace(written, file)


def values_forget(*, run_id: int) -> None:
    """Remove the files of a run that serves no more."""
    for file in values_folder().glob(f"{run_id}-*.parquet"):
        file.unlink(missing_ok=True)


def listed() -> dict[str, str]:
    """Return the columns of `listed` and their types in DuckDB."""
    left_out = ("run_id", *SENTENCES)
    return {
        field.column: TYPES[field.get_internal_type()]
        for field in CustomerValue._meta.concrete_fields
        if field.column and field.column not in left_out
    }


def from_csv(file: Path) -> str:
    """Return the query for values as the store copies them out: an empty text is none that is missing."""
    columns = ", ".join(f"{quote(name)}: {quote(kind)}" for name, kind in listed().items())
    options = "header = false, auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = ''"
    return f"FROM read_csv({quote(str(file))}, {options}, allow_quoted_nulls = false, columns = {{{columns}}})"


@contextmanager
def beside(key: _Key) -> Iterator[DuckEngine]:
    """Give a thread an engine of its own over what a key names."""
    engine = opened(key).beside()
    try:
        yield engine
    finally:
        engine.connection.close()


def opened(key: _Key) -> DuckEngine:
    """Return the engine of some folders, or of a file, opened when it is not; the one used least recently goes."""
    with _LOCK:
        engine = _OPEN.pop(key, None) or (attached(key) if key[0] and Path(key[0]).is_dir() else of_values(key[0]))
        _OPEN[key] = engine
        # One that goes while another thread reads through it lives until that thread is done.
        while len(_OPEN) > KEPT:
            _OPEN.popitem(last=False)
        return engine


def attached(folders: _Key) -> DuckEngine:
    """Open an engine with the tables of up to three runs."""
    engine = DuckEngine(spill_folder(), memory=MEMORY)
    for prefix, folder in zip(("", "earlier_", "later_"), folders, strict=True):
        if folder:
            found = runs.read(Path(folder))
            for table in found.tables:
                engine.attach(f"{prefix}{table}", found.folder / table)
    return engine


def of_values(file: str) -> DuckEngine:
    """Open an engine over a file of served values, or over none."""
    engine = DuckEngine(spill_folder(), memory=MEMORY)
    nobody = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in listed().items())
    source = f"FROM read_parquet({quote(file)})" if file else f"SELECT {nobody} LIMIT 0"
    engine.run(f"CREATE VIEW listed AS {source}")
    return engine


def spill_folder() -> Path:
    """Return a folder for what does not fit in memory, gone with the process."""
    folder = Path(tempfile.mkdtemp(prefix="vinculo-reader-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
