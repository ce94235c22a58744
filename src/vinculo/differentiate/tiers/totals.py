"""Totals of labels: what the customers of each value tier, or of each relationship area, are worth together."""

import pyarrow as pa

from vinculo.warehouse import queries
from vinculo.warehouse.engine import Engine
from vinculo.warehouse.tables.contract import Table


def of(engine: Engine, contract: Table, *, label: str) -> pa.Table:
    """Return the totals of a label, `value_tier` or `relationship_area`, from the relation `scoped_value`.

    One row is one label of one value of a dimension; amounts in minor units.
    """
    found = engine.rows(queries.load(__package__, "totals"), label=label)
    return found.rename_columns({"label": label}).cast(contract.schema)
