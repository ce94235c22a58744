from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vinculo.differentiate.settings import Settings
from vinculo.differentiate.tiers import tiers
from vinculo.foundation.language import translator
from vinculo.warehouse.duck import DuckEngine

AS_OF = date(2011, 6, 9)
Score = Callable[..., list[dict[str, object]]]


def scored(*customers: dict[str, object]) -> pa.Table:
    """Draw the relation `scored`: one dictionary a customer, what it leaves out is ordinary."""
    rows = []
    for number, columns in enumerate(customers):
        row: dict[str, object] = dict.fromkeys(tiers.SCORED.names, 0)
        row |= {
            "customer_id": f"C{number}",
            "as_of": AS_OF,
            "currency": "GBP",
            "purchase_days": 3,
            "since_last_days": 20,
            "mean_interpurchase_days": 30.0,
            "p_buys": 0.9,
            "rfmt_code": "3333",
            "rfmt_segment": "loyal",
        }
        row |= dict.fromkeys(("country", "channel", "segment", "dominant_category", "cohort"))
        row |= columns
        row["total_value_minor"] = row["contribution_minor"] + row["residual_value_minor"]
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=tiers.SCORED.schema)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckEngine]:
    with DuckEngine(tmp_path / "spill", threads=1) as engine:
        yield engine


@pytest.fixture
def score(engine: DuckEngine, tmp_path: Path) -> Score:
    """Assign tiers and areas to drawn customers; return the rows of `value` as drawn, and keep it readable."""
    runs = iter(range(1_000_000))

    def assigned(*customers: dict[str, object], **settings: object) -> list[dict[str, object]]:
        chosen = Settings(AS_OF, currency="GBP", **settings)
        engine.attach("scored", scored(*customers))
        folder = tmp_path / f"value-{next(runs)}"
        rules = tiers.assign(engine, folder, chosen, translator(chosen.language))
        value = pq.read_table(folder)
        engine.attach("tier_rules", rules)
        engine.attach("value", value)
        engine.run(
            "CREATE OR REPLACE TEMP VIEW scoped_value AS "
            "SELECT 'all' AS dimension, 'all' AS dimension_value, * FROM value"
        )
        drawn = [row["customer_id"] for row in scored(*customers).to_pylist()]
        return sorted(value.to_pylist(), key=lambda row: drawn.index(row["customer_id"]))

    return assigned
