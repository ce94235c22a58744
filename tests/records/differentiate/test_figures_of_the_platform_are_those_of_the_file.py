"""The test for a sceptic: a real shop's orders through import, store, landing and run, beside the file itself."""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.conf import settings as site_settings
from tests.make import store

import vinculo
from vinculo.differentiate.records import selectors, services, work
from vinculo.differentiate.settings import Lifetime, Settings
from vinculo.identify.records import services as customers
from vinculo.identify.records.models import Identifier
from vinculo.identify.records.services import imports

pytestmark = pytest.mark.slow
RETAIL = Path(__file__).parents[3] / "data" / "online_retail.parquet"
MODELS = ("mbg_nbd",)
MARKS = ("rfmt_code", "rfmt_segment", "value_tier", "relationship_area")


def clock() -> datetime:
    return datetime(2012, 1, 2, 3, 0, tzinfo=UTC)


def test_a_run_on_imported_orders_equals_the_analysis_of_the_file(
    own_records: store.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def folder(*parts: str) -> Path:
        found = tmp_path.joinpath("home", *parts)
        found.mkdir(parents=True, exist_ok=True)
        return found

    monkeypatch.setattr(site_settings, "HOME_FOLDER", folder)
    monkeypatch.setattr(site_settings, "IMPORTS_FOLDER", folder("imports"))
    source = customers.source_ensure(code="shop", name="Shop")
    opened = imports.import_open(
        file=RETAIL, kind="orders", source=source, by="ana", now=clock(), options={"currency": "GBP"}
    )
    imports.import_run(import_id=opened.pk, now=clock())
    chosen = {"horizon_days": 180, "lifetime": {"models": list(MODELS), "origins": 0}}
    run = services.run_start(now=clock(), settings=chosen, publish=True)
    work.runs_work_off(clock=clock)
    run.refresh_from_db()
    assert (run.state, run.error) == ("done", "")
    reading = vinculo.ReadingOptions(currency="GBP")
    wanted = Settings(horizon_days=180, lifetime=Lifetime(models=MODELS, origins=0))
    of_file = vinculo.analyse(RETAIL, settings=wanted, reading=reading)

    keys = dict(Identifier.objects.filter(kind=Identifier.Kind.SOURCE_KEY).values_list("customer_id", "value"))
    served = {keys[each.customer_id]: each for each in selectors.value_list(run_id=run.pk)}
    value = of_file["value"].to_pylist()
    profile = pq.read_table(selectors.run_folder(run=run) / "profile")
    assert len(value) == len(served) == run.counts["customers"] > 4_000
    assert run.as_of == value[0]["as_of"]
    for name in ("sale_lines", "return_lines", "net_sales_minor", "returns_minor", "products"):
        assert sum(profile[name].to_pylist()) == sum(of_file["profile"][name].to_pylist())
    for row in value:
        ours = served[row["customer_id"]]
        for name in ("purchase_days", "since_last_days", "tenure_days", "net_sales_minor", "contribution_minor"):
            assert getattr(ours, name) == row[name]
        assert ours.p_buys == pytest.approx(row["p_buys"], rel=1e-6)
        assert ours.residual_value_minor == pytest.approx(row["residual_value_minor"], rel=1e-6, abs=2)
        assert [getattr(ours, name) for name in MARKS] == [row[name] for name in MARKS]
