"""Arrivals: what a file brings, written as source records, and the states these records add up to.

Source records are the truth and customers and products follow from them. So an import is taken back by taking its
records away and adding the others up again, whatever later imports did to the same customers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from vinculo.warehouse import duck
from vinculo.warehouse.duck import DuckEngine

PIECE = 1 << 20
"""Bytes handed over at a time."""
ROWS = "SELECT row_number, source_key, payload FROM party_rows WHERE first_copy ORDER BY row_number"

_ARRIVED = """
CREATE TEMP TABLE party_arrived (row_number bigint, source_key text COLLATE "C", payload jsonb) ON COMMIT DROP
"""
_TOUCHED = """
CREATE TEMP TABLE party_touched ON COMMIT DROP AS
SELECT DISTINCT source_key FROM party_arrived
"""
_RECORDS = """
INSERT INTO identify_sourcerecord
    (source_id, kind, source_key, version, payload, import_id, row_number, recorded_at)
SELECT %(source)s, %(kind)s, source_key,
    version + row_number() OVER (PARTITION BY source_key ORDER BY row_number), payload, %(import)s, row_number, %(now)s
FROM (
    SELECT arrived.*, coalesce(latest.version, 0) AS version,
        coalesce(
            lag(arrived.payload) OVER (PARTITION BY source_key ORDER BY row_number), said.payload, latest.payload
        ) AS before
    FROM party_arrived AS arrived
    LEFT JOIN LATERAL (
        SELECT version, payload FROM identify_sourcerecord AS record
        WHERE record.source_id = %(source)s AND record.kind = %(kind)s AND record.source_key = arrived.source_key
        ORDER BY version DESC LIMIT 1
    ) AS latest ON TRUE
    LEFT JOIN LATERAL (
        SELECT payload FROM identify_sourcerecord AS record
        WHERE record.source_id = %(source)s AND record.kind = %(kind)s AND record.source_key = arrived.source_key
            AND NOT record.payload ? 'by_hand'
        ORDER BY version DESC LIMIT 1
    ) AS said ON latest.payload ? 'by_hand'
) AS sent
WHERE payload IS DISTINCT FROM before
ORDER BY row_number
"""
_CHANGED = """
CREATE TEMP TABLE party_changed ON COMMIT DROP AS
SELECT DISTINCT source_key FROM identify_sourcerecord WHERE import_id = %(import)s AND kind = %(kind)s
"""
_ONLY_CHANGED = (
    "DROP TABLE party_touched",
    "CREATE TEMP TABLE party_touched ON COMMIT DROP AS SELECT source_key FROM party_changed",
    """
    DELETE FROM party_owned AS owned
    WHERE NOT EXISTS (SELECT FROM party_changed AS changed WHERE changed.source_key = owned.source_key)
    """,
    "ANALYZE party_touched, party_owned",
)
_STATES = """
CREATE TEMP TABLE party_states ON COMMIT DROP AS
SELECT record.source_key, identify_state(
        CASE WHEN record.payload ? 'by_hand' AND record.import_id IS NULL
            THEN record.payload->'clean' || '{"by_hand": true}' ELSE record.payload->'clean' END,
        coalesce(imported.options->'column_policies', imported.options->'policies') ORDER BY record.id
    ) AS state, (array_agg(record.import_id ORDER BY record.id) FILTER (WHERE record.import_id IS NOT NULL))[1]
    AS first_import, max(record.import_id) AS last_import
FROM party_touched
JOIN identify_sourcerecord AS record
    ON record.source_id = %(source)s AND record.kind = %(kind)s AND record.source_key = party_touched.source_key
LEFT JOIN identify_import AS imported ON imported.id = record.import_id
GROUP BY record.source_key
"""
# What a customer is where nothing is said counts as said.
_MARK = """hashtextextended(('{{"kind": "person", "standing": "actual"}}' || ({state}))::text, 0)"""
_BEFORE = f"""
CREATE TEMP TABLE party_before ON COMMIT DROP AS
SELECT source_key, {_MARK.format(state="(coalesce(state, '{}') - 'by_hand') || coalesce(clean, '{}')")} AS mark
FROM party_owned LEFT JOIN party_states USING (source_key) LEFT JOIN party_kept USING (source_key)
"""
_RESTATED = f"""
SELECT count(*) FROM party_changed JOIN party_before USING (source_key) JOIN party_states USING (source_key)
WHERE mark = {_MARK.format(state="state - 'by_hand'")}
"""
_BY_HAND = """
INSERT INTO identify_sourcerecord (source_id, kind, source_key, version, payload, import_id, recorded_at)
SELECT %(source)s, %(kind)s, source_key,
    1 + coalesce((SELECT max(version) FROM identify_sourcerecord AS record WHERE record.source_id = %(source)s
        AND record.kind = %(kind)s AND record.source_key = kept.source_key), 0),
    payload, import_id, %(now)s
