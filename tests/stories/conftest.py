"""What the stories share: a browser, and a shop whose real year has been analysed, served and published."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.make import live, store

# Stories without a browser import the models.
store.set_up_django()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no chromium on this machine")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps a loop in this thread, which Django takes for a reason not to ask the database.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--headless"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store.set_up_django()
    from tests.make import landed_shop

    return landed_shop.analysed(tmp_path_factory.mktemp("runs") / "run")


@pytest.fixture
def address(own_records: store.Database, folder: Path) -> Iterator[str]:
    from tests.make import landed_shop, staff

    landed_shop.customers(folder)
    landed_shop.serve(folder, publish=True)
    staff.user("relationship_manager")
    with live.site() as found:
        yield found
