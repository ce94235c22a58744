"""The shop of the demonstration is there only where the demonstration made it, and sends with the key of its source."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from tests.make import store

from vinculo.identify.records.models import Source, WriteKey
from vinculo.project.operation import demonstration

pytestmark = pytest.mark.usefixtures("records")


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VINCULO_HOME", str(tmp_path))


def test_there_is_no_shop_where_nobody_made_one() -> None:
    assert Client().get("/shop/").status_code == 404


def test_it_is_made_once_and_shows_its_key_to_its_page_alone(records: store.Database) -> None:
    for _ in range(2):
        demonstration.shop(clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))

    page = Client().get("/shop/").content.decode()

    assert WriteKey.objects.count() == Source.objects.filter(code="web_shop").count() == 1
    (key,) = {part.split('"')[0] for part in page.split('data-key="')[1:]}
    body = {"type": "page", "name": "Shop", "anonymousId": "a", "messageId": "m", "writeKey": key}
    assert Client().post("/v1/page", body, content_type="application/json").status_code == 200
