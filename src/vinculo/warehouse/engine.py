"""What an engine offers: attach, query, materialise, write into a run, and stream batches through a function.

Queries are written in DuckDB's dialect. Models are fitted on counts the engine aggregates and score in
`map_batches`, so the same code serves one machine and a cluster.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.parquet as pq

BatchFunction = Callable[[pa.Table], pa.Table]


class Engine(Protocol):
    """Where tables live and queries run. Names are table names of the engine, folders hold Parquet files."""

    def attach(self, name: str, source: Path | pa.Table) -> None:
        """Make a folder of Parquet files, or an Arrow table, readable under a name."""

    def rows(self, sql: str, **parameters: object) -> pa.Table:
        """Run a query whose result is small and return it."""

    def run(self, sql: str, **parameters: object) -> None:
        """Run a statement that returns nothing."""

    def materialise(self, name: str, sql: str, **parameters: object) -> None:
        """Keep the result of a query under a name, replacing what was there."""

    def write(self, folder: Path, sql: str, **parameters: object) -> int:
        """Write the result of a query as Parquet files into a new folder; return the rows written."""

    def writer(self, folder: Path, schema: pa.Schema, *, part: str = "0") -> pq.ParquetWriter:
        """Open one more file of a folder for tables worked out in Python; close it by leaving its `with` block.

        Several writers may be open at once. The folder is made when it is not there; the part must be new. Cast the
        tables you write to the writer's `schema`, which may hold repeated texts as dictionaries.
        """

    def map_batches(
        self,
        folder: Path,
        sql: str,
        function: BatchFunction,
        schema: pa.Schema,
        *,
        key: str = "",
        **parameters: object,
    ) -> int:
        """Stream the result of a query through a function into a new folder; return the rows written.

        The function receives and returns Arrow tables and is called with batches of any size. With a `key` the
        query must be ordered by it, and no batch splits the rows of one key.
        """
