"""A file, a reading, and what came of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.reading import orders, recognition
from vinculo.warehouse.reading.options import ReadingOptions
from vinculo.warehouse.reading.report import ReadingReport


@dataclass(frozen=True)
class Reading:
    """A report with the engine that holds the lines."""

    report: ReadingReport
    engine: DuckEngine

    def lines(self, *columns: str) -> list[tuple[Any, ...]]:
        names = ", ".join(columns)
        rows = self.engine.rows(f"SELECT {names} FROM order_lines ORDER BY line_number").to_pylist()
        return [tuple(row.values()) for row in rows]

    def column(self, name: str) -> list[Any]:
        return [value for (value,) in self.lines(name)]

    def rejected(self) -> list[dict[str, Any]]:
        return self.engine.rows("SELECT * FROM rejected_lines ORDER BY line_number").to_pylist()

    def kinds(self) -> dict[str, int]:
        rows = recognition.counts(self.engine, lambda sentence: sentence).to_pylist()
        return {row["line_kind"]: row["lines"] for row in rows}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckEngine]:
    with DuckEngine(tmp_path / "spill") as opened:
        yield opened


@pytest.fixture
def read(engine: DuckEngine) -> Callable[..., Reading]:
    def reading(source: object, **options: Any) -> Reading:
        return Reading(orders.read(source, engine=engine, options=ReadingOptions(**options)), engine)

    return reading


@pytest.fixture
def read_text(tmp_path: Path, read: Callable[..., Reading]) -> Callable[..., Reading]:
    def reading(text: str | bytes, *, name: str = "orders.csv", **options: Any) -> Reading:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return read(path, **options)

    return reading
