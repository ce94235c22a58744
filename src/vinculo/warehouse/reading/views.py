"""Views: `order_lines` and `rejected_lines` over lines that were converted, and the facts of the whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from vinculo.foundation import language
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.reading.sources import source as sources
from vinculo.warehouse.tables import orders as tables

EXPECTED = {
    "happened_at": "a date such as 2021-03-04 or 04/03/2021, from 1900 on",
    "time": "a time such as 17:45",
    "quantity": "a number of pieces such as 3",
    "amount": "an amount such as 1234.56 or 1.234,56",
    "row": "as many cells as the header has",
    "long": "a row of at most two million characters",
    "total": "a row of its own: this one adds up the others",
    "quotes": "quotes opened and closed around a whole cell",
}
"""What would have been right; English templates for translation."""


@dataclass(frozen=True)
class Facts:
    """What one scan of the converted lines tells."""

    rows: int
    rejected: int
    first_day: date | None
    last_day: date | None
    time_known: bool
    cost_known: bool


def facts(engine: DuckEngine, lines: str, rejected: str, *, cost_known: bool) -> Facts:
    """Return the facts of some lines in one scan of their narrow columns."""
    cost = f"bool_or(cost_minor IS NOT NULL AND NOT ({rejected}))" if cost_known else "FALSE"
    (row,) = engine.rows(
        f"""
        SELECT count(*) AS rows, coalesce(count_if({rejected}), 0) AS rejected,
            CAST(min(happened_at) FILTER (NOT ({rejected})) AS DATE) AS first_day,
            CAST(max(happened_at) FILTER (NOT ({rejected})) AS DATE) AS last_day,
            coalesce(bool_or(epoch_us(happened_at) % 86400000000 <> 0), FALSE) AS timed,
            coalesce({cost}, FALSE) AS cost_known
        FROM ({lines})
        """
    ).to_pylist()
    return Facts(row["rows"], int(row["rejected"]), row["first_day"], row["last_day"], row["timed"], row["cost_known"])


def last_day(engine: DuckEngine, lines: str, today: date | None) -> date | None:
    """Return the last day of some lines that is not after today; with none, the last day."""
    until = f"happened_at < DATE '{today}' + INTERVAL 1 DAY" if today else "TRUE"
    (row,) = engine.rows(
        f"SELECT CAST(coalesce(max(happened_at) FILTER ({until}), max(happened_at)) AS DATE) AS day FROM ({lines})"
    ).to_pylist()
    day = row["day"]
    return day if isinstance(day, date) else None


def create_orders(engine: DuckEngine, lines: str, kind: str) -> None:
    """Create the view `order_lines`, with the columns of its contract and nothing else."""
    names = ", ".join(name for name in tables.ORDER_LINES.names if name != "line_kind")
    engine.run(f"CREATE OR REPLACE TEMP VIEW order_lines AS SELECT {names}, {kind} AS line_kind FROM ({lines})")


def create_rejected(engine: DuckEngine, rejected: str, headers: Mapping[str, str], spoken: str) -> None:
    """Create the view `rejected_lines` over rows of line_number, fault (a target) and found."""
    translate = language.translator(spoken)
    columns = case(headers, "CAST(NULL AS VARCHAR)")
    expected = case(
        {name: translate(sentence) for name, sentence in EXPECTED.items() if name != "amount"},
        sources.literal(translate(EXPECTED["amount"])),
    )
    engine.run(
        f"CREATE OR REPLACE TEMP VIEW rejected_lines AS SELECT CAST(line_number AS BIGINT) AS line_number, "
        f"CASE fault WHEN 'total' THEN 'total' ELSE 'rejected' END AS reason, {columns} AS column_name, found, "
        f"{expected} AS expected FROM ({rejected})"
    )


def case(texts: Mapping[str, str], otherwise: str) -> str:
    """Return the SQL that gives a text for each fault."""
    whens = " ".join(f"WHEN {sources.literal(name)} THEN {sources.literal(text)}" for name, text in texts.items())
    return f"CASE fault {whens} ELSE {otherwise} END"
