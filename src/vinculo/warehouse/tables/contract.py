"""What a contract is: a table's name, its grain, and its columns with type, unit and meaning."""

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from vinculo.foundation.errors import ContractError

_ARROW = {
    "text": pa.string(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "integers": pa.list_(pa.int32()),
}


@dataclass(frozen=True)
class Column:
    """One column: `type` is text, date, timestamp, integer, number, boolean or integers (a list)."""

    name: str
    type: str
    meaning: str
    unit: str = ""
    nullable: bool = False

    @property
    def field(self) -> pa.Field:
        """Return the Arrow field that holds this column."""
        return pa.field(self.name, _ARROW[self.type])


@dataclass(frozen=True)
class Table:
    """One table: what one row is, and what each column means."""

    name: str
    grain: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the column names in order."""
        return tuple(column.name for column in self.columns)

    @property
    def schema(self) -> pa.Schema:
        """Return the Arrow schema."""
        return pa.schema([column.field for column in self.columns])

    def require(self, names: Iterable[str]) -> None:
        """Raise `ContractError` unless all columns of the contract are among the names."""
        found = set(names)
        missing = [name for name in self.names if name not in found]
        if missing:
            raise ContractError(
                "The table {table!r} lacks the column(s) {missing}: it must hold {columns}.",
                table=self.name,
                missing=missing,
                columns=self.names,
            )
