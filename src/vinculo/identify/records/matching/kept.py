"""Kept: where matchings lie, what their reports count, and what the next one needs of the one in force."""

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
from django.conf import settings
from django.db import connection

from vinculo.identify.matching import keeping
from vinculo.identify.records.models import Matching
from vinculo.warehouse.duck import DuckEngine, quote

if TYPE_CHECKING:
    from vinculo.warehouse.landing.store import Store

TABLES = ("edges", "merges", "separations")
"""Tables of a proposal: pairs that were scored, customers to be made one, and parties to be let go."""
MARKED = ("customer", "identifier", "address", "sourcerecord")
"""Tables that customers follow from: whatever changes a customer adds a row to one of them."""
STATE, MARK, SCOPE = "state", "mark.json", "scope"
"""In the folder of a matching: by kind of record, what those that come later are matched against; where it ends; and
the parties it looked at, where it is of those that came since."""


def folder_of(matching_id: int) -> Path:
    """Return the folder of a matching."""
    return Path(settings.HOME_FOLDER("matchings")) / str(matching_id)


def in_force() -> Matching | None:
    """Return the matching that was published last, of the whole base or of what came since."""
    return Matching.objects.filter(published_at__isnull=False).order_by("-published_at", "-id").first()


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


_ENDS = "SELECT {ends}, (SELECT count(*) FROM identify_import WHERE undone_at IS NOT NULL) AS undone, {erased}".format(
    ends=", ".join(f"(SELECT coalesce(max(id), 0) FROM identify_{table}) AS {table}" for table in MARKED),
    erased="(SELECT count(*) FROM identify_rightsrequest WHERE kind = 'erasure' AND state = 'done') AS erased",
)


def mark_now(reading: "Store") -> dict[str, int]:
    """Return where the tables end that customers follow from, and how often something was taken out of them."""
    (found,) = reading.table(_ENDS).to_pylist()
    return {name: int(value) for name, value in found.items()}


def mark_write(folder: Path, mark: Mapping[str, int]) -> None:
    """Write down where a matching ends, and whose numbers of keys it keeps: those of another engine may differ."""
    text = json.dumps({**mark, "engine": duckdb.__version__})
    (folder / MARK).write_text(text, encoding="utf-8")


def mark_of(matching_id: int) -> dict[str, int] | None:
    """Return where a matching ends; nothing when what came since cannot be matched against it."""
    file = folder_of(matching_id) / MARK
    if not file.is_file() or not (folder_of(matching_id) / STATE).is_dir():
        return None
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found if found.pop("engine") == duckdb.__version__ else None


def came(matching_id: int, *, thorough: bool) -> bool:
    """Tell whether something may have come since a matching, and can be matched against it."""
    before = mark_of(matching_id)
    if before is None or thorough:
        return before is not None
    with connection.cursor() as cursor:
        cursor.execute(_ENDS)
        return list(cursor.fetchone()) != list(before.values())


def states_clear(keep: Iterable[int]) -> None:
    """Remove what matchings keep of records, but that of some."""
    wanted = set(map(str, keep))
    for folder in folder_of(0).parent.iterdir():
        if folder.name.isdecimal() and folder.name not in wanted:
            shutil.rmtree(folder / STATE, ignore_errors=True)


def erase(customer_ids: Iterable[int]) -> None:
    """Take parties out of all that matchings keep of records; models tell no name that few have."""
    gone = pa.table({"record_id": pa.array(sorted(customer_ids), pa.int64())})
    home = folder_of(0).parent
    for state in sorted(home.glob(f"*/{STATE}/*")) if home.is_dir() else ():
        with DuckEngine(home / ".spill") as engine:
            engine.attach("gone", gone)
            for part in keeping.parts(state):
                engine.attach("traits", part)
                if engine.rows("SELECT 1 FROM traits SEMI JOIN gone USING (record_id) LIMIT 1").num_rows:
                    staged = part.with_name(f".{part.name}")
                    shutil.rmtree(staged, ignore_errors=True)
                    engine.write(staged, "SELECT * FROM traits ANTI JOIN gone USING (record_id)")
                    # A link of another matching goes on to the old file, and is looked at in its turn.
                    (staged / "part-0.parquet").replace(part / "part-0.parquet")
                    staged.rmdir()
