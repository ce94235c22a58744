"""Work in progress: the engine, the folder being written, and what the manifest will say."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from vinculo.differentiate.analysis import scopes
from vinculo.differentiate.settings import Settings
from vinculo.foundation import language
from vinculo.foundation.phrases import Phrase
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.tables.contract import Table

Progress = Callable[[str, float], None]

STEPS = {
    "Reading the orders": 0.20,
    "Building customer days": 0.25,
    "Adding up profit": 0.05,
    "Testing the forecast": 0.20,
    "Valuing every customer": 0.15,
    "Summing up": 0.10,
    "Writing the report": 0.05,
}
"""The steps of an analysis in their order, with the share of the time each takes on a million customers."""


@dataclass
class Work:
    """One analysis while it runs."""

    engine: DuckEngine
    folder: Path
    settings: Settings
    progress: Progress
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    card: dict[str, object] = field(default_factory=dict)
    kept: scopes.Kept = field(default_factory=dict)
    """Values kept of the asked dimensions that have too many."""

    @property
    def translate(self) -> language.Translate:
        """Return the function that says an English sentence in the language of the run."""
        return language.translator(self.settings.language)

    def say(self, sentence: str, **facts: object) -> str:
        """Translate an English template, then put the facts in."""
        return Phrase(sentence, **facts).say(self.translate)

    @contextmanager
    def step(self, words: str) -> Iterator[None]:
        """Name the step that is running, and note how long it took."""
        names = list(STEPS)
        self.progress(words, sum(STEPS[name] for name in names[: names.index(words)]))
        started = time.perf_counter()
        yield
        self.timings[words] = round(time.perf_counter() - started, 3)

    def write(self, contract: Table, sql: str, **parameters: object) -> None:
        """Write the result of a query as a table of the run, readable in the engine under its name."""
        self.engine.write(self.folder / contract.name, sql, **parameters)
        self.published(contract)

    def keep(self, contract: Table, table: pa.Table) -> None:
        """Write a small Arrow table as a table of the run, readable in the engine under its name."""
        contract.require(table.schema.names)
        folder = self.folder / contract.name
        folder.mkdir()
        pq.write_table(table.select(list(contract.names)).cast(contract.schema), folder / "part-0.parquet")
        self.published(contract)

    def keep_all(self, contracts: Iterable[Table], tables: Mapping[str, pa.Table]) -> None:
        """Write those small tables that were computed, each by its contract."""
        for contract in contracts:
            if contract.name in tables:
                self.keep(contract, tables[contract.name])

    def published(self, contract: Table) -> None:
        """Take a folder that was written as a table of the run."""
        folder = self.folder / contract.name
        rows = sum(pq.read_metadata(file).num_rows for file in folder.glob("*.parquet"))
        self.engine.attach(contract.name, folder)
        self.tables[contract.name] = {"rows": rows, "grain": contract.grain}
