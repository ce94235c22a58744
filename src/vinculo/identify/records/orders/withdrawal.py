"""Withdrawal: an import of orders taken back as if it had never been.

The lines of every import are kept beside its original, so an undo takes the lines of one import away and plays the
others again for the orders it touched: what they hold too comes back in their name, whichever came first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from vinculo.foundation.errors import InputError
from vinculo.identify.orders import arriving, returns
from vinculo.identify.records.imports import folders, preview
from vinculo.identify.records.imports.kinds import Work
from vinculo.identify.records.models import Import
from vinculo.identify.records.orders import entities, lines, loading, orphans, passage
from vinculo.identify.records.orders.entities import Meeting
from vinculo.identify.records.parties.arrivals import Arrival
from vinculo.warehouse.duck import quote

LINES = "lines"
"""Folder, beside the original, of the lines of an import as they were read."""
_TOUCHED = """
CREATE TEMP TABLE touched_lines ON COMMIT DROP AS
SELECT line.id, line.order_id, line.import_id, line.customer_id, line.product_id, line.line_kind
FROM identify_orderline AS line WHERE line.import_id = %(import)s
UNION ALL SELECT line.id, line.order_id, line.import_id, line.customer_id, line.product_id, line.line_kind
FROM sent JOIN identify_orderline AS line ON line.order_id = sent.key::bigint WHERE line.import_id = ANY(%(later)s)
"""
_TAKE = (
    "ANALYZE touched_lines",
    """
    UPDATE identify_orderline AS line SET returns_line_id = NULL FROM touched_lines AS sale
    WHERE line.returns_line_id = sale.id
    """,
    """
    DELETE FROM identify_orderline AS line USING touched_lines AS gone
    WHERE line.order_id = gone.order_id AND line.id = gone.id
    """,
    """
    UPDATE identify_orderline AS line SET superseded_by_id = NULL FROM sent
    WHERE line.order_id = sent.key::bigint AND line.superseded_by_id = ANY(%(later)s)
    """,
    "UPDATE identify_orderline SET superseded_by_id = NULL WHERE superseded_by_id = %(import)s",
)
_PAIRS = f"""
SELECT DISTINCT customer_id, product_id FROM (
    SELECT customer_id, product_id, line_kind FROM touched_lines
    UNION ALL SELECT customer_id, product_id, line_kind FROM identify_orderline WHERE superseded_by_id IN ({{numbers}})
) AS lines WHERE customer_id IS NOT NULL AND product_id IS NOT NULL AND line_kind IN {lines.TRADED}
"""
_ADOPT = """
UPDATE identify_order AS placed SET customer_id = adopted.customer_id, happened_at = adopted.happened_at,
    channel_id = adopted.channel_id, currency = adopted.currency, import_id = adopted.import_id
