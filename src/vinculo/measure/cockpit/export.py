"""Export: the tiles as rows for CSV and JSON; the same figures as on the page, not rounded."""

from typing import Any

from vinculo.measure import metrics
from vinculo.measure.cockpit.tiles import Cockpit, Tile

COLUMNS = (
    "metric",
    "name",
    "version",
    "unit",
    "currency",
    "value",
    "low",
    "high",
    "before",
    "change",
    "compared_with",
    "kind",
    "period_from",
    "period_to",
    "period_finished",
    "as_of",
    "run",
    "customers",
    "customers_query",
)


def rows(cockpit: Cockpit, tiles: list[Tile]) -> list[dict[str, Any]]:
    """Return one row a tile."""
    return [row(cockpit, tile) for tile in tiles]


def row(cockpit: Cockpit, tile: Tile) -> dict[str, Any]:
    """Return a tile with all that makes its figure mean something."""
    metric, period, book = tile.metric, cockpit.period, cockpit.book
    flow = metric.kind == "flow"
    return {
        "metric": metric.key,
        "name": book.reader.say(metric.name),
        "version": metric.version,
        "unit": metrics.UNITS[metric.unit],
        "currency": book.reader.currency if metric.unit == "money" else None,
        "value": tile.value,
        "low": tile.low,
        "high": tile.high,
        "before": tile.before,
        "change": tile.change,
        "compared_with": tile.compared_with or None,
        "kind": metric.kind,
        "period_from": period.starts.isoformat() if flow else None,
        "period_to": period.seen_to.isoformat() if flow else None,
        "period_finished": period.finished if flow else None,
        "as_of": cockpit.as_of.isoformat(),
        "run": book.linking.run or book.run.manifest["run_id"],
        "customers": tile.behind.customers if tile.behind else None,
        "customers_query": tile.behind.chosen.query if tile.behind else None,
    }
