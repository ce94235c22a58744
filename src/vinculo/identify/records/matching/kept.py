"""Kept: where the proposal of a matching lies, and what its report counts; looked at without what matches."""

from pathlib import Path
from typing import Any

from django.conf import settings

from vinculo.warehouse.duck import DuckEngine, quote

TABLES = ("edges", "merges", "separations")
"""Tables of a proposal: pairs that were scored, customers to be made one, and parties to be let go."""


def folder_of(matching_id: int) -> Path:
    """Return the folder of a matching."""
    return Path(settings.HOME_FOLDER("matchings")) / str(matching_id)


def attach(engine: DuckEngine, folder: Path) -> None:
    """Attach the tables of a proposal to an engine."""
    for table in TABLES:
        engine.run(f"CREATE VIEW {table} AS SELECT * FROM read_parquet({quote(str(folder / table / '*.parquet'))})")


def kept_apart(folder: Path) -> list[tuple[int, int]]:
    """Return the pairs with much in common, a home among it, that a guardrail kept apart for their given names."""
    with DuckEngine(folder) as engine:
        attach(engine, folder)
        found = engine.rows(
            """
            SELECT record_id_l, record_id_r FROM edges WHERE decided_by = 'guardrail' AND weights['address'] > 0
                AND list_contains(rules, 'given_name') AND customer_id_l <> customer_id_r ORDER BY ALL
            """
        )
    return list(zip(found["record_id_l"].to_pylist(), found["record_id_r"].to_pylist(), strict=True))


def counted(folder: Path) -> dict[str, Any]:
    """Return the figures of the report of a proposal."""
    with DuckEngine(folder) as engine:
        attach(engine, folder)
        (found,) = engine.rows(
            """
            SELECT (SELECT count(*) FROM edges) AS pairs,
                (SELECT count(*) FROM edges WHERE band = 'steward' AND customer_id_l <> customer_id_r) AS to_decide,
                (SELECT count(*) FROM merges) AS merges,
                (SELECT coalesce(sum(len(customer_ids) - 1), 0)::BIGINT FROM merges) AS customers_fewer,
                (SELECT count(*) FROM separations) AS separations,
                (SELECT coalesce(max(parties), 1) FROM merges) AS largest
            """
        ).to_pylist()
        sizes = engine.rows("SELECT parties, count(*) AS clusters FROM merges GROUP BY parties ORDER BY parties")
    return {**found, "sizes": [[row["parties"], row["clusters"]] for row in sizes.to_pylist()]}