FROM adopted WHERE placed.id = adopted.id
"""


@dataclass(frozen=True)
class Other:
    """Another import of the same source that is in the store."""

    imported: Import
    folder: Path
    later: bool

    @property
    def lines(self) -> str:
        """Return the FROM item of its lines."""
        return f"read_parquet({quote(str(self.folder / LINES / '*.parquet'))})"


def undo(cursor: psycopg.Cursor[Any], work: Work) -> dict[str, Any]:
    """Take an import back; return the lines removed, those other imports hold too, and who stays for other reasons."""
    meeting = Meeting(cursor, work, work.arrival)
    found = others(work)
    if not (work.kept / LINES).is_dir():
        raise InputError(
            "The lines of import {number} are missing from the data folder: restore its folder first.",
            number=work.arrival.import_id,
        )
    work.engine.run(
        f"CREATE OR REPLACE VIEW withdrawn AS SELECT * FROM read_parquet({quote(str(work.kept / LINES / '*.parquet'))})"
    )
    removed, again = take(meeting, [other.imported.pk for other in found if other.later])
    adopt(meeting, found)
    restored = sum(replay(meeting, other) for other in found if other.later) - again
    mend(meeting)
    kept = orphans.remove(meeting, [(other.imported.pk, other.lines) for other in found])
    return {"removed": removed, "restored": restored, **kept}


def take(meeting: Meeting, later: list[int]) -> tuple[int, int]:
    """Take away the lines of the import, and those that later ones have in its orders, to be played again.

    Returns how many there were of each. Creates `touched_pairs`: whose returns are to be linked anew.
    """
    cursor, facts = meeting.cursor, {**meeting.arrival.facts, "later": later}
    meeting.known("SELECT DISTINCT number FROM withdrawn", entities.ORDERS, entities.KEYED)
    meeting.known("SELECT id FROM known", "SELECT key, key FROM sent", entities.KEYED)
    cursor.execute("DROP TABLE IF EXISTS touched_lines")
    cursor.execute(_TOUCHED, facts)
    numbers = ", ".join(str(number) for number in (meeting.arrival.import_id, *later))
    passage.fetch(
        cursor,
        meeting.engine,
        meeting.work.folder,
        table="touched_pairs",
        columns={"customer_id": "BIGINT", "product_id": "BIGINT"},
        query=_PAIRS.format(numbers=numbers),
    )
    for statement in _TAKE:
        cursor.execute(statement, facts)
    row = cursor.execute(
        "SELECT count(*) FILTER (WHERE import_id = %(import)s), count(*) FILTER (WHERE import_id <> %(import)s) "
        "FROM touched_lines",
        facts,
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def others(work: Work) -> list[Other]:
    """Return the other imports of the source that are in, in the order in which they came in."""
    mine = Import.objects.get(pk=work.arrival.import_id or 0)
    rows = Import.objects.filter(source_id=work.arrival.source_id, kind=mine.kind, state=Import.State.DONE)
    found = []
    for imported in rows.exclude(pk=mine.pk).order_by("finished_at", "id"):
        folder = folders.of(imported.pk)
        if not (folder / LINES).is_dir():
            raise InputError(
                "The lines of import {number} are missing from the data folder: restore its folder first.",
                number=imported.pk,
            )
        later = (imported.finished_at, imported.pk) > (mine.finished_at, mine.pk)
        found.append(Other(imported, folder, later))
    return found


def adopt(meeting: Meeting, found: Sequence[Other]) -> None:
    """Give the orders that the import had brought to the first other import that names them, as that one says."""
    cursor, number = meeting.cursor, meeting.arrival.import_id
    cursor.execute(
        "CREATE TEMP TABLE IF NOT EXISTS adopted (id bigint, customer_id bigint, happened_at timestamptz, "
        "channel_id bigint, currency text, import_id bigint) ON COMMIT DROP"
    )
    for other in found:
        arriving.use(meeting.engine, other.folder / LINES, only="withdrawn")
        if not passage.number(meeting.engine, "SELECT count(*) FROM arrived"):
            continue
        passage.fetch(
            cursor,
            meeting.engine,
            meeting.work.folder,
            table="orphaned",
            columns=entities.KEYED,
            query=f"SELECT number, id FROM identify_order WHERE import_id = {number}",
        )
        inner = Meeting(cursor, meeting.work, arrival_of(other, meeting))
        entities.customers(inner)
        entities.channels(inner)
        cursor.execute("TRUNCATE adopted")
        meeting.send(
            "adopted (id, customer_id, happened_at, channel_id, currency, import_id)",
            "SELECT orphaned.id, customers.id, happened_at, channels.id, "
            f"{quote(currency(other))}, {other.imported.pk} "
            f"FROM orphaned JOIN ({entities.HEADERS.format(lines='arrived')}) AS headers USING (key) "
            "LEFT JOIN customer_numbers AS customers ON customers.key = customer_id "
            "LEFT JOIN channel_numbers AS channels ON channels.key = channel",
        )
        cursor.execute(_ADOPT)


def replay(meeting: Meeting, other: Other) -> int:
    """Put in again what another import holds of the orders touched; return the lines that came back."""
    arriving.use(meeting.engine, other.folder / LINES, only="withdrawn")
    if not passage.number(meeting.engine, "SELECT count(*) FROM arrived"):
        return 0
    inner = Meeting(meeting.cursor, meeting.work, arrival_of(other, meeting))
    complete = bool(other.imported.options.get("complete_orders"))
    return int(loading.put(inner, currency=currency(other), complete=complete)["new"])


def arrival_of(other: Other, meeting: Meeting) -> Arrival:
    """Return another import as it meets the store."""
    return Arrival(other.imported.pk, other.imported.source_id, other.imported.kind, meeting.arrival.now)


def currency(other: Other) -> str:
    """Return the currency another import was read in."""
    shown = preview.read(other.folder / folders.PREVIEW)
    return shown.currency if shown else ""


def mend(meeting: Meeting) -> None:
    """Link the returns of everything touched anew."""
    meeting.known("SELECT DISTINCT customer_id FROM touched_pairs", lines.HISTORY, lines.PAIRS)
    meeting.engine.materialise(
        "pair_lines", "SELECT * FROM known SEMI JOIN touched_pairs USING (customer_id, product_id)"
    )
    returns.link(meeting.engine)
    lines.mend(meeting)
