"""Loading: what `arrived` holds put in, whoever arranged it: a file that comes in, or an undo that plays one again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from vinculo.identify.records.orders import entities, lines


def nothing() -> None:
    """Do nothing meanwhile."""


def put(
    meeting: entities.Meeting, *, currency: str, complete: bool, meanwhile: Callable[[], None] = nothing
) -> dict[str, Any]:
    """Put in what `arrived` holds; return what became of it.

    Something else may be done `meanwhile`: the store alone is busy while orders go in.
    """
    step = meeting.work.step
    step("Looking up customers", 0.35)
    made = {"customers_new": entities.customers(meeting)}
    meeting.engine.run("CREATE OR REPLACE TEMP TABLE newcomers_of_customers AS SELECT id FROM newcomers")
    step("Looking up products", 0.45)
    made["categories_new"] = entities.categories(meeting)
    made["channels_new"] = entities.channels(meeting)
    made["products_new"] = entities.products(meeting)
    with ThreadPoolExecutor(1) as beside:
        other = beside.submit(meanwhile)
        step("Putting orders in", 0.5)
        made["orders_new"] = entities.orders(meeting, currency)
        step("Putting lines in", 0.6)
        found = lines.put(meeting, complete=complete)
        other.result()
    step("Lines are in", 0.95)
    counted = {"new": found.new, "updated": found.updated, "unchanged": found.unchanged}
    return {**counted, **made, "returns_linked": found.returns_linked}
