"""Readers: the tables of runs in DuckDB, opened once and kept for as long as they are in use."""

import atexit
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vinculo.differentiate.records import selectors
from vinculo.differentiate.records.models import Run
from vinculo.warehouse import runs
from vinculo.warehouse.duck import DuckEngine

KEPT = 6
"""Readers kept open: a page looks at one run, or at two."""
MEMORY = "1GB"
_Key = tuple[str, str, str]
_OPEN: "OrderedDict[_Key, DuckEngine]" = OrderedDict()
_LOCK = threading.Lock()


@contextmanager
def run_reader(*, run: Run, earlier: Run | None = None, later: Run | None = None) -> Iterator[DuckEngine]:
    """Give an engine over the tables of a run, for one thread; views only: nothing that is read can be changed.

    The tables of an earlier and of a later run are there as `earlier_value`, `later_value` and so on.
    """
    folders = tuple(str(selectors.run_folder(run=each)) if each else "" for each in (run, earlier, later))
    engine = opened(folders).beside()  # type: ignore[arg-type] # three of them
    try:
        yield engine
    finally:
        engine.connection.close()


def opened(folders: _Key) -> DuckEngine:
    """Return the engine of some folders, opened when it is not; the one used least recently goes."""
    with _LOCK:
        engine = _OPEN.pop(folders, None) or attached(folders)
        _OPEN[folders] = engine
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


def spill_folder() -> Path:
    """Return a folder for what does not fit in memory, gone with the process."""
    folder = Path(tempfile.mkdtemp(prefix="vinculo-reader-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