FROM ({kept}) AS kept
"""
_KEPT = """
CREATE TEMP TABLE party_kept ON COMMIT DROP AS
SELECT source_key, clean, import_id FROM ({kept}) AS different WHERE clean <> '{{}}'
"""
_DIFFERENT = """
SELECT source_key, jsonb_build_object('clean', clean, 'by_hand', TRUE) AS payload, import_id FROM party_kept
"""
_SAID = "SELECT %(key)s AS source_key, %(payload)s::jsonb AS payload, NULL::bigint AS import_id"


@dataclass(frozen=True)
class Arrival:
    """One import as it meets the store."""

    import_id: int | None
    """None for what events say: no import brought it."""
    source_id: int
    kind: str
    now: datetime

    @property
    def facts(self) -> dict[str, object]:
        """Return what the statements ask for."""
        return {"import": self.import_id, "source": self.source_id, "kind": self.kind, "now": self.now}


def stage(cursor: psycopg.Cursor, engine: DuckEngine, folder: Path) -> None:
    """Copy the rows that come in to the store, where only this transaction sees them."""
    file = folder / "arrivals.csv"
    engine.run(f"COPY ({ROWS}) TO {duck.quote(str(file))} (FORMAT csv, HEADER false)")
    cursor.execute(_ARRIVED)
    with file.open("rb") as stream, cursor.copy("COPY party_arrived FROM STDIN (FORMAT csv)") as copy:
        while piece := stream.read(PIECE):
            copy.write(piece)
    file.unlink()
    cursor.execute(_TOUCHED)
    cursor.execute("ANALYZE party_arrived, party_touched")


def add_records(cursor: psycopg.Cursor, arrival: Arrival) -> None:
    """Write a source record for every row that says something new; only what they speak of stays touched."""
    cursor.execute(_RECORDS, arrival.facts)
    cursor.execute(_CHANGED, arrival.facts)
    for statement in _ONLY_CHANGED:
        cursor.execute(statement)


def add_states(cursor: psycopg.Cursor, arrival: Arrival) -> None:
    """Add up the records of everything touched."""
    cursor.execute("DROP TABLE IF EXISTS party_states")
    cursor.execute(_STATES, arrival.facts)
    cursor.execute("ANALYZE party_states")


def mark_states(cursor: psycopg.Cursor) -> None:
    """Remember what the records of everything touched add up to before an import."""
    cursor.execute(_BEFORE)


def counted(cursor: psycopg.Cursor, arrival: Arrival, *, new: int, named: int) -> dict[str, int]:
    """Return how many keys are new, updated and unchanged: those of whom a file says what was known already."""
    changed = number(cursor, "SELECT count(*) FROM party_changed", arrival) - number(cursor, _RESTATED, arrival)
    return {"new": new, "updated": changed - new, "unchanged": named - changed}


def keep_by_hand(cursor: psycopg.Cursor, arrival: Arrival, kept: str) -> None:
    """Write a record of what no record says, so that it is not lost when states are added up again.

    `kept` selects source_key, clean (the columns that differ from the state) and import_id.
    """
    cursor.execute("DROP TABLE IF EXISTS party_kept")
    cursor.execute(_KEPT.format(kept=kept), arrival.facts)
    cursor.execute(_BY_HAND.format(kept=_DIFFERENT), arrival.facts)


def add_by_hand(cursor: psycopg.Cursor, arrival: Arrival, *, key: str, payload: Mapping[str, Any]) -> None:
    """Write a record of what a person said."""
    cursor.execute(_BY_HAND.format(kept=_SAID), {**arrival.facts, "key": key, "payload": Jsonb(payload)})


def withdraw(cursor: psycopg.Cursor, arrival: Arrival) -> None:
    """Take the records of an import away and add up what is left of everything they touched."""
    cursor.execute("SELECT set_config('vinculo.undoing', %(import)s::text, true)", arrival.facts)
    cursor.execute("DELETE FROM identify_sourcerecord WHERE import_id = %(import)s AND kind = %(kind)s", arrival.facts)
    cursor.execute("SELECT set_config('vinculo.undoing', '', true)")
    add_states(cursor, arrival)


def touch(cursor: psycopg.Cursor, query: str, arrival: Arrival, **more: object) -> None:
    """Note the keys that a query names as touched."""
    cursor.execute("DROP TABLE IF EXISTS party_touched")
    cursor.execute(f"CREATE TEMP TABLE party_touched ON COMMIT DROP AS {query}", {**arrival.facts, **more})
    cursor.execute("ANALYZE party_touched")


def clear(cursor: psycopg.Cursor) -> None:
    """Drop what this module keeps for one import, so that a transaction may hold several."""
    names = ("arrived", "touched", "changed", "states", "kept", "before", "owned", "newcomers", "gone")
    cursor.execute("DROP TABLE IF EXISTS " + ", ".join(f"party_{name}" for name in names))


def number(cursor: psycopg.Cursor, query: str, arrival: Arrival) -> int:
    """Return the number a query gives."""
    row = cursor.execute(query, arrival.facts).fetchone()
    return int(row[0]) if row else 0
