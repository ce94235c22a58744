"""A home of one's own, and everything that is written in it and in the store."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
from django.db import connection

from vinculo.identify import folding


def of(folder: Path) -> Callable[..., Path]:
    """Return what gives folders inside a home."""

    def inside(*parts: str) -> Path:
        found = folder.joinpath(*parts)
        found.mkdir(parents=True, exist_ok=True)
        return found

    return inside


def everything(home: Path) -> Iterator[tuple[str, str]]:
    """Yield every place of the store and of a home, and all that is written there, folded."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT coalesce(string_agg(row::text, ' '), '') FROM {table} AS row")
            yield table, folding.fold(cursor.fetchone()[0])
    for file in sorted(each for each in home.rglob("*") if each.is_file()):
        yield str(file.relative_to(home)), written(file)


def written(file: Path) -> str:
    """Return all that is written in a file, folded."""
    if file.suffix == ".parquet":
        with duckdb.connect() as engine:
            rows = engine.execute(f"SELECT CAST(r AS VARCHAR) FROM read_parquet('{file}') AS r").fetchall()
        return folding.fold(" ".join(each for (each,) in rows))
    content = file.read_bytes()
    return " ".join(folding.fold(content.decode(code, errors="ignore")) for code in ("utf-8", "cp1252", "utf-16-le"))


def holding(home: Path, values: list[str]) -> list[tuple[str, str]]:
    """Return where any of some values is written."""
    return [(place, value) for place, text in everything(home) for value in values if value in text]


def copy(home: Path, target: Path) -> Path:
    """Copy a home."""
    shutil.copytree(home, target)
    return target
