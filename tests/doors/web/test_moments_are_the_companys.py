"""Moments are written in the company's time zone, which is named; days of sales and of runs do not shift with it."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone
from tests.make import run as made
from tests.make import served, staff

from vinculo.differentiate.records import services
from vinculo.differentiate.records.models import Run

NOW = datetime(2011, 6, 9, 23, 30, tzinfo=UTC)


@pytest.fixture
def run(site: Client, tmp_path: Path) -> Run:
    caches["drawings"].clear()
    made.write(tmp_path / "run", customers_count=60, created_at=NOW.isoformat())
    run = services.run_open(as_of=made.AS_OF, settings={"horizon_days": 180, "currency": "GBP"}, now=NOW)
    Run.objects.filter(pk=run.pk).update(state="done", folder=str(tmp_path / "run"), finished_at=NOW, served_at=NOW)
    services.run_publish(run_id=run.pk, now=NOW)
    return run


@pytest.mark.parametrize(
    ("zone", "spoken", "moment"),
    [
        ("UTC", "en", "9 June 2011, 23:30\u00a0UTC"),
        ("Europe/Madrid", "en", "10 June 2011, 01:30\u00a0CEST"),
        ("Europe/Madrid", "es", "10 de junio de 2011, 01:30\u00a0CEST"),
        ("America/Sao_Paulo", "en", "9 June 2011, 20:30\u00a0UTC-03"),
    ],
)
def test_pages_name_the_zone_in_which_they_write(site: Client, run: Run, zone: str, spoken: str, moment: str) -> None:
    site.force_login(
        staff.user("relationship_manager", language=spoken), backend="django.contrib.auth.backends.ModelBackend"
    )
    with timezone.override(zone):
        seen = {
            address: site.get(address).content.decode()
            for address in ("/cockpit/", "/value/", "/runs/", f"/runs/{run.pk}/")
        }
    as_of = "9 June 2011" if spoken == "en" else "9 de junio de 2011"

    assert [address for address, page in seen.items() if moment not in page] == []
    assert [address for address, page in seen.items() if f"{as_of}" not in page.replace(moment, "")] == []


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
def test_a_sale_keeps_its_day_whatever_the_zone(site: Client, zone: str) -> None:
    buyer = served.customer("Ana Ruiz", number="1")
    order = served.order(buyer, "A1", days_ago=0, lines=[{"product": "tea", "net_minor": 500}])
    site.force_login(staff.user("relationship_manager"), backend="django.contrib.auth.backends.ModelBackend")
    for hour in (0, 23):
        order.happened_at = order.happened_at.replace(hour=hour, minute=30)
        order.save()
        with timezone.override(zone):
            page = site.get(f"/customers/{buyer.pk}/").content.decode()

        assert re.search(r'<h3>30 June 2024</h3>(?:(?!<h3>).)*id="order-', page, re.DOTALL)
        assert "June 2024: €5.00" in page


def test_a_day_begins_where_the_company_is(site: Client) -> None:
    late = datetime(2024, 6, 30, 22, 30, tzinfo=UTC)
    with timezone.override("Europe/Madrid"):
        run = services.run_start(now=late)

    assert run.as_of.isoformat() == "2024-07-01"
