"""The contribution ledger: what each customer earned the company, line by line, reconciled to the minor unit.

gross sales - discounts - returns = net sales; net sales - cost of goods = margin; margin - cost to serve =
contribution. Amounts are integers and every subtotal is computed from the lines above it, so nothing gets lost.

Where actual costs of a kind are known (table `customer_costs`) they replace the assumed rate of that kind for
everybody: a customer without a booked cost of a known kind cost nothing of it.
Source: R. S. Kaplan and V. G. Narayanan (2001), "Measuring and managing customer profitability", Journal of Cost
Management 15(5), for cost to serve as lines of a customer ledger.
"""

from dataclasses import asdict

import pyarrow as pa

from vinculo.differentiate.settings import CostToServe, Settings
from vinculo.foundation import periods
from vinculo.foundation.errors import InputError, SettingsError
from vinculo.warehouse import queries
from vinculo.warehouse.engine import Engine
from vinculo.warehouse.tables import profit

_RATED = ("contacts", "deliveries", "returns_handling", "commissions")


def create_view(engine: Engine, settings: Settings, *, actual_costs: bool = False) -> tuple[str, ...]:
    """Make `ledger` and `accounts` (profile and ledger) readable and return the kinds of cost taken from actual costs.

    Assumes the relation `profile`, and `customer_costs` when `actual_costs` is given. Without actual costs the view
    is one linear pass over the profile; nothing is computed before it is read.

    One row of `ledger` is one customer (see `tables.profit.LEDGER`), amounts in minor units.

    Raises
    ------
    InputError
        When `customer_costs` holds a kind of cost the ledger has no line for.
    SettingsError
        When a rate is negative.
    """
    _refuse_negative(settings.costs)
    _keep(engine, "ledger_rates", days_per_year=periods.DAYS_PER_YEAR, **asdict(settings.costs))
    known: tuple[str, ...] = ()
    if actual_costs:
        known = _known_kinds(engine, settings)
        _keep(engine, "ledger_known", **{kind: kind in known for kind in _RATED})
        engine.materialise("ledger_actual", _query("known_costs"), as_of=settings.as_of)
    _view(engine, "ledger_assumed", "assumed_costs")
    _view(engine, "ledger_costs", "actual_costs" if actual_costs else "rated_costs")
    _view(engine, "accounts", "accounts")
    _view(engine, "ledger", "ledger")
    return known


def totals(engine: Engine) -> pa.Table:
    """Return the waterfall from gross sales to contribution, by dimension, with its check.

    Assumes the relation `scoped_profile` (profile and ledger columns). One row is one line of the waterfall (see
    `tables.profit.LEDGER_TOTALS`); `unexplained_minor` is 0 everywhere when profile and ledger agree.
    """
    return engine.rows(_query("ledger_totals")).cast(profit.LEDGER_TOTALS.schema)


def _known_kinds(engine: Engine, settings: Settings) -> tuple[str, ...]:
    found = engine.rows(_query("cost_kinds"), as_of=settings.as_of)["kind"].to_pylist()
    strange = [str(kind) for kind in found if kind not in profit.COST_KINDS]
    if strange:
        raise InputError(
            "The table 'customer_costs' holds costs of the kind {kinds}, for which the ledger has no line: name them "
            "{choices}.",
            kinds=strange,
            choices=profit.COST_KINDS,
        )
    return tuple(kind for kind in profit.COST_KINDS if kind in found)


def _refuse_negative(costs: CostToServe) -> None:
    for name in ("delivery_minor", "return_handling_minor", "contact_minor", "contacts_per_year", "commission_share"):
        rate = getattr(costs, name)
        if not rate >= 0:
            raise SettingsError(
                "The setting costs.{setting} is {found}: a rate of cost is 0 or above.", setting=name, found=rate
            )


def _query(name: str) -> str:
    return queries.load(__package__, name)


def _keep(engine: Engine, name: str, **values: object) -> None:
    engine.materialise(name, _query(name), **values)


def _view(engine: Engine, name: str, query: str) -> None:
    engine.run(f"CREATE OR REPLACE TEMP VIEW {name} AS {_query(query)}")
