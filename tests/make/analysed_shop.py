"""A shop's real year (Online Retail) analysed, once for all tests of a session: they read it and leave it as it is."""

from datetime import date
from pathlib import Path

from tests.make import store

import vinculo
from vinculo.differentiate.settings import Settings

LINES = Path(__file__).parents[2] / "data" / "online_retail.parquet"
EARLIER = date(2011, 9, 30)
"""A quarter before the last day of the file, to compare it with."""


def analysed(as_of: date | None = None) -> Path:
    """Return the folder of an analysis as of a day, or of the last day of the file."""
    folder = store.shared_folder() / "analysed" / (f"{as_of}" if as_of else "last-day")
    with store.locked(f"analysed-{folder.name}"):
        if not folder.exists():
            vinculo.analyse(LINES, as_of=as_of, out=folder, settings=Settings(by=("country",)))
    return folder
