"""Landed: the order lines of this operational store, as Parquet in the warehouse of the home."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from vinculo.foundation.errors import InputError
from vinculo.identify.records.store import store_address
from vinculo.warehouse.landing import landing
from vinculo.warehouse.landing.landing import Landed


def lines_folder() -> Path:
    """Return where landed order lines are kept."""
    return Path(settings.HOME_FOLDER("warehouse", "order_lines"))


def lines_land(*, progress: Callable[[float], None] | None = None) -> Landed:
    """Bring the landed order lines up to date with the store; see `vinculo.warehouse.landing`.

    Imports keep what the clock of the file showed, as if it were UTC; so it is read back.
    """
    return landing.land(store_address(), folder=lines_folder(), zone="UTC", progress=progress)


@contextmanager
def lines_snapshot(*, run_id: int) -> Iterator[Path]:
    """Give the landed lines as they are now, for a run to read while others land."""
    with landing.snapshot(lines_folder(), lines_folder().with_name(f"of-run-{run_id}")) as folder:
        yield folder


def require_one_currency(landed: Landed) -> str:
    """Return the currency of the landed lines; refuse amounts that cannot be added up."""
    if len(landed.currencies) > 1:
        raise InputError(
            "The orders are in {currencies}, and amounts of several currencies cannot be added up: import them with "
            "exchange rates.",
            currencies=landed.currencies,
        )
    return landed.currencies[0] if landed.currencies else ""
