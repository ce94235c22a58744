"""Summary tables of RFMT: cells with their break-even response rate, named segments, and segments by type of goods.

**Break-even response rate** of a cell (Hughes, *Strategic Database Marketing*): the share of contacted customers who
must buy for a mailing to pay, cost of a contact / expected contribution of a response. The contribution of a response
is the cell's mean `contribution_per_purchase_minor`. Where that is not positive no response rate pays: it is null.

The chance to buy within the horizon (`mean_p_buys`) is what happens *without* the mailing over a whole horizon: where
even that stays below break-even, one mailing will hardly reach it. It is no forecast of the response; test it
(`mailing.plan`).
"""

from pathlib import Path

from vinculo.foundation.errors import SettingsError
from vinculo.warehouse import queries
from vinculo.warehouse.engine import Engine
from vinculo.warehouse.tables.rfmt import RFMT_CELLS, RFMT_CROSSTAB, RFMT_SEGMENTS

_QUERIES = {RFMT_CELLS.name: "cells", RFMT_SEGMENTS.name: "segments", RFMT_CROSSTAB.name: "crosstab"}


def summarize(engine: Engine, folder: Path, *, contact_cost_minor: int) -> dict[str, int]:
    """Write the tables `rfmt_cells`, `rfmt_segments` and `rfmt_crosstab` into a run.

    The relation `scoped_value` must repeat each customer once for each asked dimension.

    Parameters
    ----------
    engine
        Holds the relation `scoped_value`: `dimension`, `dimension_value` and the columns of `VALUE`.
    folder
        The run's folder: each table becomes a folder in it.
    contact_cost_minor
        Cost of one contact of a mailing.

    Returns
    -------
    dict
        The rows written, by table. Grains and units are in the contracts `RFMT_CELLS`, `RFMT_SEGMENTS` and
        `RFMT_CROSSTAB`.

    Raises
    ------
    SettingsError
        If a contact costs less than nothing.
    """
    if contact_cost_minor < 0:
        raise SettingsError("rfmt.contact_cost_minor is {found}: a contact costs 0 or more.", found=contact_cost_minor)
    engine.materialise("rfmt_tally", queries.load(__package__, "tally"))
    return {
        table: engine.write(folder / table, queries.load(__package__, query), contact_cost_minor=contact_cost_minor)
        for table, query in _QUERIES.items()
    }
