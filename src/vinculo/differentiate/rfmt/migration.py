"""Migration between two runs: who moved to which segment, tier and relationship area, who came and who went."""

from pathlib import Path

from vinculo.differentiate.analysis import scopes
from vinculo.warehouse import queries
from vinculo.warehouse.engine import Engine
from vinculo.warehouse.tables.rfmt import MIGRATION

CAME = "new_customer"
"""`label_from` of customers the earlier run did not hold."""
WENT = "gone"
"""`label_to` of customers the later run does not hold."""


def summarize(engine: Engine, folder: Path, *, by: tuple[str, ...] = ()) -> int:
    """Write the table `migration` into a run and return its rows.

    Both runs must have been made with the same rules, or the matrix shows the change of rules and not of customers;
    quantile scores are ranks, so a customer may also move because others did (score with stored edges to avoid it).

    Parameters
    ----------
    engine
        Holds the relations `earlier_value` and `value` (contract `VALUE`).
    folder
        The run's folder: the table becomes a folder in it. Its grain is in the contract `MIGRATION`; for each label
        the customers add up to those of both runs together.
    by
        Dimensions to cut by as well. A customer has the value of the later run, where that run holds him: who changed
        country moved within the new one.

    Raises
    ------
    SettingsError
        If there is no such dimension.
    """
    engine.run(f"CREATE OR REPLACE TEMP VIEW moves AS {queries.load(__package__, 'moves')}")
    kept = scopes.crowded(engine, "moves", by)
    scopes.create_view(engine, "scoped_moves", "moves", by, kept=kept)
    return engine.write(folder / MIGRATION.name, queries.load(__package__, "migration"))
