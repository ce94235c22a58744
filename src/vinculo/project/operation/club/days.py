"""Days: the last one on which the shop of a demonstration sold, after which its clock begins."""

from datetime import UTC, date, datetime
from pathlib import Path

from pyarrow import parquet

from vinculo.project import clock, home


def last_of(file: Path) -> date | None:
    """Return the last day in a Parquet file, by what its columns say of themselves; of other files nothing."""
    if file.suffix != ".parquet":
        return None
    told = parquet.ParquetFile(file).metadata
    latest = []
    for group in range(told.num_row_groups):
        for column in range(told.num_columns):
            found = told.row_group(group).column(column).statistics
            if found is not None and isinstance(found.max, datetime):
                latest.append(found.max.date())
    return max(latest, default=None)


def stand(file: Path) -> None:
    """Set the clock of a new home to the day after the last order of a file, where that is long past."""
    last = last_of(file)
    if last is not None and not (home.folder() / clock.FILE).exists():
        back = (datetime.now(UTC).date() - last).days - 1
        if back > 0:
            clock.keep(back)
