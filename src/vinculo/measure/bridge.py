"""Bridge: how the worth of the customer base came from one run to the next, to the minor unit.

opening + acquired + growth - lost = closing. Every customer of either run belongs to exactly one change:
acquired (only the later run holds him), lost (his silence passed `people.LAPSE_DAYS` between the two, or the later run
holds him no more), and growth for all others: recovered (lost then, bought since), risen, fallen, unchanged. *Lost* is
the value that went; what a lost customer may still bring stays in closing.

A bridge is about customers, so both runs must look equally far ahead and discount alike; `require_comparable` says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vinculo.foundation.errors import InputError
from vinculo.measure.people import LAPSE_DAYS
from vinculo.measure.selection import CHANGES
from vinculo.warehouse import queries
from vinculo.warehouse.engine import Engine

GROWTH = ("recovered", "risen", "fallen", "unchanged")


@dataclass(frozen=True)
class Change:
    """What became of some customers: how many, how many of them the later run holds, and their value in both runs."""

    customers: int = 0
    customers_held: int = 0
    opening_minor: int = 0
    closing_minor: int = 0

    @property
    def difference_minor(self) -> int:
        """Return what their value rose by."""
        return self.closing_minor - self.opening_minor


@dataclass(frozen=True)
class Bridge:
    """Customer equity at two moments, and the changes between them; amounts are minor units."""

    changes: Mapping[str, Change]

    @property
    def opening_minor(self) -> int:
        """Return the customer equity of the earlier run."""
        return sum(change.opening_minor for change in self.changes.values())

    @property
    def closing_minor(self) -> int:
        """Return the customer equity of the later run."""
        return sum(change.closing_minor for change in self.changes.values())

    @property
    def acquired_minor(self) -> int:
        """Return what customers are worth whom the earlier run did not hold."""
        return self.changes["acquired"].difference_minor

    @property
    def growth_minor(self) -> int:
        """Return what the others rose by, net of what fell; negative when more fell."""
        return sum(self.changes[name].difference_minor for name in GROWTH)

    @property
    def lost_minor(self) -> int:
        """Return the value that went with lost customers."""
        return -self.changes["lost"].difference_minor

    @property
    def unexplained_minor(self) -> int:
        """Return what the parts leave open: zero."""
        explained = self.opening_minor + self.acquired_minor + self.growth_minor - self.lost_minor
        return self.closing_minor - explained


def of(engine: Engine) -> Bridge:
    """Return the bridge between the relations `earlier_value` and `value`, whole tables of two runs."""
    changes = queries.load("vinculo.measure", "changes")
    sql = f"WITH changes AS ({changes}) {queries.load('vinculo.measure', 'bridge')}"
    rows = {row.pop("change"): Change(**row) for row in engine.rows(sql, lapse_days=LAPSE_DAYS).to_pylist()}
    return Bridge({name: rows.get(name, Change()) for name in CHANGES})


def require_comparable(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> None:
    """Refuse two runs whose values mean different things.

    Raises
    ------
    InputError
        When the manifests differ in currency, horizon or discount rate, or the earlier run looks from a later day.
    """
    for name in ("currency", "horizon_days"):
        if earlier[name] != later[name]:
            raise InputError(
                "The runs cannot be compared: {setting} is {earlier} in one and {later} in the other.",
                setting=name,
                earlier=earlier[name],
                later=later[name],
            )
    rates = [run.get("settings", {}).get("discount_rate_annual") for run in (earlier, later)]
    if rates[0] != rates[1]:
        raise InputError(
            "The runs cannot be compared: one discounts at {earlier} a year, the other at {later}.",
            earlier=rates[0],
            later=rates[1],
        )
    if str(earlier["as_of"]) > str(later["as_of"]):
        raise InputError(
            "The earlier run looks from {earlier}, after the later one ({later}): swap them.",
            earlier=earlier["as_of"],
            later=later["as_of"],
        )
