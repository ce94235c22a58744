"""`python -m benchmarks`: every comparison, one table each."""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.analysis import side_by_side as analysis
from benchmarks.comparison import Comparison
from benchmarks.forecast import side_by_side as forecast
from benchmarks.importing import side_by_side as importing
from benchmarks.ingest import side_by_side as ingest
from benchmarks.landing import side_by_side as landing
from benchmarks.matching import side_by_side as matching
from benchmarks.pages import side_by_side as pages
from benchmarks.programs import finance, history, http, ledger, levels, replay
from benchmarks.reading import side_by_side as reading

ONE_MILLION, TEN_MILLION = 1_000_000, 10_000_000
CUSTOMERS = ("reading", "importing", "ingest", "forecast", "analysis", "landing", "pages", "matching")
PROGRAMS = ("ledger", "replay", "levels", "finance", "history")
PARTS = (*CUSTOMERS, *PROGRAMS)


def main() -> None:
    """Run what was asked for; print each comparison as soon as it is there."""
    options = asked()
    with data_folder(options.data) as data:
        for comparison in comparisons(data, options.only or PARTS, small=options.small):
            comparison.show(as_json=options.json)


def asked() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--small", action="store_true", help="one million customers only (a few minutes)")
    parser.add_argument("--only", action="append", choices=PARTS, help="this comparison; may be given again")
    parser.add_argument("--data", type=Path, help="folder that keeps the simulated data for the next time")
    parser.add_argument("--json", action="store_true", help="one line of JSON a comparison")
    return parser.parse_args()


@contextmanager
def data_folder(asked: Path | None) -> Iterator[Path]:
    """Give the folder for the data: the one asked for, or one that goes afterwards."""
    if asked is not None:
        asked.mkdir(parents=True, exist_ok=True)
        yield asked.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="vinculo-bench-") as folder:
        yield Path(folder)


def comparisons(data: Path, parts: tuple[str, ...], *, small: bool) -> Iterator[Comparison]:
    """Yield one comparison after the other, the quick ones first."""
    sizes = (ONE_MILLION,) if small else (ONE_MILLION, TEN_MILLION)
    if "reading" in parts:
        yield reading.compare(ONE_MILLION, data)
    if "importing" in parts:
        yield from importing.compare(ONE_MILLION, data)
    if "ingest" in parts:
        yield ingest.compare(ingest.EVENTS)
    if "landing" in parts:
        yield landing.compare(ONE_MILLION if small else TEN_MILLION, data)
    if "pages" in parts:
        yield pages.compare(ONE_MILLION, data)
    if "matching" in parts:
        yield matching.compare(ONE_MILLION, data)
    yield from programs(data, parts, small=small)
    if "forecast" in parts:
        for customers in sizes:
            yield forecast.compare(customers, data)
    if "analysis" in parts:
        measured = []
        for customers in sizes:
            comparison, ours = analysis.compare(customers, data)
            measured.append(ours)
            yield comparison
        if len(measured) > 1:
            yield analysis.growth(measured[0], measured[-1], times=TEN_MILLION / ONE_MILLION)


def programs(data: Path, parts: tuple[str, ...], *, small: bool) -> Iterator[Comparison]:
    """Yield the comparisons of programmes."""
    if "ledger" in parts:
        yield ledger.compare(200_000 if small else ONE_MILLION)
        yield http.compare(http.WALLETS)
    if "replay" in parts:
        yield replay.compare(replay.SMALL if small else replay.ORDERS, data)
    if "levels" in parts:
        yield levels.compare(100_000 if small else ONE_MILLION)
    if "finance" in parts:
        yield finance.compare(100_000 if small else ONE_MILLION)
    if "history" in parts:
        yield history.compare(history.SMALL if small else history.POSTINGS)


if __name__ == "__main__":
    main()
