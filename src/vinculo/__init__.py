"""Vinculo: relationship marketing, from a file of orders to what every customer is worth.

>>> import pyarrow as pa, vinculo
>>> days = ["2024-01-02", "2024-03-01", "2024-02-01"]
>>> orders = pa.table({"customer": ["a", "a", "b"], "date": days, "amount": [9, 8, 7]})
>>> value = vinculo.analyse(orders, horizon_days=90)["value"].sort_by("customer_id")
>>> value.select(["customer_id", "purchase_days"]).to_pylist()
[{'customer_id': 'a', 'purchase_days': 2}, {'customer_id': 'b', 'purchase_days': 1}]
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vinculo.differentiate.settings import Settings
    from vinculo.foundation.errors import VinculoError
    from vinculo.measure.analyses import REPORT as REPORT
    from vinculo.measure.analyses import Analysis, analyse, compare, preview, read_run
    from vinculo.warehouse.reading.options import ReadingOptions

__version__ = "0.1.0"

__all__ = [
    "Analysis",
    "ReadingOptions",
    "Settings",
    "VinculoError",
    "__version__",
    "analyse",
    "compare",
    "preview",
    "read_run",
]

_PLACES = {
    "REPORT": "vinculo.measure.analyses",
    "Analysis": "vinculo.measure.analyses",
    "ReadingOptions": "vinculo.warehouse.reading.options",
    "Settings": "vinculo.differentiate.settings",
    "VinculoError": "vinculo.foundation.errors",
    "analyse": "vinculo.measure.analyses",
    "compare": "vinculo.measure.analyses",
    "preview": "vinculo.measure.analyses",
    "read_run": "vinculo.measure.analyses",
}
"""Where each name stands: the engine takes seconds to load, which the platform's processes do not all need."""


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
