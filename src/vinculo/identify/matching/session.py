"""A session with Splink, on a DuckDB connection of its own: it leaves results unread, which others would trip over."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import splink
from splink import DuckDBAPI, Linker

from vinculo.warehouse.duck import quote

MEMORY, THREADS = "1GB", 0


@contextmanager
def connection(scratch: Path, *, memory: str = MEMORY, threads: int = THREADS) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection that spills into a folder."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    opened = duckdb.connect()
    try:
        opened.execute(f"SET temp_directory = {quote(str(scratch / 'spill'))}")
        opened.execute(f"SET memory_limit = {quote(memory)}")
        opened.execute("SET enable_progress_bar = false")
        if threads:
            opened.execute(f"SET threads = {threads}")
        yield opened
    finally:
        opened.close()


def table(api: DuckDBAPI, name: str, folder: Path) -> Any:
    """Make a folder of Parquet files a table of Splink's; names are unique within a session."""
    pattern = quote(str(folder / "*.parquet"))
    api.duckdb_con.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({pattern})")
    return api.register(name, dataset_display_name=name)


def linker(api: DuckDBAPI, tables: Any, settings: dict[str, Any]) -> Linker:
    """Return a linker over tables."""
    return Linker(tables, settings, log_level=logging.ERROR, validate_settings=False)


def version() -> str:
    """Return the version of Splink."""
    return str(splink.__version__)
