"""Loads: what a file that was read would bring, measured before any of it comes in."""

from collections.abc import Iterable, Mapping

from vinculo.identify.quality import faults, scores
from vinculo.identify.quality.faults import COMPLETE, HELD
from vinculo.identify.quality.freshness import COLUMNS
from vinculo.identify.quality.scores import Measured
from vinculo.identify.quality.thresholds import KEY, ROW, Found, measured
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.reading.sources.source import literal


def of_rows(*, rows: int, rejected: int, keyless: int | None) -> Found:
    """Return what can be said of any file: rows that cannot come in, and of parties those that nothing tells apart.

    >>> of_rows(rows=200, rejected=20, keyless=10)["key", "complete"].share
    0.95
    """
    found = {(ROW, COMPLETE): Measured(COMPLETE, rows, {"rejected": rejected})}
    if keyless is not None:
        found[KEY, COMPLETE] = Measured(COMPLETE, rows, {faults.MISSING: keyless})
    return found


def of_customers(engine: DuckEngine, fields: Iterable[str]) -> Found:
    """Return the measures of some fields of the customers that were read into `party_rows` and `party_notes`."""
    wanted = sorted(set(fields) & set(COLUMNS))
    if not wanted:
        return {}
    organisation = f"{faults.MARKS[faults.RECORD, faults.ORGANISATION]}::BIGINT"
    held = " + ".join(f"CASE WHEN {filled(name)} THEN {HELD[name]} ELSE 0 END" for name in wanted)
    pairs = engine.rows(
        f"""
        WITH marked AS (
            SELECT row_number, bit_or(bit) AS marks FROM party_notes JOIN ({listed(faults.marks_of_notes())})
                USING (target, note)
            GROUP BY row_number
        )
        SELECT held, marks, count(*) AS customers FROM (
            SELECT {held} AS held, coalesce(marks, 0)
                | CASE WHEN payload->>'$.clean.kind' = 'organisation' THEN {organisation} ELSE 0 END AS marks
            FROM party_rows LEFT JOIN marked USING (row_number) WHERE first_copy
        ) GROUP BY ALL
        """
    ).to_pylist()
    found = scores.scores((row["held"], row["marks"], row["customers"]) for row in pairs)
    return measured(found[name] for name in wanted)


def filled(name: str) -> str:
    """Return the condition that a row has a value of a field."""
    return " OR ".join(f"payload->>'$.clean.{column}' IS NOT NULL" for column in COLUMNS[name])


def listed(marks: Mapping[tuple[str, str], int]) -> str:
    """Return the marks of notes as rows of target, note and bit."""
    rows = ", ".join(f"({literal(target)}, {literal(note)}, {bit}::BIGINT)" for (target, note), bit in marks.items())
    return f"SELECT * FROM (VALUES {rows}) AS noted (target, note, bit)"
