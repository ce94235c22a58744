"""Actual costs: a file of what it cost to serve each customer, booked by kind and day."""

from pathlib import Path

from vinculo.foundation import money
from vinculo.foundation.errors import InputError
from vinculo.warehouse import queries
from vinculo.warehouse.duck import DuckEngine, quote
from vinculo.warehouse.tables.profit import CUSTOMER_COSTS

NEEDED = ("customer_id", "kind", "happened_on", "cost")


def read(path: Path, *, engine: DuckEngine, currency: str) -> None:
    """Make the relation `customer_costs` readable from a CSV or Parquet file.

    The file has the columns customer_id, kind, happened_on (ISO date) and cost (major units, decimal point). One row
    is one cost; the grain and units of the relation are in the contract `CUSTOMER_COSTS`.

    Raises
    ------
    InputError
        When the file or a column is missing, or a row cannot be read: nothing is taken then, for a part of the costs
        would make some customers look better than they are.
    """
    if not path.is_file():
        raise InputError("There is no file of costs {path}.", path=str(path))
    reader = "read_parquet({})" if path.suffix == ".parquet" else "read_csv({}, all_varchar = true, header = true)"
    engine.run(f"CREATE OR REPLACE TEMP VIEW costs_as_read AS SELECT * FROM {reader.format(quote(str(path)))}")
    found = engine.rows("SELECT * FROM costs_as_read LIMIT 0").schema.names
    missing = [name for name in NEEDED if name not in found]
    if missing:
        raise InputError(
            "{file} lacks the column(s) {missing}: a file of costs has {needed}; found {found}.",
            file=path.name,
            missing=missing,
            needed=NEEDED,
            found=found,
        )
    engine.materialise("costs_numbered", queries.load(__package__, "costs"), scale=money.minor_per_major(currency))
    wrong = engine.rows("SELECT * FROM costs_numbered WHERE wrong IS NOT NULL ORDER BY row_number LIMIT 1").to_pylist()
    if wrong:
        row = wrong[0]
        raise InputError(
            "Row {row} of {file} has {found!r} as {column}: it must be an ISO date such as 2011-06-09."
            if row["wrong"] == "happened_on"
            else "Row {row} of {file} has {found!r} as {column}: it must be a number such as 12.50.",
            row=row["row_number"],
            file=path.name,
            found=row["found"],
            column=row["wrong"],
        )
    columns = ", ".join(CUSTOMER_COSTS.names)
    engine.run(f"CREATE OR REPLACE TEMP VIEW customer_costs AS SELECT {columns} FROM costs_numbered")
